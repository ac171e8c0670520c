"""SQL of offers. An offer is locked before its jobs, these before their runner."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.jobs.models import Job
from api.kit.db import move_row, run
from api.offers.models import Offer, OfferJob
from api.offers.queries.rounds import ROUNDS_SQL
from api.offers.states import OFFER

TABLE = Offer.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_END_JOBS_SQL = "UPDATE offer_jobs SET is_live = false WHERE offer_id = $1"
_TOUCH_SQL = "UPDATE offers SET version = version + 1 WHERE id = $1 RETURNING version"
_SPENT_SQL = f"""
SELECT j.id FROM offer_jobs AS b JOIN jobs AS j ON j.id = b.job_id
JOIN places AS c ON c.id = j.community_id
WHERE b.offer_id = $1 AND j.state = 'open' AND b.nth >= {ROUNDS_SQL} ORDER BY b.turn
"""
# One of its jobs is gone, or its runner: nobody should wait for an answer that cannot come.
_IS_BROKEN = """EXISTS (
    SELECT 1 FROM offer_jobs AS b JOIN jobs AS j ON j.id = b.job_id
    JOIN runners AS r ON r.id = o.runner_id
    WHERE b.offer_id = o.id AND (j.state <> 'open' OR r.shift <> 'online'))"""
_IS_BROKEN_SQL = f"SELECT 1 FROM offers AS o WHERE o.id = $1 AND {_IS_BROKEN}"
_TO_END_SQL = f"""
SELECT o.id FROM offers AS o
WHERE o.state = 'offered' AND (o.until <= $1 OR {_IS_BROKEN})
ORDER BY o.until LIMIT $2 FOR NO KEY UPDATE OF o SKIP LOCKED
"""
_LIVE_SQL = """
SELECT o.id, o.run, o.reason, o.pickup_at, o.done_at, o.made_at, o.until,
       array_agg(j.hall_card ORDER BY b.turn), bool_and(j.state = 'open')
FROM offers AS o JOIN offer_jobs AS b ON b.offer_id = o.id JOIN jobs AS j ON j.id = b.job_id
WHERE o.runner_id = $1 AND o.state = 'offered' AND o.until > $2
GROUP BY o.id ORDER BY o.made_at LIMIT 10
"""
_REFUSED_SQL = """
SELECT count(*) FROM offers
WHERE runner_id = $1 AND made_at >= $2 AND state IN ('declined', 'expired')
"""


class Live(NamedTuple):
    """An offer that its runner may still accept; ``cards``: its jobs, as the hall shows them."""

    id: UUID
    run: int
    reason: Mapping[str, Any]
    pickup_at: datetime
    done_at: datetime
    made_at: datetime
    until: datetime
    cards: Sequence[str]
    is_whole: bool


async def offer(session: AsyncSession, *, offer_id: UUID) -> Offer | None:
    """One offer, locked until the transaction ends."""
    return await session.get(Offer, offer_id, populate_existing=True, with_for_update=True)


async def jobs_of(session: AsyncSession, *, offer_id: UUID) -> list[Job]:
    """The jobs of an offer, locked in the order of their ids, given in the order to go to them."""
    statement = select(Job, OfferJob.turn).join(OfferJob, col(OfferJob.job_id) == col(Job.id))
    statement = statement.where(OfferJob.offer_id == offer_id).order_by(col(Job.id))
    statement = statement.with_for_update(of=Job).execution_options(populate_existing=True)
    rows = (await session.exec(statement)).all()
    return [job for job, _ in sorted(rows, key=lambda row: row[1])]


async def move(
    session: AsyncSession, *, offer_id: UUID, event: str, now: datetime
) -> Row[Any] | None:
    """End a live offer by an event of the machine, and with it that its jobs are offered."""
    moved = await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        OFFER,
        key=offer_id,
        event=event,
        from_state="offered",
        ended_at=now,
    )
    await run(session, _END_JOBS_SQL, offer_id)
    return moved


async def touch(session: AsyncSession, *, offer_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, offer_id))[0][0]


async def job_ids(session: AsyncSession, *, offer_id: UUID) -> list[str]:
    """The jobs of an offer, as text for events."""
    statement = select(OfferJob.job_id).where(OfferJob.offer_id == offer_id)
    return [str(key) for key in (await session.exec(statement.order_by(col(OfferJob.turn)))).all()]


async def spent(session: AsyncSession, *, offer_id: UUID) -> list[str]:
    """Which of its jobs nobody took, and which will not be offered again."""
    return [str(r[0]) for r in await run(session, _SPENT_SQL, offer_id)]


async def is_broken(session: AsyncSession, *, offer_id: UUID) -> bool:
    """Whether one of its jobs is not open any more, or its runner not at work."""
    return bool(await run(session, _IS_BROKEN_SQL, offer_id))


async def to_end(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Offers whose time is over, whose job or whose runner is gone, locked; others' are skipped."""
    return [r[0] for r in await run(session, _TO_END_SQL, now, limit)]


async def live(session: AsyncSession, *, runner_id: UUID, now: datetime) -> list[Live]:
    """The offers that a runner may answer."""
    return [Live(*r) for r in await run(session, _LIVE_SQL, runner_id, now)]


async def refused_since(session: AsyncSession, *, runner_id: UUID, since: datetime) -> int:
    """How many offers a runner declined or let pass since a moment."""
    return (await run(session, _REFUSED_SQL, runner_id, since))[0][0]
