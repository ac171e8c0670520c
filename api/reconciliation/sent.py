"""What left us at WeChat under a number of ours, against what the ledger says of it. Pure.

To runners from the operating account, to merchants as their share, and back of a share. Whether
WeChat books a transfer when it is offered or when the runner has it, and whether what comes back
stands there as a line of its own: all bills together must come to what the ledger says. So no day
is judged by itself, and what is only late matches itself. Amounts are fen.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from api.kit.clock import china
from api.reconciliation.rules import NOTHING_KNOWN, About, Found, Kind, LineSubject, SentSubject

# WeChat gives a runner a day to confirm; three days after it was asked for there is no excuse.
_PENDING_DAYS = 3
_NEAR_MIDNIGHT = timedelta(hours=1)


class _Kinds(NamedTuple):
    """What each way to differ is called."""

    unknown: Kind
    unlisted: Kind
    amount: Kind
    doubled: Kind
    came_back: Kind
    unbooked: Kind
    pending: Kind


_OF_RUNNERS = _Kinds(
    "withdrawal_unknown", "withdrawal_unlisted", "withdrawal_amount_differs", "withdrawal_doubled",
    "withdrawal_came_back", "withdrawal_not_returned", "withdrawal_pending",
)  # fmt: skip
# What comes back of a share has a number of its own: the share itself never comes back.
_OF_MERCHANTS = _Kinds(
    "share_unknown", "share_unlisted", "share_amount_differs", "share_doubled",
    "share_amount_differs", "share_unbooked", "share_pending",
)  # fmt: skip
_KINDS: dict[SentSubject, _Kinds] = {
    "withdrawal": _OF_RUNNERS, "share": _OF_MERCHANTS, "share_return": _OF_MERCHANTS,
}  # fmt: skip
# Lines of bills that take away from what others under the same number say.
BACK: dict[SentSubject, LineSubject] = {"withdrawal": "withdrawal_return"}


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
class Sent:
    """A withdrawal or a share as we have it. ``booked_fen``: what the ledger has of it."""

    number: str
    wechat_number: str | None
    state: str
    amount_fen: int
    booked_fen: int
    created_at: datetime
    done_at: datetime | None
    about: About


def judge_sent(
    subject: SentSubject, listed: Listed, ours: Sent | None, *, day: date
) -> Found | None:
    """What differs once the bill of a day is there; with a ``due`` it is expected to match itself.

    What we do not know, and that came back whole, has moved nothing.
    """
    found = _judge(_KINDS[subject], listed, ours, day)
    if found is None:
        return None
    kind, due = found
    return Found(
        kind,
        subject,
        listed.number,
        (ours.wechat_number if ours is not None else None) or listed.wechat_number,
        theirs_fen=listed.fen,
        ours_fen=ours.booked_fen if ours is not None else None,
        detail=ours.state if ours is not None else "",
        due=due,
        about=ours.about if ours is not None else NOTHING_KNOWN,
    )


def _judge(
    kinds: _Kinds, listed: Listed, ours: Sent | None, day: date
) -> tuple[Kind, date | None] | None:
    if ours is None:
        return (kinds.unknown, None) if listed.fen else None
    if listed.fen == ours.booked_fen:
        return None
    tomorrow = day + timedelta(days=1)
    if ours.booked_fen:
        return _judge_booked(kinds, listed, ours, tomorrow)
    if listed.fen != ours.amount_fen:
        return _beyond(kinds, listed.fen, ours.amount_fen), None
    if ours.done_at is None:
        is_young = day < china(ours.created_at).date() + timedelta(days=_PENDING_DAYS)
        return kinds.pending, tomorrow if is_young else None
    # What came back after this bill was made is in the next one.
    is_fresh = china(ours.done_at).date() >= day
    return kinds.unbooked, tomorrow if is_fresh else None


def _judge_booked(
    kinds: _Kinds, listed: Listed, ours: Sent, tomorrow: date
) -> tuple[Kind, date | None]:
    """The ledger has it as gone, and the bills say otherwise."""
    assert ours.done_at is not None
    if listed.out_fen == 0:
        is_near = china(ours.done_at + _NEAR_MIDNIGHT).date() >= tomorrow
        return kinds.unlisted, tomorrow if is_near else None
    if listed.fen == 0:
        return kinds.came_back, None
    return _beyond(kinds, listed.fen, ours.booked_fen), None


def _beyond(kinds: _Kinds, listed_fen: int, once_fen: int) -> Kind:
    is_multiple = listed_fen > once_fen and listed_fen % once_fen == 0
    return kinds.doubled if is_multiple else kinds.amount
