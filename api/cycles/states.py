"""The state machines of a cycle and of a standing order."""

from api.kit.state import Machine

CYCLE = Machine(
    "cycle",
    [
        (None, "draft", "draft", "merchant,staff"),
        ("draft", "open", "open", "merchant,staff,system"),
        # At the cut-off, once the last order is paid or gone; by hand the cut-off is now.
        ("open", "close", "closed", "system"),
        ("closed", "pack", "packing", "merchant,staff,packer,system"),
        ("packing", "deliver", "delivering", "merchant,staff,packer,system"),
        # Once every order of it is final.
        ("delivering", "complete", "completed", "system"),
        # Where every order ended before it was carried, as none of its goods came.
        ("closed", "complete", "completed", "system"),
        ("packing", "complete", "completed", "system"),
        ("draft", "cancel", "cancelled", "merchant,staff"),
        ("open", "cancel", "cancelled", "merchant,staff,system"),
    ],
    final=("completed", "cancelled"),
)
STANDING = Machine(
    "standing_order",
    [
        (None, "start", "active", "resident"),
        ("active", "pause", "paused", "resident"),
        ("paused", "resume", "active", "resident"),
        ("active", "end", "ended", "resident,system"),
        ("paused", "end", "ended", "resident,system"),
    ],
    final=("ended",),
)
