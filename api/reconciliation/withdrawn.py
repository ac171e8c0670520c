"""What moved on the operating account for a withdrawal, against what the ledger paid out. Pure.

Whether WeChat books a transfer when it is offered or when the runner has it, and whether what comes
back stands there as a line of its own: all bills of the account together must come to what the
ledger says. So no day is judged by itself, and what is only late matches itself. Amounts are fen.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from api.kit.clock import china
from api.reconciliation.rules import NOTHING_KNOWN, About, Found, Kind

# WeChat gives a runner a day to confirm; three days after it was asked for there is no excuse.
_PENDING_DAYS = 3
_NEAR_MIDNIGHT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """What all bills together say under one number: how much went out, and came back."""

    number: str
    wechat_number: str = ""
    out_fen: int = 0
    back_fen: int = 0

    @property
    def fen(self) -> int:
        """What is gone."""
        return self.out_fen - self.back_fen


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A withdrawal as we have it. ``booked_fen``: what the ledger paid out for it, or nothing."""

    id: UUID
    community_id: UUID
    number: str
    wechat_number: str | None
    state: str
    amount_fen: int
    booked_fen: int
    created_at: datetime
    done_at: datetime | None


def judge_withdrawal(listed: Listed, ours: Withdrawn | None, *, day: date) -> Found | None:
    """What differs once the bill of a day is there; with a ``due`` it is expected to match itself.

    A transfer that we do not know, and that came back whole, has moved nothing.
    """
    if ours is None:
        return _found(listed, None, "withdrawal_unknown") if listed.fen else None
    if listed.fen == ours.booked_fen:
        return None
    if ours.booked_fen:
        return _judge_paid(listed, ours, day)
    if listed.fen != ours.amount_fen:
        return _found(listed, ours, _beyond(listed.fen, ours.amount_fen))
    tomorrow = day + timedelta(days=1)
    if ours.done_at is None:
        is_young = day < china(ours.created_at).date() + timedelta(days=_PENDING_DAYS)
        return _found(listed, ours, "withdrawal_pending", due=tomorrow if is_young else None)
    # What came back after this bill was made is in the next one.
    is_fresh = china(ours.done_at).date() >= day
    return _found(listed, ours, "withdrawal_not_returned", due=tomorrow if is_fresh else None)


def _judge_paid(listed: Listed, ours: Withdrawn, day: date) -> Found:
    """The ledger has paid it out, and the bills say otherwise."""
    assert ours.done_at is not None
    if listed.out_fen == 0:
        tomorrow = day + timedelta(days=1)
        is_near = china(ours.done_at + _NEAR_MIDNIGHT).date() >= tomorrow
        return _found(listed, ours, "withdrawal_unlisted", due=tomorrow if is_near else None)
    if listed.fen == 0:
        return _found(listed, ours, "withdrawal_came_back")
    return _found(listed, ours, _beyond(listed.fen, ours.booked_fen))


def _beyond(listed_fen: int, once_fen: int) -> Kind:
    is_multiple = listed_fen > once_fen and listed_fen % once_fen == 0
    return "withdrawal_doubled" if is_multiple else "withdrawal_amount_differs"


def _found(listed: Listed, ours: Withdrawn | None, kind: Kind, *, due: date | None = None) -> Found:
    return Found(
        kind,
        "withdrawal",
        listed.number,
        (ours.wechat_number if ours is not None else None) or listed.wechat_number,
        theirs_fen=listed.fen,
        ours_fen=ours.booked_fen if ours is not None else None,
        detail=ours.state if ours is not None else "",
        due=due,
        about=(
            About(ours.community_id, withdrawal_id=ours.id) if ours is not None else NOTHING_KNOWN
        ),
    )
