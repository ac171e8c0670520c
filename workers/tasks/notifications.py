"""Who is told of an event: from what it is about to the people behind it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.care.queries import dependant
from api.events.log import Event
from api.notifications.service.telling import Concerned
from api.notifications.service.telling import tell as tell_them
from api.notifications.templates import TEMPLATES, template_ids
from api.people.queries import membership
from api.takeovers.queries import takeover
from api.uploads.queries import upload
from workers.queries import (
    admins,
    behind_act,
    behind_agreement,
    behind_ask,
    behind_case,
    behind_complaint,
    behind_guest,
    behind_incident,
    behind_job,
    behind_mentorship,
    behind_offer,
    behind_order,
    behind_party,
    behind_post,
    behind_post_report,
    behind_repeat,
    behind_visit,
    community_of_mediator,
    community_of_pile,
    community_of_runner,
    listening,
    people_of_case,
    staff_of,
)
from workers.scenes import Scene, scene_of, values_of
from workers.task import task
from workers.vegetable_scenes import VEGETABLE_SCENES


@task
async def tell(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Put it into the inboxes of those whom it must reach, and plan their messages."""
    scene = await _SCENES[event.name.partition(".")[0]](session, event)
    await tell_them(
        session,
        event,
        concerned=[*scene.concerned, *await _staff(session, event, scene)],
        community_id=scene.community_id,
        template_ids=template_ids(parts.settings),
        now=now,
        until=scene.until,
    )


async def _of_order(session: AsyncSession, event: Event) -> Scene:
    return scene_of(event, await behind_order(session, order_id=event.subject_id))


async def _of_money(session: AsyncSession, event: Event) -> Scene:
    return scene_of(event, await behind_order(session, order_id=UUID(event.data["order_id"])))


async def _of_pay_notice(session: AsyncSession, event: Event) -> Scene:
    """Staff of the order's place; where no order is known, whoever runs this deployment."""
    if event.data["order_id"] is not None:
        order_id = UUID(event.data["order_id"])
        rows = await behind_order(session, order_id=order_id)
        return Scene([], rows[0][3])
    people = await admins(session)
    return Scene([Concerned(user_id, "staff", values_of(event)) for user_id in people], None)


async def _of_reconciliation(session: AsyncSession, event: Event) -> Scene:
    """Whoever runs this deployment: the merchant account is its own."""
    values: dict[str, str] = {}
    if event.data.get("open_count"):
        values["open_count"] = str(event.data["open_count"])
    people = await admins(session)
    return Scene([Concerned(user_id, "staff", values) for user_id in people], None)


async def _of_job(session: AsyncSession, event: Event) -> Scene:
    """A job of many stops tells each customer with their own order's number.

    An event of one stop (``stop``) concerns the customer of that stop only; ``None``: of none.
    """
    rows = await behind_job(session, job_id=event.subject_id)
    if "stop" in event.data:
        rows = [r for r in rows if r[4] == event.data["stop"]]
    if event.data.get("outcome", "delivered") != "delivered":
        rows = []
    return scene_of(event, rows)


async def _of_incident(session: AsyncSession, event: Event) -> Scene:
    return scene_of(event, await behind_incident(session, incident_id=event.subject_id))


async def _of_offer(session: AsyncSession, event: Event) -> Scene:
    """The runner to whom it was made; the community's staff."""
    job_ids = [UUID(job_id) for job_id in event.data["job_ids"]]
    runner_id, community_id, number, job_id = await behind_offer(
        session, offer_id=event.subject_id, job_ids=job_ids
    )
    values = values_of(event, number=str(number), job_id=str(job_id))
    return Scene([Concerned(runner_id, "runner", values)], community_id)


async def _of_act(session: AsyncSession, event: Event) -> Scene:
    user_id = await behind_act(session, act_id=event.subject_id)
    return Scene([Concerned(user_id, "person", values_of(event))], None)


async def _of_repeat(session: AsyncSession, event: Event) -> Scene:
    if "order_id" in event.data:
        return scene_of(event, await behind_order(session, order_id=UUID(event.data["order_id"])))
    user_id, community_id = await behind_repeat(session, repeat_id=event.subject_id)
    return Scene([Concerned(user_id, "person", values_of(event))], community_id)


async def _of_runner(session: AsyncSession, event: Event) -> Scene:
    community_id = await community_of_runner(session, runner_id=event.subject_id)
    return Scene([_person(event)], community_id)


async def _of_membership(session: AsyncSession, event: Event) -> Scene:
    row = await membership(session, membership_id=event.subject_id)
    assert row is not None, "an event has its row"
    return Scene([Concerned(row.user_id, "person", values_of(event))], None)


async def _of_dependant(session: AsyncSession, event: Event) -> Scene:
    """The carer: the other side decided."""
    row = await dependant(session, dependant_id=event.subject_id)
    assert row is not None, "an event has its row"
    return Scene([Concerned(row.carer_id, "person", values_of(event))], None)


async def _of_upload(session: AsyncSession, event: Event) -> Scene:
    row = await upload(session, upload_id=event.subject_id)
    # It may be gone since: then nobody needs to know.
    people = [] if row is None else [Concerned(row.owner_id, "person", values_of(event))]
    return Scene(people, None)


async def _of_takeover(session: AsyncSession, event: Event) -> Scene:
    row = await takeover(session, takeover_id=event.subject_id)
    assert row is not None, "an event has its row"
    return Scene([Concerned(row.user_id, "person", values_of(event))], row.place_path[1])


async def _of_payee(session: AsyncSession, event: Event) -> Scene:
    """The runner whose money or points they are; their community's staff."""
    runner_id = UUID(event.data["runner_id"])
    community_id = await community_of_runner(session, runner_id=runner_id)
    return Scene([Concerned(runner_id, "person", values_of(event))], community_id)


async def _of_post(session: AsyncSession, event: Event) -> Scene:
    """Its author; where a comment is shown, also whose post it is below."""
    post_id, author_id, community_id, host_id = await behind_post(session, post_id=event.subject_id)
    values = values_of(event, post_id=str(post_id))
    concerned = [Concerned(author_id, "person", values)]
    if host_id is not None and host_id != author_id:
        concerned.append(Concerned(host_id, "host", values))
    return Scene(concerned, community_id)


async def _of_post_report(session: AsyncSession, event: Event) -> Scene:
    post_id, reporter_id, community_id = await behind_post_report(
        session, report_id=event.subject_id
    )
    values = values_of(event, post_id=str(post_id))
    return Scene([Concerned(reporter_id, "person", values)], community_id)


async def _of_pile(session: AsyncSession, event: Event) -> Scene:
    return Scene([], await community_of_pile(session, pile_id=event.subject_id))


async def _of_agreement(session: AsyncSession, event: Event) -> Scene:
    """The parties and the mediator; of what is due, whose it is, or who looks after them."""
    case_id, community_id = await behind_agreement(session, agreement_id=event.subject_id)
    people = await people_of_case(session, case_id=case_id)
    told = [user_id for user_id, role, _ in people if role != "staff"]
    if event.name == "agreement.reminded":
        own = [u for u, _, party_id in people if str(party_id) == event.data["party_id"]]
        mediators = [u for u, role, _ in people if role == "mediator"]
        keepers = [u for u, role, _ in people if role == "staff"]
        told = own if any(own) else mediators or keepers
    if event.name == "agreement.denied":
        told = [user_id for user_id, _, _ in people]
    return _persons(event, told, case_id, community_id)


async def _of_visit(session: AsyncSession, event: Event) -> Scene:
    """Who visits, or the staff of the case while nobody was given it; then its people."""
    case_id, community_id, visitor_id = await behind_visit(session, visit_id=event.subject_id)
    people = await people_of_case(session, case_id=case_id)
    staff = [user_id for user_id, role, _ in people if role == "staff"]
    told = [visitor_id] if visitor_id else staff
    if event.name == "visit.recorded":
        told = [user_id for user_id, role, _ in people if role != "staff"]
    return _persons(event, told, case_id, community_id)


def _persons(
    event: Event, people: Sequence[UUID | None], case_id: UUID, community_id: UUID
) -> Scene:
    values = values_of(event, case_id=str(case_id))
    known = dict.fromkeys(user_id for user_id in people if user_id is not None)
    return Scene([Concerned(user_id, "person", values) for user_id in known], community_id)


async def _of_case(session: AsyncSession, event: Event) -> Scene:
    """Of a case, or of what belongs to one: parties who were asked, the mediator, named staff."""
    case_id = UUID(event.data.get("case_id") or str(event.subject_id))
    community_id, people = await behind_case(session, case_id=case_id)
    values = values_of(event, case_id=str(case_id))
    return Scene([Concerned(user_id, role, values) for user_id, role in people], community_id)


async def _of_guest(session: AsyncSession, event: Event) -> Scene:
    """The people of the case; whoever may come, of whom the case's page is not."""
    scene = await _of_case(session, event)
    user_id = await behind_guest(session, guest_id=event.subject_id)
    if user_id is not None:
        scene.concerned.append(Concerned(user_id, "person", {}))
    return scene


async def _of_hearing(session: AsyncSession, event: Event) -> Scene:
    """The people of the case; whoever comes to listen, of whom the case's page is not."""
    scene = await _of_case(session, event)
    for user_id in await listening(session, hearing_id=event.subject_id):
        scene.concerned.append(Concerned(user_id, "person", {}))
    return scene


async def _of_case_party(session: AsyncSession, event: Event) -> Scene:
    """The party once they are asked; the staff who are named for the case."""
    case_id, user_id, is_asked = await behind_party(session, party_id=event.subject_id)
    community_id, people = await behind_case(session, case_id=case_id)
    values = values_of(event, case_id=str(case_id), **({"asked": "yes"} if is_asked else {}))
    concerned = [Concerned(u, role, values) for u, role in people if role == "keeper"]
    if user_id is not None and is_asked:
        concerned.append(Concerned(user_id, "person", values))
    return Scene(concerned, community_id)


async def _of_ask(session: AsyncSession, event: Event) -> Scene:
    case_id, user_id, community_id = await behind_ask(session, ask_id=event.subject_id)
    values = values_of(event, case_id=str(case_id))
    return Scene([Concerned(user_id, "person", values)], community_id)


async def _of_mediator(session: AsyncSession, event: Event) -> Scene:
    community_id = await community_of_mediator(session, mediator_id=event.subject_id)
    return Scene([_person(event)], community_id)


async def _of_complaint(session: AsyncSession, event: Event) -> Scene:
    user_id, community_id = await behind_complaint(session, complaint_id=event.subject_id)
    return Scene([Concerned(user_id, "person", values_of(event))], community_id)


async def _of_finding(session: AsyncSession, event: Event) -> Scene:
    """Nobody who is in it; staff of the place look."""
    return Scene([], UUID(event.data["place_id"]))


async def _of_mentorship(session: AsyncSession, event: Event) -> Scene:
    """The other side: leads of the community while a newcomer waits, then the two of them."""
    community_id, people = await behind_mentorship(session, mentorship_id=event.subject_id)
    told = [each for each in people if each != event.actor.user_id]
    return Scene([Concerned(each, "person", values_of(event)) for each in told], community_id)


async def _of_user(session: AsyncSession, event: Event) -> Scene:
    return Scene([_person(event)], None)


# How to find the people, by what the event is about: for every subject that a template tells of.
_SCENES: dict[str, Callable[[AsyncSession, Event], Awaitable[Scene]]] = {
    "order": _of_order,
    "collection": _of_order,
    "packing": _of_order,
    "job": _of_job,
    "act": _of_act,
    "incident": _of_incident,
    "consent": _of_money,
    "offer": _of_offer,
    "post": _of_post,
    "post_report": _of_post_report,
    "pile": _of_pile,
    "agreement": _of_agreement,
    "visit": _of_visit,
    "case": _of_case,
    "outcome": _of_case,
    "hearing": _of_hearing,
    "case_guest": _of_guest,
    "case_party": _of_case_party,
    "mediator_ask": _of_ask,
    "mediator": _of_mediator,
    "mediator_complaint": _of_complaint,
    "repeat": _of_repeat,
    "refund": _of_money,
    "payment": _of_money,
    "tip": _of_money,
    "pay_notice": _of_pay_notice,
    "reconciliation": _of_reconciliation,
    "runner": _of_runner,
    "withdrawal": _of_payee,
    "settlement": _of_payee,
    "points_appeal": _of_payee,
    "points_entry": _of_payee,
    "points_review": _of_payee,
    "points_notice": _of_payee,
    "points_record": _of_payee,
    "points_finding": _of_finding,
    "points_mentorship": _of_mentorship,
    "user": _of_user,
    "real_name": _of_user,
    "membership": _of_membership,
    "dependant": _of_dependant,
    "takeover": _of_takeover,
    "upload": _of_upload,
    **VEGETABLE_SCENES,
}
SUBJECTS = frozenset(_SCENES)


def _person(event: Event) -> Concerned:
    return Concerned(event.subject_id, "person", values_of(event))


async def _staff(session: AsyncSession, event: Event, scene: Scene) -> list[Concerned]:
    """The staff of the place, where a template tells them."""
    is_told = any(template.role == "staff" for template in TEMPLATES[event.name])
    if not is_told or scene.community_id is None:
        return []
    values = scene.concerned[0].values if scene.concerned else values_of(event)
    people = await staff_of(session, community_id=scene.community_id)
    return [Concerned(user_id, "staff", values) for user_id in people]
