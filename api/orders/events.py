"""Events of orders."""

from api.events.registry import declare

ORDER_PLACED = declare(
    "order.placed", "number", "kind", "fee_fen", "goods_fen", "customer_id", "beneficiary_id"
)
ORDER_ACTIVATED = declare("order.activated", "job_id")
ORDER_CANCELLED = declare(
    "order.cancelled",
    "reason",
    "fault",
    "side",
    "cost_fen",
    "refund_fen",
    "points",
    "runner_id",
    "after_accept_s",
)
ORDER_COMPLETED = declare(
    "order.completed",
    "how",
    "job_id",
    "runner_id",
    "household",
    "delivered_at",
    "late_s",
    "weight_g",
    "floors_no_lift",
    "weather",
    "care",
)
ORDER_DISPUTED = declare("order.disputed", "dispute_id", "side", "reason", "left_fen")
ORDER_RESOLVED = declare(
    "order.resolved",
    "dispute_id",
    "outcome",
    "resident_fen",
    "runner_fen",
    "platform_fen",
    "source",
)
ORDER_REFUND_DECIDED = declare("order.refund_decided", "amount_fen", "reason")
ACT_HELD = declare("act.held", "act", "order_id")
ACT_UNDONE = declare("act.undone")
ACT_DONE = declare("act.done")
ACT_DROPPED = declare("act.dropped", "refused_as")
ORDER_GOODS_RAISED = declare("order.goods_raised", "goods_fen", "extra_fen")
ORDER_GOODS_SETTLED = declare("order.goods_settled", "goods_fen", "spent_fen", "refund_fen")
CONSENT_ASKED = declare("consent.asked", "order_id", "goods_fen", "extra_fen")
CONSENT_AGREED = declare("consent.agreed", "order_id", "extra_fen")
CONSENT_DECLINED = declare("consent.declined", "order_id")
CONSENT_PAID = declare("consent.paid", "order_id", "extra_fen")
CONSENT_LAPSED = declare("consent.lapsed", "order_id")
ORDER_RATED = declare("order.rated", "runner_id", "household", "stars", "tags")
