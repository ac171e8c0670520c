"""The state machines of a receiver, of a share, and of what is given back of one."""

from api.kit.state import Machine

RECEIVER = Machine(
    "receiver",
    [
        (None, "ask", "asked", "staff"),
        ("asked", "add", "added", "gateway"),
        ("asked", "refuse", "refused", "gateway"),
        # Another merchant number, or the same one again.
        ("asked", "replace", "asked", "staff"),
        ("added", "replace", "asked", "staff"),
        ("refused", "replace", "asked", "staff"),
        ("ended", "replace", "asked", "staff"),
        ("asked", "end", "ended", "staff"),
        ("added", "end", "ended", "staff"),
        ("refused", "end", "ended", "staff"),
    ],
    final=(),
)
SHARE = Machine(
    "share",
    [
        (None, "plan", "asked", "system"),
        # Nothing is to be shared: WeChat lets all of it be ours.
        (None, "release", "releasing", "system"),
        # Nothing is left of the payment, or WeChat has let go of it by itself.
        (None, "skip", "released", "system"),
        ("asked", "succeed", "shared", "gateway"),
        # Made, and the merchant did not get it: it is on the statement, as before.
        ("asked", "fail", "failed", "gateway"),
        # Never made, so that all of it is still frozen.
        ("asked", "refuse", "releasing", "gateway"),
        ("releasing", "let_go", "released", "gateway"),
    ],
    final=("shared", "failed", "released"),
)
RETURN = Machine(
    "share_return",
    [
        (None, "ask", "asked", "system"),
        ("asked", "succeed", "returned", "gateway"),
        ("asked", "fail", "failed", "gateway"),
    ],
    final=("returned", "failed"),
)
