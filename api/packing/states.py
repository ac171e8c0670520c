"""The state machine of a bag being packed: its order's own, from the first claim on."""

from api.kit.state import Machine

PACKING = Machine(
    "packing",
    [
        (None, "claim", "claimed", "packer"),
        ("claimed", "release", "waiting", "packer,staff"),
        ("waiting", "claim", "claimed", "packer"),
        ("claimed", "pack", "packed", "packer"),
    ],
    final=("packed",),
)
