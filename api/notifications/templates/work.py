"""What people are told about orders, jobs and money."""

from api.notifications.templates.shape import HOUR_S, JOB_PAGE, NOBODY, ORDER_PAGE, Template, Text

_TAKEN = Template(
    "customer",
    Text("骑手已接单", "订单{number}的骑手正赶往取货点。"),
    Text("A runner took your order", "Order {number}: the runner is on the way."),
    page=ORDER_PAGE,
    wechat="order_progress",
    is_urgent=True,
    useful_s=HOUR_S,
)
_DELIVERED = Template(
    "customer",
    Text("已送达", "订单{number}已送达,请确认。"),
    Text("Delivered", "Order {number} was delivered. Please confirm."),
    page=ORDER_PAGE,
    wechat="order_progress",
    needs="number",
)

WORK: dict[str, tuple[Template, ...]] = {
    "job.made": NOBODY,
    "job.opened": NOBODY,
    "job.accepted": (_TAKEN,),
    "job.assigned": (
        _TAKEN,
        Template(
            "runner",
            Text("给您派了一单", "订单{number}已派给您,请前往取货。"),
            Text("A job was given to you", "Order {number} is yours now. Please fetch it."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "job.released": (
        Template(
            "customer",
            Text("正在重新安排骑手", "订单{number}的骑手有事,正在换人。"),
            Text("Looking for another runner", "Order {number} was handed back."),
            page=ORDER_PAGE,
            useful_s=HOUR_S,
        ),
        Template(
            "runner",
            Text("任务已转给别人", "订单{number}已由工作人员转出,请勿前往。"),
            Text("The job was taken back", "Order {number} is no longer yours."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "job.ready": (
        Template(
            "runner",
            Text("货已备好", "订单{number}现在就可以去取。"),
            Text("It is ready", "Order {number} can be fetched now."),
            page=JOB_PAGE,
            wechat="runner_work",
            useful_s=HOUR_S,
        ),
    ),
    "job.rescheduled": (
        Template(
            "customer",
            Text("送达时间有变", "订单{number}的送达时间改了,请看订单。"),
            Text("Another time", "Order {number} has another time; see the order."),
            page=ORDER_PAGE,
            wechat="order_progress",
            useful_s=HOUR_S,
        ),
        Template(
            "runner",
            Text("送达时间有变", "订单{number}的送达时间改了,请看任务。"),
            Text("Another time", "Order {number} has another time; see the job."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "job.arrived": (
        Template(
            "customer",
            Text("骑手已到取货点", "订单{number}的骑手正在取货。"),
            Text("The runner is at the pickup", "Order {number} is being fetched."),
            page=ORDER_PAGE,
            useful_s=HOUR_S // 2,
        ),
    ),
    "job.picked_up": (
        Template(
            "customer",
            Text("骑手已取货", "订单{number}正在送来,请准备好收货码。"),
            Text("On its way to you", "Order {number}: have your receipt code ready."),
            page=ORDER_PAGE,
            wechat="order_progress",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "job.stop_kept_back": (
        Template(
            "runner",
            Text("有一袋先别交", "订单{number}有商品被召回,等商家取出;来不及就带回取货点。"),
            Text("Do not hand it over", "Order {number} is kept back: goods were recalled."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "job.stop_freed": (
        Template(
            "runner",
            Text("可以照常交付", "订单{number}被召回的商品已取出,其余的照常送。"),
            Text("Hand it over", "What was recalled is out of order {number}."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    # One stop of several, or the last: each customer is told of their own.
    "job.stop_closed": (_DELIVERED,),
    "job.delivered": (_DELIVERED,),
    # It only says since when the delivery counts.
    "job.proof_judged": NOBODY,
    "job.failed": (
        Template(
            "customer",
            Text("没能送达", "订单{number}没有送到,物品正在退回。"),
            Text("Not delivered", "Order {number} could not be delivered; it is brought back."),
            page=ORDER_PAGE,
            wechat="order_ended",
            is_urgent=True,
        ),
        Template(
            "staff",
            Text("有订单没能送达", "订单{number}正在退回,请留意。"),
            Text("An order could not be delivered", "Order {number} is being brought back."),
            page=ORDER_PAGE,
            is_urgent=True,
        ),
    ),
    "job.returned": (
        Template(
            "runner",
            Text("退回已确认", "订单{number}的物品已收到。"),
            Text("The return is confirmed", "The goods of order {number} are back."),
            page=JOB_PAGE,
        ),
    ),
    # The order is cancelled in consequence, which is told.
    "job.expired": NOBODY,
    "job.cancelled": (
        Template(
            "runner",
            Text("任务已取消", "订单{number}已取消,请勿前往。"),
            Text("The job was cancelled", "Order {number} was cancelled. Do not go there."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "order.placed": NOBODY,
    "order.activated": NOBODY,
    "order.cancelled": (
        Template(
            "customer",
            Text("订单已取消", "订单{number}已取消,{refund_yuan}元将原路退回。"),
            Text("Order cancelled", "Order {number} was cancelled; ¥{refund_yuan} comes back."),
            page=ORDER_PAGE,
            wechat="order_ended",
            needs="refund_yuan",
        ),
        Template(
            "customer",
            Text("订单已取消", "订单{number}已取消。"),
            Text("Order cancelled", "Order {number} was cancelled."),
            page=ORDER_PAGE,
            wechat="order_ended",
        ),
    ),
    "order.completed": (
        Template(
            "customer",
            Text("订单已完成", "订单{number}已自动确认,欢迎评价。"),
            Text("Order completed", "Order {number} was confirmed by itself. Rate it?"),
            page=ORDER_PAGE,
        ),
        Template(
            "runner",
            Text("订单已完成", "订单{number}已确认完成。"),
            Text("Order completed", "Order {number} was confirmed."),
            page=JOB_PAGE,
        ),
    ),
    "order.disputed": (
        Template(
            "customer",
            Text("骑手提出了争议", "订单{number}有争议,处理完之前钱不动。"),
            Text(
                "The runner disputes the order",
                "Order {number}: its money rests until staff decide.",
            ),
            page=ORDER_PAGE,
            wechat="order_ended",
        ),
        Template(
            "runner",
            Text("下单人提出了争议", "订单{number}有争议,等待工作人员处理。"),
            Text("The order is disputed", "Order {number} waits for the decision of staff."),
            page=JOB_PAGE,
        ),
        Template(
            "staff",
            Text("有订单争议", "订单{number}有争议,请处理。"),
            Text("An order is disputed", "Order {number} needs your decision."),
            page=ORDER_PAGE,
        ),
    ),
    "order.resolved": (
        Template(
            "customer",
            Text("争议已处理", "订单{number}的争议已处理,结果请看订单。"),
            Text("The dispute is settled", "See order {number} for the decision."),
            page=ORDER_PAGE,
            wechat="order_ended",
        ),
        Template(
            "runner",
            Text("争议已处理", "订单{number}的争议已处理,结果请看任务。"),
            Text("The dispute is settled", "See the job of order {number} for the decision."),
            page=JOB_PAGE,
        ),
    ),
    # The refund that follows tells: once, and when the money is back.
    "order.refund_decided": NOBODY,
    # Whoever acts sees it at once; only what did not happen must be told.
    # A rating stays private; its points stand in the ledger.
    "order.rated": NOBODY,
    # WeChat itself tells of what was paid.
    "pay_notice.received": NOBODY,
    "pay_notice.taken": NOBODY,
    "pay_notice.refused": (
        Template(
            "staff",
            Text("有支付通知对不上", "微信支付的一条通知与账目不符,未入账,请核对。"),
            Text("A notice of WeChat Pay differs", "It was not booked and needs a person."),
            is_urgent=True,
        ),
    ),
    # Whoever is asked is online and hears of it by the feed; it is over before a message is read,
    # and the few that people allow are kept for work that was given to them.
    "offer.made": NOBODY,
    "offer.accepted": NOBODY,
    "offer.declined": NOBODY,
    "offer.expired": NOBODY,
    "offer.withdrawn": NOBODY,
    "offer.spent": (
        Template(
            "staff",
            Text("有任务派不出去", "订单{number}已多次派单无人接,留在接单大厅,请关注。"),
            Text("Nobody takes a job", "Order {number} was offered several times in vain."),
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "tip.offered": NOBODY,
    "tip.paid": (
        Template(
            "runner",
            Text("收到打赏", "订单{number}的下单人谢谢您,{tip_yuan}元全部归您。"),
            Text("You got a tip", "¥{tip_yuan} for order {number}, all of it yours."),
            page=JOB_PAGE,
            needs="tip_yuan",
        ),
    ),
    "tip.lapsed": NOBODY,
    # The list of differences says the rest.
    "reconciliation.planned": NOBODY,
    "reconciliation.compared": (
        Template(
            "staff",
            Text("对账有差异", "账单与账本有{open_count}处差异待处理,见每日对账。"),
            Text("Differences to look at", "A daily bill differs in {open_count} places."),
            needs="open_count",
        ),
    ),
    "reconciliation.given_up": (
        Template(
            "staff",
            Text("账单取不到", "有一天的微信账单两天仍取不到,请到商户平台查看后重新对账。"),
            Text("A bill did not come", "A daily bill could not be had in two days."),
        ),
    ),
    "reconciliation.repeated": NOBODY,
    "difference.found": NOBODY,
    "difference.matched": NOBODY,
    "difference.missed": NOBODY,
    "difference.returned": NOBODY,
    "difference.explained": NOBODY,
    "difference.settled": NOBODY,
    "payment.opened": NOBODY,
    "payment.paid": NOBODY,
    "payment.closed": NOBODY,
    "payment.unfit": (
        Template(
            "staff",
            Text("有付款对不上", "微信的答复与一笔付款不符,未入账,请看对账差异。"),
            Text("A payment differs", "WeChat answered otherwise; look at the differences."),
            is_urgent=True,
        ),
    ),
    "refund.unfit": (
        Template(
            "staff",
            Text("有退款对不上", "微信的答复与一笔退款不符,未改账,请看对账差异。"),
            Text("A refund differs", "WeChat answered otherwise; look at the differences."),
            is_urgent=True,
        ),
    ),
    "refund.requested": NOBODY,
    "refund.succeeded": (
        Template(
            "customer",
            Text("退款已到账", "订单{number}的{refund_yuan}元已原路退回。"),
            Text("Refunded", "¥{refund_yuan} of order {number} went back."),
            page=ORDER_PAGE,
            wechat="order_ended",
            needs="refund_yuan",
        ),
    ),
    "refund.failed": (
        Template(
            "customer",
            Text("退款遇到问题", "订单{number}的退款正由工作人员处理。"),
            Text("The refund is delayed", "Staff are looking at the refund of order {number}."),
            page=ORDER_PAGE,
        ),
        Template(
            "staff",
            Text("有退款失败", "订单{number}的退款需要人工处理。"),
            Text("A refund failed", "The refund of order {number} needs a person."),
            page=ORDER_PAGE,
            is_urgent=True,
        ),
    ),
}
