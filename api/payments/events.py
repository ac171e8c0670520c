"""Events of payments and refunds."""

from api.events.registry import declare

PAYMENT_OPENED = declare("payment.opened", "order_id", "amount_fen")
PAYMENT_PAID = declare("payment.paid", "order_id", "amount_fen", "is_counted")
PAYMENT_CLOSED = declare("payment.closed", "order_id")
# No move: WeChat was asked and answered something else, which is for a person. ``theirs_fen``: what
# it said was paid.
PAYMENT_UNFIT = declare("payment.unfit", "order_id", "why", "theirs_fen")
REFUND_REQUESTED = declare("refund.requested", "order_id", "amount_fen", "reason")
REFUND_SUCCEEDED = declare("refund.succeeded", "order_id", "amount_fen")
REFUND_UNFIT = declare("refund.unfit", "order_id", "amount_fen", "why", "theirs_fen")
REFUND_FAILED = declare("refund.failed", "order_id", "amount_fen")
