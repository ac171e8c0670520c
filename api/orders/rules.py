"""Pure rules of orders: what was paid, how it is split, how late it came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from api.orders.goods import due_fen

# How long after completion an order may be disputed (domain.md, "Order states").
DISPUTE_WINDOW = timedelta(days=7)
Source = Literal["escrow", "compensation"]


@dataclass(frozen=True, slots=True)
class Split:
    """Who gets what of what is left, in fen."""

    resident_fen: int
    runner_fen: int
    platform_fen: int


def source_of(from_state: str) -> Source:
    """Where the customer's part comes from: before completion from what is held, else from the
    platform's compensation account, never out of what the runner has earned.
    """
    return "escrow" if from_state == "active" else "compensation"


def is_whole(split: Split, *, left_fen: int, source: Source) -> bool:
    """Whether a split gives away exactly what there is.

    From escrow the three parts make what is left. After completion runner and platform have been
    paid already: their parts stay what is left; the customer's, at most as much, comes on top.
    """
    released_fen = split.runner_fen + split.platform_fen
    if source == "escrow":
        return split.resident_fen + released_fen == left_fen
    return released_fen == left_fen and split.resident_fen <= left_fen


def may_dispute(*, completed_at: datetime | None, now: datetime) -> bool:
    """Whether the time for it is not over; before completion it always is open."""
    return completed_at is None or now <= completed_at + DISPUTE_WINDOW


def paid_fen(*, fee_fen: int, goods_fen: int, activated_at: datetime | None) -> int:
    """What the customer has paid: fee and money for goods, once the order is active."""
    return 0 if activated_at is None else due_fen(fee_fen=fee_fen, goods_fen=goods_fen)


def is_for_care(*, customer_id: UUID, placed_by_id: UUID, beneficiary_id: UUID | None) -> bool:
    """Whether it is for somebody elderly or sick: ordered by a carer, or by staff on the phone."""
    return beneficiary_id is not None or customer_id != placed_by_id


def late_s(*, delivered_at: datetime, due_at: datetime) -> int:
    """Whole seconds after the promised time; 0 when in time."""
    return max(0, int((delivered_at - due_at).total_seconds()))
