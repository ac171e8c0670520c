"""The state machines of a merchant, of who works there, of a product and of a lot."""

from api.kit.state import Machine

MERCHANT = Machine(
    "merchant",
    [
        (None, "apply", "applied", "resident"),
        ("applied", "approve", "approved", "staff"),
        ("applied", "reject", "rejected", "staff"),
        ("rejected", "apply", "applied", "resident"),
        ("applied", "withdraw", "withdrawn", "resident"),
        ("rejected", "withdraw", "withdrawn", "resident"),
        ("approved", "suspend", "suspended", "staff"),
        ("suspended", "reinstate", "approved", "staff"),
        # The shop closes for good; who comes back applies anew.
        ("approved", "withdraw", "withdrawn", "merchant"),
        ("suspended", "withdraw", "withdrawn", "merchant"),
    ],
    final=("withdrawn",),
)
MEMBER = Machine(
    "merchant_member",
    [
        (None, "found", "active", "resident"),
        (None, "invite", "invited", "merchant"),
        ("invited", "join", "active", "resident"),
        ("invited", "lapse", "lapsed", "system"),
        ("invited", "end", "ended", "merchant"),
        ("active", "end", "ended", "merchant"),
    ],
    final=("lapsed", "ended"),
)
PRODUCT = Machine(
    "product",
    [
        (None, "add", "off_shelf", "merchant"),
        ("off_shelf", "show", "on_shelf", "merchant"),
        ("on_shelf", "hide", "off_shelf", "merchant"),
        ("off_shelf", "remove", "removed", "merchant"),
        ("on_shelf", "remove", "removed", "merchant"),
    ],
    final=("removed",),
)
LOT = Machine(
    "lot",
    [
        (None, "record", "kept", "merchant"),
        ("kept", "recall", "recalled", "merchant,staff"),
    ],
    final=("recalled",),
)
ROLES = ("owner", "clerk")
SOLD_BY = ("piece", "weight")
CATEGORIES = (
    "vegetable", "fruit", "egg", "meat", "fish", "grain", "bean", "packed", "cooked", "daily",
    "other",
)  # fmt: skip
RECALL_REASONS = ("residue", "spoilt", "label", "supplier", "authority", "other")
