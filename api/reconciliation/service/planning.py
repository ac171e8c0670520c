"""Which days are reconciled: every day since the first payment, and what staff ask for."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import Caller
from api.kit.clock import CHINA, china
from api.reconciliation import queries
from api.reconciliation.events import RECONCILIATION_PLANNED, RECONCILIATION_REPEATED

OPERATORS = ("admin",)
# WeChat has a day's bill at ten the next morning, and for three months.
_READY = time(10, 5, tzinfo=CHINA)
DAYS_KEPT = 90
# How far back a deployment catches up by itself, where it stood still.
_CATCH_UP_DAYS = 31


def ready_at(day: date) -> datetime:
    """From when on the bill of a day can be asked for."""
    return datetime.combine(day + timedelta(days=1), _READY)


async def plan_days(session: AsyncSession, *, gateway: str, now: datetime) -> int:
    """Plan the days that are over, up to yesterday; safe to call any number of times."""
    yesterday = china(now).date() - timedelta(days=1)
    last = await queries.last_day(session, gateway=gateway)
    if last is not None and last >= yesterday:
        return 0
    if last is None:
        first_at = await queries.first_payment_at(session, gateway=gateway)
        if first_at is None:
            return 0
        last = china(first_at).date() - timedelta(days=1)
    day = max(last + timedelta(days=1), yesterday - timedelta(days=_CATCH_UP_DAYS - 1))
    planned = 0
    while day <= yesterday:
        key = await _plan(
            session, gateway=gateway, day=day, ask_at=ready_at(day), actor=SYSTEM, now=now
        )
        planned += key is not None
        day += timedelta(days=1)
    return planned


async def ask_for_day(session: AsyncSession, *, gateway: str, day: date, caller: Caller) -> UUID:
    """Have a day compared, or compared again; the day's row. One that waits is asked for now.

    What was found before stays as it is; see `comparing`.

    Raises:
        AppError: role_missing, payment_unavailable, bill_not_ready, bill_too_old.
    """
    caller.require(OPERATORS, ())
    if gateway == "none":
        raise AppError("payment_unavailable")
    if ready_at(day) > caller.now:
        raise AppError("bill_not_ready")
    if day < china(caller.now).date() - timedelta(days=DAYS_KEPT):
        raise AppError("bill_too_old")
    row = await queries.of_day(session, gateway=gateway, day=day)
    if row is None:
        key = await _plan(
            session, gateway=gateway, day=day, ask_at=caller.now, actor=caller.actor, now=caller.now
        )
        if key is None:
            # Planned by the worker in this moment.
            raise AppError("busy", retry_after_s=1)
        return key
    if row.state == "waiting":
        return row.id
    moved = await queries.move(
        session, key=row.id, event="repeat", from_state=row.state, asks=0, ask_at=caller.now
    )
    assert moved is not None, "the row was locked"
    await emit(
        session,
        RECONCILIATION_REPEATED,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        from_state=row.state,
        to_state="waiting",
        day=day.isoformat(),
    )
    return row.id


async def _plan(
    session: AsyncSession, *, gateway: str, day: date, ask_at: datetime, actor: Actor, now: datetime
) -> UUID | None:
    key = await queries.plan(session, gateway=gateway, day=day, ask_at=ask_at, now=now)
    if key is not None:
        await emit(
            session,
            RECONCILIATION_PLANNED,
            subject_id=key,
            subject_seq=1,
            actor=actor,
            now=now,
            to_state="waiting",
            day=day.isoformat(),
        )
    return key
