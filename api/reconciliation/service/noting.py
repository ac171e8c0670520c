"""The moves of a difference that nobody makes by hand, each with its event."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.events.registry import EventKind
from api.reconciliation import queries
from api.reconciliation.events import (
    DIFFERENCE_FOUND,
    DIFFERENCE_MATCHED,
    DIFFERENCE_MISSED,
    DIFFERENCE_RETURNED,
)
from api.reconciliation.rules import Found, Kind


async def note(
    session: AsyncSession,
    *,
    key: UUID,
    run: int,
    day: date,
    found: Found,
    state: str,
    now: datetime,
) -> None:
    """Keep a difference of a day in a state; one that is there already is left as it is.

    But one that a bill did not show any more, and this one shows, is open again.
    """
    row_id, is_in, is_new = await queries.find(
        session, key=key, number=run, found=found, state=state, now=now
    )
    if is_new:
        await tell_found(session, key=row_id, found=found, state=state, day=day, now=now)
    elif is_in == "matched" and state == "open":
        moved = await queries.move_difference(
            session, key=row_id, event="return", from_state="matched", matched_by=None,
            closed_at=None,
        )  # fmt: skip
        assert moved is not None, "one comparison at a time"
        said = {"kind": found.kind, "day": day.isoformat()}
        await _tell(
            session, DIFFERENCE_RETURNED, row_id, moved.version, "matched", "open", now, said
        )


async def tell_found(
    session: AsyncSession, *, key: UUID, found: Found, state: str, day: date, now: datetime
) -> None:
    """Tell of a difference that is new."""
    await emit(
        session,
        DIFFERENCE_FOUND,
        subject_id=key,
        subject_seq=1,
        actor=SYSTEM,
        now=now,
        community_id=found.about.community_id,
        to_state=state,
        kind=found.kind,
        day=day.isoformat(),
        order_id=_text(found.about.order_id),
        payment_id=_text(found.about.payment_id),
        withdrawal_id=_text(found.about.withdrawal_id),
    )


async def match(
    session: AsyncSession, *, key: UUID, state: str, by: UUID, day: date, now: datetime
) -> None:
    """A day showed the other side of an unclosed difference, or does not show it any more."""
    moved = await queries.move_difference(
        session, key=key, event="match", from_state=state, matched_by=by, due_day=None,
        closed_at=now,
    )  # fmt: skip
    assert moved is not None, "the difference was locked"
    said = {"day": day.isoformat()}
    await _tell(session, DIFFERENCE_MATCHED, key, moved.version, state, "matched", now, said)


async def miss(
    session: AsyncSession,
    *,
    key: UUID,
    day: date,
    now: datetime,
    kind: Kind = "missing_there",
) -> None:
    """The bill that should have shown the other side is there, and does not."""
    moved = await queries.move_difference(
        session, key=key, event="miss", from_state="waiting", kind=kind, due_day=None
    )
    assert moved is not None, "the difference was locked"
    said = {"kind": kind, "day": day.isoformat()}
    await _tell(session, DIFFERENCE_MISSED, key, moved.version, "waiting", "open", now, said)


def _text(key: UUID | None) -> str | None:
    return str(key) if key is not None else None


async def _tell(
    session: AsyncSession, kind: EventKind, key: UUID, version: int, before: str, after: str,
    now: datetime, said: dict[str, Any],
) -> None:  # fmt: skip
    await emit(
        session,
        kind,
        subject_id=key,
        subject_seq=version,
        actor=SYSTEM,
        now=now,
        from_state=before,
        to_state=after,
        **said,
    )
