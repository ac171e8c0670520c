"""Events of making good."""

from api.events.registry import declare

# Waits for merchant or staff, until a deadline.
REPORT_MADE = declare("goods_report.made", "order_id", "item_id", "code", "asked_fen", "decide_by")
# By the rule, at once.
REPORT_SETTLED = declare("goods_report.settled", "order_id", "item_id", "code", "refund_fen")
REPORT_CONTESTED = declare("goods_report.contested", "order_id")
REPORT_GRANTED = declare("goods_report.granted", "order_id", "how", "refund_fen")
REPORT_DECLINED = declare("goods_report.declined", "order_id")
RECALL_WITHHELD = declare("recalled_line.withheld", "order_id", "item_id", "lot_id")
RECALL_REFUNDED = declare("recalled_line.refunded", "order_id", "item_id", "lot_id", "refund_fen")
