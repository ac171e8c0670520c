"""Events of orders."""

from api.events.registry import declare

ORDER_PLACED = declare("order.placed", "number", "kind", "fee_fen", "goods_fen")
ORDER_ACTIVATED = declare("order.activated", "job_id")
ORDER_CANCELLED = declare("order.cancelled", "reason", "fault", "cost_fen", "refund_fen")
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
)
ORDER_GOODS_RAISED = declare("order.goods_raised", "goods_fen", "extra_fen")
ORDER_GOODS_SETTLED = declare("order.goods_settled", "goods_fen", "spent_fen", "refund_fen")
CONSENT_ASKED = declare("consent.asked", "order_id", "goods_fen", "extra_fen")
CONSENT_AGREED = declare("consent.agreed", "order_id", "extra_fen")
CONSENT_DECLINED = declare("consent.declined", "order_id")
CONSENT_PAID = declare("consent.paid", "order_id", "extra_fen")
CONSENT_LAPSED = declare("consent.lapsed", "order_id")
ORDER_RATED = declare("order.rated", "runner_id", "household", "stars", "tags")
