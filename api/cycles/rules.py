"""Pure rules of cycles: who may take how many, until when, and how it is told.

What is weighed is paid in front at its ceiling and settled at the packed weight
(`merchants.rules.weighed_fen`).
"""

from datetime import datetime, timedelta
from typing import Literal

Way = Literal["delivery", "collection"]
# What a buyer wants where something is short: a substitute, the money back, or a call first.
OnShort = Literal["substitute", "refund", "call"]
WAYS: tuple[Way, ...] = ("delivery", "collection")
ON_SHORT: tuple[OnShort, ...] = ("substitute", "refund", "call")
# Why somebody changes what there is of an item while people join.
StockReason = Literal["more_came", "less_came", "miscounted", "spoilt", "other"]
STOCK_REASONS: tuple[StockReason, ...] = (
    "more_came", "less_came", "miscounted", "spoilt", "other",
)  # fmt: skip
SOLD_BY = ("piece", "weight")
_ITEM_CHARACTERS = 60


def may_take(*, left_count: int, household_max: int, taken_count: int, wanted_count: int) -> bool:
    """Whether so many are there, and within what is left of the household's own limit."""
    return wanted_count <= left_count and taken_count + wanted_count <= household_max


def is_stock_enough(*, stock_count: int, left_count: int, wanted_count: int) -> bool:
    """Whether so many in all are enough for what is taken already, paid or being paid."""
    return wanted_count >= stock_count - left_count


def is_taking(*, state: str, closes_at: datetime, now: datetime) -> bool:
    """Whether a cycle takes orders: open, and its cut-off to come, however late its timer is."""
    return state == "open" and now < closes_at


def pay_by(
    *, now: datetime, window_s: int, patience: timedelta | None, closes_at: datetime
) -> datetime:
    """Until when an order of a cycle is to be paid; the cycle closes after its last one.

    ``patience`` may give more time than the usual, up to the cut-off.
    """
    usual = now + timedelta(seconds=window_s)
    return usual if patience is None else max(usual, min(now + patience, closes_at))


def summary(lines: list[tuple[str, int]]) -> str:
    """What was ordered in a line: names and counts, cut where it is too long."""
    text = "、".join(f"{name}×{count}" for name, count in lines)
    return text if len(text) <= _ITEM_CHARACTERS else f"{text[: _ITEM_CHARACTERS - 1]}…"
