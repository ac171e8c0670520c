"""What is scored after an event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event
from api.jobs.queries import job
from api.people.service.joining import same_household
from api.places.queries import emergency_between
from api.points.models import PointsEntry
from api.points.queries.ledger import entry as points_entry
from api.points.queries.records import record as points_record
from api.points.rules import OUTCOME_OF_STATE, cell_at, excuse_of, rater_weight, weather_of
from api.points.service.posting import score
from workers.queries import behind_order, rater
from workers.task import task

_WEEK_S = 7 * 86_400


@task
async def score_completion(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """A completed order: its value, and lateness; nothing within one's own household.

    What was fetched nobody brought.
    """
    data = event.data
    if data["runner_id"] is None:
        return
    runner_id, customer_id = UUID(data["runner_id"]), UUID(data["household"])
    delivered_at = datetime.fromisoformat(data["delivered_at"])
    emergency = await _emergency(session, UUID(data["job_id"]), until=delivered_at)
    # Events of before say neither.
    weather = weather_of(emergency, promised=data.get("weather", 0))
    is_own = await same_household(session, a=runner_id, b=customer_id)
    building_id, *_ = await rater(session, user_id=customer_id, runner_id=runner_id)
    await score(
        session,
        event_seq=event.seq,
        runner_id=runner_id,
        kind="order.completed",
        fact_id=f"order:{event.subject_id}",
        at=delivered_at,
        household=data["household"],
        order_id=event.subject_id,
        data={
            "late_s": data["late_s"],
            "weather": weather,
            "care": data.get("care", False),
            "weight_g": data["weight_g"],
            "floors_no_lift": data["floors_no_lift"],
            "proof_required": 1,
            "proof_given": 1,
            "excuses": [] if emergency is None else [{"cause": excuse_of(emergency)}],
            "own_household": is_own,
            "cell": cell_at(
                delivered_at,
                weather=weather,
                weight_g=data["weight_g"],
                floors_no_lift=data["floors_no_lift"],
            ),
            "building": None if building_id is None else str(building_id),
        },
        now=now,
    )


@task
async def score_rating(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A rating; stars never take points away. How much it weighs is how well its rater is known."""
    data = event.data
    runner_id, customer_id = UUID(data["runner_id"]), UUID(data["household"])
    building_id, orders, since, is_mutual = await rater(
        session, user_id=customer_id, runner_id=runner_id
    )
    days = (event.at - since).days if since is not None else 0
    await score(
        session,
        event_seq=event.seq,
        runner_id=UUID(data["runner_id"]),
        kind="rating.revealed",
        fact_id=f"rating:{event.subject_id}",
        at=event.at,
        household=data["household"],
        order_id=event.subject_id,
        data={
            "order": f"order:{event.subject_id}",
            "stars": data["stars"],
            "tags": data["tags"],
            "rater_weight": rater_weight(
                has_home=building_id is not None, orders=orders, days=days, is_mutual=is_mutual
            ),
        },
        now=now,
    )


@task
async def score_release(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A job handed back by its runner; handed back by staff it is no fact about anybody."""
    if event.data["points"] != "none":
        await _score_left(session, event, now, kind="order.released")


@task
async def score_cancellation(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """An order cancelled by its runner counts as a job handed back."""
    if event.data["points"] != "none":
        await _score_left(session, event, now, kind="order.released")


@task
async def score_excuse(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Minutes of lateness that staff excused when they closed an incident."""
    data = event.data
    if data["cause"] is None or data["runner_id"] is None:
        return
    await score(
        session,
        event_seq=event.seq,
        runner_id=UUID(data["runner_id"]),
        kind="excuse.granted",
        fact_id=f"excuse:{event.subject_id}",
        at=event.at,
        household=None,
        order_id=UUID(data["order_id"]),
        data={
            "order": f"order:{data['order_id']}",
            "cause": data["cause"],
            "min": data["excuse_min"],
        },
        now=now,
    )


@task
async def score_failure(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A job that failed after the pickup, excused unless the runner is at fault."""
    await _score_left(session, event, now, kind="order.abandoned")


async def _score_left(session: AsyncSession, event: Event, now: datetime, *, kind: str) -> None:
    """What was accepted and not brought, before the pickup or after it."""
    data = event.data
    orders = data.get("order_ids")
    job_id = event.subject_id
    if not orders:
        job_id = (await behind_order(session, order_id=event.subject_id))[0][5]
    emergency = await _emergency(session, job_id, until=event.at)
    fact: dict[str, Any] = {"excused": data["points"].endswith("_excused") or emergency is not None}
    if kind == "order.released":
        fact["after_accept_s"] = min(data["after_accept_s"], _WEEK_S)
    await score(
        session,
        event_seq=event.seq,
        runner_id=UUID(data["runner_id"]),
        kind=kind,
        fact_id=f"{event.name}:{event.subject_id}:{event.subject_seq}",
        at=event.at,
        household=None,
        order_id=UUID(orders[0]) if orders else event.subject_id,
        data=fact,
        now=now,
    )


@task
async def score_training(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """A course passed; it may lower one penalty that the runner names."""
    data = {"course": event.data["module"]}
    if event.data["offsets"] is not None:
        data["offsets"] = event.data["offsets"]
    await score(
        session,
        event_seq=event.seq,
        runner_id=event.subject_id,
        kind="training.completed",
        fact_id=f"training:{event.subject_id}:{event.subject_seq}",
        at=event.at,
        household=None,
        order_id=None,
        data=data,
        now=now,
    )


@task
async def score_joining(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """The first day of a runner: for two weeks the worst mistakes are free."""
    await score(
        session,
        event_seq=event.seq,
        runner_id=event.subject_id,
        kind="runner.joined",
        fact_id=f"joined:{event.subject_id}:{event.subject_seq}",
        at=event.at,
        household=None,
        order_id=None,
        data={},
        now=now,
    )


@task
async def score_graduation(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """A newcomer has learnt it: points for the lead who took them along, once per newcomer."""
    await score(
        session,
        event_seq=event.seq,
        runner_id=UUID(event.data["mentor_id"]),
        kind="mentee.graduated",
        fact_id=f"mentee:{event.subject_id}",
        at=event.at,
        household=None,
        order_id=None,
        data={"mentee": event.data["mentee_id"]},
        now=now,
    )


@task
async def score_record(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """What staff found true of a runner."""
    row = await points_record(session, record_id=event.subject_id)
    assert row is not None, "records only grow"
    data = {"severity": row.severity, "minutes": row.minutes}
    await score(
        session,
        event_seq=event.seq,
        runner_id=row.runner_id,
        kind=row.kind,
        fact_id=f"record:{row.id}",
        at=row.happened_at,
        household=None,
        order_id=None,
        data={name: value for name, value in data.items() if value is not None},
        now=now,
    )


@task
async def score_appeal(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """An appeal was filed: until it is answered, what it is about counts nothing."""
    if event.data["entry_id"] is None:
        return
    entry = await _entry(session, event.data["entry_id"])
    await _score_saying(
        session, event, now, kind="appeal.filed", about=entry,
        fact_id=f"appeal:{event.subject_id}", data={"target": entry.fact["id"]},
    )  # fmt: skip


@task
async def score_decision(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """An appeal was answered, or nobody did in time, which is an answer for the runner."""
    if event.data["entry_id"] is None:
        return
    data: dict[str, Any] = {
        "appeal": f"appeal:{event.subject_id}",
        "outcome": OUTCOME_OF_STATE[event.data["outcome"]],
    }
    if event.data["left_cp"] is not None:
        data["new_cp"] = event.data["left_cp"]
    await _score_saying(
        session, event, now, kind="appeal.decided",
        about=await _entry(session, event.data["entry_id"]),
        fact_id=f"appeal:{event.subject_id}:decided", data=data,
    )  # fmt: skip


@task
async def score_reversal(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Staff took an entry back: its fact never counted."""
    entry = await _entry(session, str(event.subject_id))
    await _score_saying(
        session, event, now, kind="entry.reversed", about=entry,
        fact_id=f"reversal:{event.subject_id}",
        # Whoever may see why staff did it reads it in the history of the entry.
        data={"target": entry.fact["id"], "reason": "by_staff"},
    )  # fmt: skip


async def _entry(session: AsyncSession, entry_id: str) -> PointsEntry:
    row = await points_entry(session, entry_id=UUID(entry_id))
    assert row is not None, "the ledger only grows"
    return row


async def _score_saying(
    session: AsyncSession,
    event: Event,
    now: datetime,
    *,
    kind: str,
    about: PointsEntry,
    fact_id: str,
    data: dict[str, Any],
) -> None:
    """What people say of an older entry is a fact of its own, about the same order."""
    await score(
        session,
        event_seq=event.seq,
        runner_id=about.runner_id,
        kind=kind,
        fact_id=fact_id,
        at=event.at,
        household=None,
        # Of which order a rating was, nobody is told.
        order_id=None if about.kind == "rating.revealed" else about.order_id,
        data=data,
        now=now,
    )


async def _emergency(session: AsyncSession, job_id: UUID, *, until: datetime) -> str | None:
    """The emergency that touched the time of a job: nothing of it counts against its runner."""
    worked = await job(session, job_id=job_id)
    if worked is None:
        return None
    return await emergency_between(
        session, community_id=worked.community_id, since=worked.opens_at, until=until
    )
