"""The state machines of a bag, from the first claim on, and of its wait at a collection point."""

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
COLLECTION = Machine(
    "collection",
    [
        (None, "pack", "ready", "packer"),
        # By its code, or by staff to somebody without a phone whom they know.
        ("ready", "collect", "collected", "merchant,staff"),
        # Nobody came as long as the goods kept.
        ("ready", "lapse", "lapsed", "system"),
    ],
    final=("collected", "lapsed"),
)
