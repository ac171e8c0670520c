"""What people are told about cycles of vegetables; of their own orders the orders tell them."""

from api.notifications.templates.shape import CYCLE_PAGE, NOBODY, ORDER_PAGE, Template, Text

CYCLES: dict[str, tuple[Template, ...]] = {
    "cycle.drafted": NOBODY,
    "cycle.changed": NOBODY,
    # Whoever wants to know is told by an event of their own.
    "cycle.opened": NOBODY,
    "cycle_announcement.made": (
        Template(
            "person",
            Text("接龙开始了", "看看有什么,先到先得。"),
            Text("The cycle is open", "See what there is: first come, first served."),
            page=CYCLE_PAGE,
            wechat="cycle_opened",
        ),
    ),
    "stock_change.made": NOBODY,
    "cycle_alert.set": NOBODY,
    "cycle_alert.lifted": NOBODY,
    "cycle.cut_off": NOBODY,
    "cycle.closed": NOBODY,
    "cycle.cancelled": NOBODY,
    "cycle.packing_begun": NOBODY,
    "cycle.item_arrived": NOBODY,
    "cycle.lots_noted": NOBODY,
    "cycle.delivery_begun": NOBODY,
    "cycle.building_left": NOBODY,
    "cycle.completed": NOBODY,
    "collection.ready": (
        Template(
            "customer",
            Text("可以自提了", "订单{number}已装好,请按时段来取,自提码在订单里。"),
            Text("Ready to be fetched", "Order {number} is packed. Its code is in the order."),
            page=ORDER_PAGE,
            wechat="order_progress",
        ),
    ),
    "collection.collected": (
        Template(
            "customer",
            Text("已自提", "订单{number}已取走;不是您或家人取的,请联系社区。"),
            Text("Fetched", "Order {number} was fetched. Not by you? Ask the community staff."),
            page=ORDER_PAGE,
            wechat="order_ended",
        ),
    ),
    # The order's own end tells of the money.
    "collection.lapsed": NOBODY,
    "packing.claimed": NOBODY,
    "packing.released": NOBODY,
    "packing.packed": NOBODY,
    # The refund of what is called back tells of it.
    "packing.kept_back": NOBODY,
    "packing.taken_out": (
        Template(
            "customer",
            Text("其余商品可以给您了", "订单{number}里被召回的已取出,其余照常送来或来取。"),
            Text("The rest is yours", "What was recalled is out of order {number}."),
            page=ORDER_PAGE,
            wechat="order_progress",
        ),
    ),
    "standing_order.started": NOBODY,
    "standing_order.paused": NOBODY,
    "standing_order.resumed": NOBODY,
    "standing_order.ended": NOBODY,
    "standing_order.placed": (
        Template(
            "customer",
            Text("已按常订下单", "接龙开始了,订单{number}已按常订生成,请在截单前支付。"),
            Text("Your standing order", "Order {number} was placed. Pay before the cut-off."),
            page=ORDER_PAGE,
            wechat="order_progress",
        ),
    ),
    "standing_order.skipped": (
        Template(
            "person",
            Text("常订这次没有下单", "这次接龙没能按常订下单,可以自己去看看还有什么。"),
            Text("Standing order skipped", "It could not be placed in this cycle. Have a look."),
        ),
    ),
}
