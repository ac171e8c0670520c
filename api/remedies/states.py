"""The state machines of a report about goods and of a line that is called back."""

from api.kit.state import Machine

REPORT = Machine(
    "goods_report",
    [
        (None, "report", "waiting", "resident"),
        # The rule decides at once.
        (None, "settle", "refunded", "resident"),
        # The merchant does not agree: staff decide, for nobody refuses over their own money.
        ("waiting", "object", "contested", "merchant"),
        # By the system where nobody decided in time.
        ("waiting", "grant", "refunded", "merchant,staff,system"),
        ("contested", "grant", "refunded", "merchant,staff,system"),
        ("waiting", "decline", "declined", "staff"),
        ("contested", "decline", "declined", "staff"),
    ],
    final=("refunded", "declined"),
)
RECALL = Machine(
    "recalled_line",
    [
        # Not in a bag yet: it does not get there, and what is packed less goes back by packing.
        (None, "withhold", "withheld", "system"),
        (None, "refund", "refunded", "system"),
        # It was on its way into the bag in the moment of the recall.
        ("withheld", "refund", "refunded", "system"),
    ],
    final=("refunded",),
)
