"""The state machine of a notice of WeChat Pay."""

from api.kit.state import Machine

PAY_NOTICE = Machine(
    "pay_notice",
    [
        (None, "receive", "received", "gateway"),
        ("received", "take", "taken", "system"),
        # It does not fit what we know: nothing is done, and staff look at it.
        ("received", "refuse", "refused", "system"),
    ],
    final=("taken", "refused"),
)
