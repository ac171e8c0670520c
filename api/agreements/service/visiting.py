"""Visits afterwards, by somebody who neither mediated nor has a part in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.events import VISIT_ASSIGNED, VISIT_CALLED, VISIT_RECORDED
from api.agreements.figures import Answer, Satisfaction
from api.agreements.models import Agreement, Visit, VisitAnswer
from api.agreements.rules import may_visit
from api.agreements.service.binding import plan_visit
from api.agreements.service.moving import move_visit
from api.agreements.service.performing import begin_if_due, judge
from api.agreements.service.seeing import VISIT_COLUMN, Seat, in_force, seat_at, the_visit
from api.agreements.terms import REMIND_AT
from api.errors import AppError
from api.events.log import SYSTEM
from api.identity.caller import STAFF, Caller
from api.kit.clock import CHINA, china
from api.kit.crypto import Vault
from api.mediation.queries import cases

VISITORS = ("mediator", *STAFF)
# Besides the two that are planned by themselves.
EXTRA_MAX = 20


@dataclass(frozen=True, slots=True)
class Said:
    """What one party said; none: not reached, or they would not say."""

    party_id: UUID
    answer: Answer | None
    satisfaction: Satisfaction | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a visitor found: in words, by party, and which items were kept or broken."""

    text: str
    said: Sequence[Said]
    kept_ids: Sequence[UUID]
    broken_ids: Sequence[UUID]


async def plan(session: AsyncSession, *, case_id: UUID, due_on: date, caller: Caller) -> Visit:
    """Plan one more visit, as when somebody says that it is not kept.

    Raises:
        AppError: not_found, role_missing, no_agreement, visits_full.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if not seat.is_staff:
        raise AppError("role_missing")
    agreement = await in_force(session, case_id=case_id)
    planned = await queries.visits(session, case_id=case_id)
    if sum(visit.kind == "extra" for visit in planned) >= EXTRA_MAX:
        raise AppError("visits_full")
    return await _plan(session, agreement, due_on=due_on, caller=caller)


async def plan_look(session: AsyncSession, agreement: Agreement, *, caller: Caller) -> None:
    """Sides say different things: somebody goes and looks, unless an extra visit is to come."""
    planned = [v for v in await queries.visits(session, case_id=agreement.case_id)
               if v.kind == "extra"]  # fmt: skip
    if len(planned) < EXTRA_MAX and all(visit.state != "planned" for visit in planned):
        await _plan(session, agreement, due_on=date.min, caller=caller)


async def assign(session: AsyncSession, *, visit_id: UUID, user_id: UUID, caller: Caller) -> Visit:
    """Give a visit to somebody of the place who is not part of the case.

    Raises:
        AppError: not_found, role_missing, visit_moved_on, visitor_unfit.
    """
    seat, visit = await the_visit(session, visit_id=visit_id, caller=caller)
    if not seat.is_staff:
        raise AppError("role_missing")
    if visit.state != "planned":
        raise AppError("visit_moved_on")
    holds = await queries.holds_role(
        session, user_id=user_id, roles=VISITORS, place_path=seat.case.place_path
    )
    if not holds or not await is_apart(session, seat, user_id):
        raise AppError("visitor_unfit")
    return await move_visit(
        session, visit, "assign", VISIT_ASSIGNED, actor=caller.actor, now=caller.now,
        writes={"visitor_id": user_id}, user_id=str(user_id),
    )  # fmt: skip


async def call(session: AsyncSession, *, visit_id: UUID, now: datetime) -> bool:
    """The day of a visit has come: tell staff and the visitor, once."""
    case_id = await queries.case_of_visit(session, visit_id=visit_id)
    assert case_id is not None
    await cases.case(session, case_id=case_id, lock=True)
    visit = await queries.visit(session, visit_id=visit_id, lock=True)
    if visit is None or visit.state != "planned" or visit.called_at or visit.due_at > now:
        return False
    await move_visit(
        session, visit, "call", VISIT_CALLED, actor=SYSTEM, now=now, writes={"called_at": now}
    )
    return True


async def record(
    session: AsyncSession, *, visit_id: UUID, found: Found, vault: Vault, caller: Caller
) -> Visit:
    """Write down how it stands; what is kept or broken moves the case.

    Raises:
        AppError: not_found, role_missing, visit_moved_on, visit_too_early, visitor_unfit,
            items_unfit.
    """
    seat, visit = await the_visit(session, visit_id=visit_id, caller=caller)
    now, on = caller.now, china(caller.now).date()
    if visit.visitor_id != caller.user_id:
        raise AppError("role_missing")
    if visit.state != "planned":
        raise AppError("visit_moved_on")
    if visit.due_on > on:
        raise AppError("visit_too_early")
    # They may have come to take part since it was given to them.
    if not await is_apart(session, seat, caller.user_id):
        raise AppError("visitor_unfit")
    agreement = await in_force(session, case_id=seat.case.id)
    known = {party.id for party in seat.parties}
    if not {said.party_id for said in found.said} <= known:
        raise AppError("items_unfit")
    case = await begin_if_due(session, seat.case, agreement, now=now)
    for state, ids in (("kept", found.kept_ids), ("broken", found.broken_ids)):
        done = await queries.settle_items(
            session, agreement_id=agreement.id, item_ids=ids, state=state, visit_id=visit.id, on=on
        )
        if done != len(set(ids)):
            raise AppError("items_unfit")
    sealed = vault.seal(found.text, column=VISIT_COLUMN, row=visit.id)
    await queries.add(
        session,
        rows=[
            VisitAnswer(
                visit_id=visit.id,
                party_id=said.party_id,
                answer=said.answer,
                satisfaction=said.satisfaction,
            )
            for said in found.said
        ],
    )
    visit = await move_visit(
        session, visit, "record", VISIT_RECORDED, actor=caller.actor, now=now,
        writes={"recorded_at": now, "text_sealed": sealed},
        outcome="broken" if found.broken_ids else "open",
    )  # fmt: skip
    await judge(session, case, agreement, actor=caller.actor, now=now)
    return visit


async def _plan(
    session: AsyncSession, agreement: Agreement, *, due_on: date, caller: Caller
) -> Visit:
    day = max(due_on, china(caller.now).date())
    return await plan_visit(
        session, agreement, kind="extra", due_at=datetime.combine(day, REMIND_AT, CHINA),
        actor=caller.actor, now=caller.now,
    )  # fmt: skip


async def is_apart(session: AsyncSession, seat: Seat, user_id: UUID) -> bool:
    """Whether somebody neither mediated the case, ever, nor has a part in it."""
    asks = await cases.asks(session, case_id=seat.case.id)
    mediators = [ask.user_id for ask in asks if ask.state in ("accepted", "replaced")]
    if seat.case.mediator_id is not None:
        mediators.append(seat.case.mediator_id)
    people = [p.user_id for p in seat.parties if p.user_id is not None]
    return may_visit(user_id, mediator_ids=mediators, party_user_ids=people)
