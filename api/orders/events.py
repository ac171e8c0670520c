"""Events of orders."""

from api.events.registry import declare

ORDER_PLACED = declare("order.placed", "number", "kind", "fee_fen", "customer_id", "beneficiary_id")
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
ORDER_RATED = declare("order.rated", "runner_id", "household", "stars", "tags")
