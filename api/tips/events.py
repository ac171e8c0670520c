"""Events of tips."""

from api.events.registry import declare

TIP_OFFERED = declare("tip.offered", "order_id", "amount_fen")
TIP_PAID = declare("tip.paid", "order_id", "amount_fen", "runner_id")
TIP_LAPSED = declare("tip.lapsed", "order_id")
