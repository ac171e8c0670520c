"""The state machine of a withdrawal.

What WeChat says may come in any order, and a notice may overtake the answer to our own call.
"""

from api.kit.state import Machine

WITHDRAWAL = Machine(
    "withdrawal",
    [
        (None, "ask", "asked", "runner,staff"),
        # It waits for the runner, who confirms in WeChat within 24 hours.
        ("asked", "offer", "offered", "gateway"),
        # Confirmed: nobody takes it back any more.
        ("asked", "confirm", "moving", "gateway"),
        ("offered", "confirm", "moving", "gateway"),
        ("cancelling", "confirm", "moving", "gateway"),
        ("asked", "take_back", "cancelling", "runner,staff"),
        ("offered", "take_back", "cancelling", "runner,staff"),
        ("asked", "succeed", "succeeded", "gateway"),
        ("offered", "succeed", "succeeded", "gateway"),
        ("moving", "succeed", "succeeded", "gateway"),
        ("cancelling", "succeed", "succeeded", "gateway"),
        ("asked", "fail", "failed", "gateway"),
        ("offered", "fail", "failed", "gateway"),
        ("moving", "fail", "failed", "gateway"),
        ("cancelling", "fail", "failed", "gateway"),
        ("asked", "cancel", "cancelled", "gateway"),
        ("offered", "cancel", "cancelled", "gateway"),
        ("cancelling", "cancel", "cancelled", "gateway"),
    ],
    final=("succeeded", "failed", "cancelled"),
)
OPEN = tuple(sorted(WITHDRAWAL.states - WITHDRAWAL.final))
FINAL = tuple(sorted(WITHDRAWAL.final))
