"""What people are told about trouble on the way, and about acts that were held."""

from api.notifications.templates.shape import HOUR_S, JOB_PAGE, NOBODY, ORDER_PAGE, Template, Text

TROUBLE: dict[str, tuple[Template, ...]] = {
    "act.held": NOBODY,
    "act.undone": NOBODY,
    "act.done": NOBODY,
    "act.dropped": (
        Template(
            "person",
            Text("操作没有生效", "您刚才的操作没有生效,请打开再看一下。"),
            Text("It was not done", "What you just did had no effect. Please look again."),
            is_urgent=True,
            useful_s=HOUR_S,
        ),
    ),
    "incident.reported": (
        Template(
            "customer",
            Text("骑手报告了问题", "订单{number}途中有问题,正在处理。"),
            Text("The runner reports trouble", "Order {number}: staff are looking after it."),
            page=ORDER_PAGE,
            wechat="order_progress",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
        Template(
            "runner",
            Text("下单人报告了问题", "订单{number}有问题,请看任务。"),
            Text("The customer reports trouble", "Order {number}: please look at the job."),
            page=JOB_PAGE,
            wechat="runner_work",
            is_urgent=True,
            useful_s=HOUR_S,
        ),
        Template(
            "staff",
            Text("有新的问题报告", "订单{number}有问题,请尽快受理。"),
            Text("Trouble is reported", "Order {number} needs somebody."),
            page=ORDER_PAGE,
            is_urgent=True,
        ),
    ),
    # What was done about it tells itself: another time, money back, another runner, the end.
    "incident.acted": NOBODY,
    "incident.resolved": (
        Template(
            "customer",
            Text("问题已处理", "订单{number}的问题已处理。"),
            Text("The trouble is over", "Order {number}: it was settled."),
            page=ORDER_PAGE,
        ),
        Template(
            "runner",
            Text("问题已处理", "订单{number}的问题已处理。"),
            Text("The trouble is over", "Order {number}: it was settled."),
            page=JOB_PAGE,
        ),
    ),
}
