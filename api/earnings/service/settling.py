"""Settling what a runner earned on a day that is over, once however many workers do it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.earnings import queries
from api.earnings.events import SETTLEMENT_MADE
from api.earnings.models import Settlement
from api.earnings.rules import day_to_settle, midnight
from api.events.log import SYSTEM, emit
from api.runners.queries import runner as find_runner

# As many as a worker that was away for a month finds.
_DAYS_AT_ONCE = 31


async def settle_over(session: AsyncSession, *, runner_id: UUID, now: datetime) -> int:
    """Settle the days of a runner that are over, at most a month of them; how many they were."""
    for count in range(_DAYS_AT_ONCE):
        if not await settle_next(session, runner_id=runner_id, now=now):
            return count
    return _DAYS_AT_ONCE


async def settle_next(session: AsyncSession, *, runner_id: UUID, now: datetime) -> bool:
    """Settle the next day of a runner that is over; false: there is none. Safe to call twice."""
    before = await queries.settled_until(session, runner_id=runner_id)
    first_seq = before.last_seq + 1 if before else 1
    first_at = await queries.entry_at(session, runner_id=runner_id, seq=first_seq)
    if first_at is None:
        return False
    day = day_to_settle(first_at, before.day if before else None, now=now)
    if day is None:
        return False
    runner = await find_runner(session, runner_id=runner_id)
    assert runner is not None, "who earned is a runner"
    end = midnight(day + timedelta(days=1))
    sums = await queries.sums(session, runner_id=runner_id, first_seq=first_seq, before=end)
    assert sums.last_seq is not None, "its first entry was made before"
    opening_fen = before.closing_fen if before else 0
    row = Settlement(
        runner_id=runner_id,
        community_id=runner.community_id,
        day=day,
        first_seq=first_seq,
        last_seq=sums.last_seq,
        opening_fen=opening_fen,
        income_fen=sums.income_fen,
        repaid_fen=sums.repaid_fen,
        paid_out_fen=sums.paid_out_fen,
        closing_fen=opening_fen + sums.income_fen + sums.repaid_fen - sums.paid_out_fen,
        platform_fen=sums.platform_fen,
        orders_count=sums.orders_count,
        made_at=now,
    )
    if not await queries.settle(session, row=row):
        return False
    await emit(
        session,
        SETTLEMENT_MADE,
        subject_id=row.id,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=row.community_id,
        runner_id=str(runner_id),
        day=day.isoformat(),
        amount_fen=row.income_fen,
    )
    return True
