"""Pure rules of orders: what cancelling costs, whose fault it is, when a rating counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from api.kit.money import percent_of_fen
from api.places.settings import CommunitySettings

Fault = Literal["resident", "runner", "platform", "nobody"]


@dataclass(frozen=True, slots=True)
class CancelCost:
    """What cancelling costs the customer now; the rest of what was paid goes back."""

    cost_fen: int
    refund_fen: int


def cancel_cost(
    settings: CommunitySettings,
    *,
    fee_fen: int,
    is_paid: bool,
    job_state: str | None,
    accepted_at: datetime | None,
    now: datetime,
) -> CancelCost | None:
    """The published table of cancelling by stage; ``None``: it is too late to cancel.

    | stage | cost |
    | --- | --- |
    | not paid | nothing |
    | waiting or open | nothing |
    | accepted, up to ``free_cancel_s`` ago | nothing |
    | accepted, longer ago | ``cancel_after_accept_percent`` of the fee |
    | picked up or later | not possible |
    """
    if not is_paid:
        return CancelCost(0, 0)
    if job_state in ("waiting", "open"):
        return CancelCost(0, fee_fen)
    if job_state != "accepted" or accepted_at is None:
        return None
    if now - accepted_at <= timedelta(seconds=settings.free_cancel_s):
        return CancelCost(0, fee_fen)
    cost_fen = percent_of_fen(fee_fen, settings.cancel_after_accept_percent)
    return CancelCost(cost_fen, fee_fen - cost_fen)


# Who bears a failed delivery, by the reason the runner gave.
FAIL_FAULT: dict[str, Fault] = {
    "nobody_there": "resident",
    "refused": "resident",
    "address_wrong": "resident",
    "damaged": "platform",
}


def returned_cost_fen(*, fee_fen: int, fault: Fault) -> int:
    """What a returned order costs: the fee where the resident is at fault, else nothing."""
    return fee_fen if fault == "resident" else 0


def late_s(*, delivered_at: datetime, due_at: datetime) -> int:
    """Whole seconds after the promised time; 0 when in time."""
    return max(0, int((delivered_at - due_at).total_seconds()))
