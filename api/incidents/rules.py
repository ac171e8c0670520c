"""Pure rules of incidents: which trouble there is, and who may do what about it."""

from typing import Literal

Side = Literal["resident", "runner", "staff"]
Action = Literal["take", "reschedule", "price_difference", "reassign", "cancel"]
Cause = Literal[
    "merchant_wait",
    "traffic_control",
    "customer_unreachable",
    "access_blocked",
    "extra_request",
    "platform_fault",
    "severe_weather",
    "injury",
    "emergency_help",
]
CODES = (
    "address_wrong",
    "gate_refused",
    "lift_broken",
    "goods_damaged",
    "goods_missing",
    "price_differs",
    "customer_unreachable",
    "runner_unreachable",
    "shop_closed",
    "weather",
    "injury",
    "unsafe",
    "extra_request",
    "other",
)
# A runner asks for more time or another price by reporting; the customer or staff grant it.
MAY_ACT: dict[Action, frozenset[Side]] = {
    "take": frozenset({"staff"}),
    "reschedule": frozenset({"resident", "staff"}),
    "price_difference": frozenset({"staff"}),
    "reassign": frozenset({"staff"}),
    # At what cost, and for which reasons, says the table of cancelling.
    "cancel": frozenset({"resident", "runner", "staff"}),
}
UNRESOLVED_MAX = 5


def may_act(action: Action, side: Side) -> bool:
    """Whether this side may do this about an incident."""
    return side in MAY_ACT[action]


def may_resolve(*, state: str, side: Side, is_reporter: bool) -> bool:
    """Staff close any; who reported may take it back while nobody has acted."""
    return side == "staff" or (is_reporter and state == "open")
