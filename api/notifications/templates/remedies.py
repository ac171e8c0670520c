"""What people are told about goods that were reported, and about lots that are called back."""

from api.notifications.templates.shape import DAY_S, ORDER_PAGE, Template, Text

_SHOP_PAGE = "pages/merchant/reports"
_STAFF_PAGE = "pages/staff/reports"
_TWO_DAYS_S = 2 * DAY_S


def _refunded(zh: Text, en: Text) -> tuple[Template, ...]:
    return (
        Template(
            "customer", zh, en, page=ORDER_PAGE, wechat="order_ended", needs="refund_yuan",
            useful_s=_TWO_DAYS_S,
        ),
    )  # fmt: skip


REMEDIES: dict[str, tuple[Template, ...]] = {
    "goods_report.made": (
        Template(
            "person",
            Text("有人反映商品问题", "请在48小时内处理订单{number},过时自动退款。"),
            Text("Goods were reported", "Decide on order {number} within 48 hours."),
            page=_SHOP_PAGE,
        ),
        Template(
            "staff",
            Text("有人反映商品问题", "订单{number},商户或社区请在48小时内处理。"),
            Text("Goods were reported", "Order {number}: decide within 48 hours."),
            page=_STAFF_PAGE,
        ),
    ),
    "goods_report.settled": (
        *_refunded(
            Text("反映的问题已退款", "订单{number}已退{refund_yuan}元。"),
            Text("Refunded", "{refund_yuan} yuan of order {number} go back."),
        ),
        Template(
            "person",
            Text("有商品按规则退款", "订单{number}有商品缺少或变质,已按规则退款。"),
            Text("Goods were refunded", "Goods of order {number} were refunded by the rule."),
            page=_SHOP_PAGE,
        ),
    ),
    "goods_report.contested": (
        Template(
            "staff",
            Text("商户对反映有异议", "订单{number}请社区裁定。"),
            Text("A report is contested", "Please decide on order {number}."),
            page=_STAFF_PAGE,
        ),
    ),
    "goods_report.granted": _refunded(
        Text("反映的问题已退款", "订单{number}已退{refund_yuan}元。"),
        Text("Refunded", "{refund_yuan} yuan of order {number} go back."),
    ),
    "goods_report.declined": (
        Template(
            "customer",
            Text("反映的问题未予退款", "订单{number}社区裁定不退款,可以联系社区了解原因。"),
            Text("Not refunded", "Staff decided on order {number}. Ask the community why."),
            page=ORDER_PAGE,
            wechat="order_ended",
        ),
    ),
    # Of what is eaten soon: told by night, too.
    "recalled_line.withheld": (
        Template(
            "customer",
            Text("订的商品有召回", "订单{number}里有一批被召回,不会送出,缺的退款。"),
            Text("A lot was recalled", "It will not be sent with order {number}."),
            page=ORDER_PAGE,
            wechat="order_progress",
            is_urgent=True,
        ),
    ),
    "recalled_line.refunded": (
        Template(
            "customer",
            Text("请不要食用:召回", "订单{number}有商品被召回,已退{refund_yuan}元。"),
            Text("Do not eat it: recalled", "{refund_yuan} yuan of order {number} go back."),
            page=ORDER_PAGE,
            wechat="order_ended",
            is_urgent=True,
            needs="refund_yuan",
            useful_s=_TWO_DAYS_S,
        ),
        Template(
            "customer",
            Text("请不要食用:召回", "订单{number}有商品被召回,请看详情。"),
            Text("Do not eat it: recalled", "Goods of order {number} were recalled."),
            page=ORDER_PAGE,
            wechat="order_ended",
            is_urgent=True,
            useful_s=_TWO_DAYS_S,
        ),
    ),
}
