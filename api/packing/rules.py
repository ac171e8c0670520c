"""What a line of an order costs in the end, what may leave, who may collect and report. Pure.

Whatever happens, nobody pays more than they paid in front, and what is not delivered goes back.
Amounts are fen, weights grams.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from api.cycles.rules import OnShort

_JIN_G = 500
# How long after the delivery missing and spoilt goods may be reported (facts/compliance.md §7).
REPORT_WINDOW = timedelta(hours=48)
# Who comes late to collect is served still, as long as the goods keep.
COLLECT_GRACE = timedelta(hours=3)
CODE_DIGITS = 6
# How long a lot may be in bags after it came, where it says nothing of itself.
LOT_KEEPS = timedelta(days=14)
LOTS_OF_ITEM_MAX = 20
# A bag goes to whoever says its code; staff may give it to somebody whom they know instead.
HANDED_HOW = ("code", "known")
# How many doors one runner is sent to at once: half an hour with stairs and waiting.
STOPS_MAX = 12
# An order that was neither carried nor ready to be fetched so long after its day is given up.
GIVEN_UP_AFTER = timedelta(days=2)

WhatToDo = Literal["pack", "substitute", "refund", "call"]
Wrong = Literal["missing", "spoilt", "short_weight"]
WRONGS: tuple[Wrong, ...] = ("missing", "spoilt", "short_weight")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order, as it was paid for in front.

    ``per_500g_fen``: where it is weighed; ``price_fen`` of a piece is then its ceiling.
    """

    count: int
    price_fen: int
    per_500g_fen: int | None = None

    @property
    def paid_fen(self) -> int:
        """In front."""
        return self.count * self.price_fen


@dataclass(frozen=True, slots=True)
class Settled:
    """What a line costs in the end, and what goes back."""

    due_fen: int
    refund_fen: int


def settle(line: Line, *, packed_count: int, packed_g: int | None = None) -> Settled:
    """What was packed decides, never above what was paid for so many pieces.

    ``packed_g``: of all pieces together, where it is weighed. Rounded down to a fen.
    """
    assert 0 <= packed_count <= line.count
    ceiling_fen = packed_count * line.price_fen
    if line.per_500g_fen is None:
        due_fen = ceiling_fen
    else:
        assert packed_g is not None
        assert packed_g >= 0
        due_fen = min(ceiling_fen, line.per_500g_fen * packed_g // _JIN_G)
    return Settled(due_fen, line.paid_fen - due_fen)


def settle_with_substitute(
    line: Line, *, packed_count: int, packed_g: int | None, instead_count: int, instead_fen: int
) -> Settled:
    """Some pieces are another item at its own price, or the first one's, whichever is lower.

    ``instead_fen``: of one piece of the other item. It replaces piece by piece what is not there.
    """
    assert 0 <= instead_count <= line.count - packed_count
    packed = settle(line, packed_count=packed_count, packed_g=packed_g)
    due_fen = packed.due_fen + instead_count * min(instead_fen, line.price_fen)
    return Settled(due_fen, line.paid_fen - due_fen)


def what_to_do(
    *, missing_count: int, on_short: OnShort, has_substitute: bool, answer: OnShort | None
) -> WhatToDo:
    """What a packer does with a line: each buyer's own rule decides, and the buyer's answer first.

    Where a substitute is wanted and there is none, the money goes back. Who wants to be called and
    was not reached yet is called; the answer (``substitute`` or ``refund``) is then their rule.
    """
    if missing_count == 0:
        return "pack"
    rule = on_short if answer is None else answer
    if rule == "substitute":
        return "substitute" if has_substitute else "refund"
    return rule


@dataclass(frozen=True, slots=True)
class Count:
    """A building's sheet against what stands there: nothing leaves before all are empty."""

    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    doubled: tuple[str, ...]
    unpacked: tuple[str, ...]

    @property
    def matches(self) -> bool:
        """Whether the building's goods may leave."""
        return not (self.missing or self.foreign or self.doubled or self.unpacked)


def counted(expected: Mapping[str, bool], scanned: Iterable[str]) -> Count:
    """Compare the codes on the sheet, and whether each bag is packed, with those scanned.

    All in the order of the sheet, then of the scanning.
    """
    seen = Counter(scanned)
    return Count(
        missing=tuple(code for code in expected if code not in seen),
        foreign=tuple(code for code in seen if code not in expected),
        doubled=tuple(code for code, times in seen.items() if times > 1),
        unpacked=tuple(code for code, is_packed in expected.items() if not is_packed),
    )


def may_collect(*, begins_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether it is somebody's time: not before the slot (错峰), and some hours after it still."""
    return begins_at <= now < ends_at + COLLECT_GRACE


def may_report(*, delivered_at: datetime, now: datetime) -> bool:
    """Whether missing or spoilt goods may still be reported."""
    return now < delivered_at + REPORT_WINDOW


def reported_fen(
    *,
    wrong: Wrong,
    count: int,
    packed_count: int,
    due_fen: int,
    given_back_fen: int,
    per_500g_fen: int | None = None,
    real_g: int | None = None,
) -> int:
    """What a report that is right gives back of a line, never more than it still costs.

    Missing and spoilt pieces by their share of what the line cost, rounded up (for the buyer); what
    weighs less by what its real weight costs (``real_g``, of all pieces together).
    ``given_back_fen``: by earlier reports.
    """
    assert 1 <= count <= packed_count
    if wrong == "short_weight":
        assert per_500g_fen is not None
        assert real_g is not None
        back_fen = due_fen - per_500g_fen * real_g // _JIN_G
    else:
        back_fen = -(-due_fen * count // packed_count)
    return max(0, min(due_fen - given_back_fen, back_fen))
