"""What people are told about goods that cost more, and about repeating errands."""

from api.notifications.templates.shape import HOUR_S, JOB_PAGE, NOBODY, ORDER_PAGE, Template, Text

WISHES: dict[str, tuple[Template, ...]] = {
    "consent.asked": (
        Template(
            "customer",
            Text("商品超出上限", "订单{number}要多付一些,请同意或拒绝。"),
            Text("It costs more", "Order {number} costs more than you paid. Do you agree?"),
            page=ORDER_PAGE,
            wechat="order_progress",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    # The runner waits for the money; whoever agreed pays at once.
    "consent.agreed": NOBODY,
    "consent.declined": (
        Template(
            "runner",
            Text("下单人不同意加价", "订单{number}请按原来的上限买。"),
            Text("The customer declined", "Order {number}: keep to what was paid in front."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "consent.paid": (
        Template(
            "runner",
            Text("下单人已补付", "订单{number}可以按新的上限买了。"),
            Text("The customer paid", "Order {number}: you may spend up to the new ceiling."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "consent.lapsed": (
        Template(
            "customer",
            Text("加价请求已过期", "订单{number}按原来的上限继续。"),
            Text("Too late to agree", "Order {number} goes on with what you paid."),
            page=ORDER_PAGE,
            useful_s=HOUR_S,
        ),
        Template(
            "runner",
            Text("加价请求已过期", "订单{number}请按原来的上限买。"),
            Text("Nobody answered", "Order {number}: keep to what was paid in front."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    # The consent that was paid for tells it.
    "order.goods_raised": NOBODY,
    "job.advance_raised": NOBODY,
    "order.goods_settled": (
        Template(
            "customer",
            Text("商品差额退回", "订单{number}的差额{refund_yuan}元将退回。"),
            Text("The rest comes back", "Order {number} cost less: ¥{refund_yuan} comes back."),
            page=ORDER_PAGE,
            wechat="order_ended",
            needs="refund_yuan",
        ),
    ),
    "repeat.started": NOBODY,
    "repeat.paused": NOBODY,
    "repeat.resumed": NOBODY,
    "repeat.ended": NOBODY,
    "repeat.placed": (
        Template(
            "customer",
            Text("已按计划下单", "订单{number}已生成,请按时支付。"),
            Text("Your order was placed", "Order {number} of your repeating errand is to be paid."),
            page=ORDER_PAGE,
            wechat="order_progress",
        ),
    ),
    "repeat.skipped": (
        Template(
            "person",
            Text("重复任务跳过一次", "有一次没有下单,请看重复任务。"),
            Text("One day was skipped", "Your repeating errand skipped a day. See why."),
        ),
    ),
}
