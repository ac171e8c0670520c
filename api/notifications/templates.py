"""Who is told what, as data: one table by kind of event and by role.

Every kind of event has a row; an empty one says that deliberately nobody is told. Whoever did it is
not told of it. What stands in braces is a plain value that the reaction gives
(workers/tasks/notifications.py); a template that `needs` a value which is not there is passed over
for the next one of its role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from api.settings import Settings

Role = Literal["customer", "runner", "staff", "person"]
# The plain values that templates may name.
VALUES = frozenset({"number", "refund_yuan", "reason", "order_id", "job_id"})
_ORDER = "pages/order/index?id={order_id}"
_JOB = "pages/job/index?id={job_id}"
_INBOX = "pages/inbox/index"
_HOUR_S = 3600
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Text:
    """What is read: a title of at most 20 characters, and a sentence or two."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Template:
    """What one role is told of one kind of event.

    ``page``: the page of the mini-program that it opens. ``wechat``: the key of the subscribe
    message that carries it, ``None``: the inbox only. Urgent ones are sent in quiet hours too.
    After ``useful_s`` seconds a message is no longer sent.
    """

    role: Role
    zh: Text
    en: Text
    page: str = _INBOX
    wechat: str | None = None
    is_urgent: bool = False
    useful_s: int = _DAY_S
    needs: str | None = None

    def text(self, language: str, values: Mapping[str, str]) -> Text:
        """The text in a language, with its values."""
        text = self.en if language == "en" else self.zh
        return Text(text.title.format_map(values), text.body.format_map(values))


@dataclass(frozen=True, slots=True)
class WechatTemplate:
    """A subscribe message: the name a person sees when asked, and what stands in which field.

    The fields are those of the template chosen at WeChat: ``title``, ``body``, ``at``, ``number``.
    """

    name: str
    fields: Mapping[str, str]


# The ids stand in LINLI_WECHAT_TEMPLATES, for they are each deployment's own.
WECHAT: dict[str, WechatTemplate] = {
    "order_progress": WechatTemplate(
        "订单进度提醒",
        {"character_string1": "number", "thing2": "title", "time3": "at", "thing4": "body"},
    ),
    "order_ended": WechatTemplate(
        "订单取消与退款提醒",
        {"character_string1": "number", "thing2": "title", "time3": "at", "thing4": "body"},
    ),
    "runner_work": WechatTemplate(
        "接单任务提醒",
        {"character_string1": "number", "thing2": "title", "time3": "at", "thing4": "body"},
    ),
    "review_result": WechatTemplate(
        "审核结果通知", {"thing1": "title", "time2": "at", "thing3": "body"}
    ),
}

_NOBODY: tuple[Template, ...] = ()

TEMPLATES: dict[str, tuple[Template, ...]] = {
    "user.registered": _NOBODY,
    "user.granted": (
        Template(
            "person",
            Text("您有了新的权限", "您现在可以使用新的功能了。"),
            Text("You have a new role", "New functions are open to you."),
        ),
    ),
    "user.changed": _NOBODY,
    "user.joined": _NOBODY,
    "subscription.changed": _NOBODY,
    "place.created": _NOBODY,
    "place.changed": _NOBODY,
    "runner.applied": (
        Template(
            "staff",
            Text("有新的骑手申请", "请尽快审核。"),
            Text("A new runner has applied", "Please look at the application."),
            page="pages/staff/runners",
        ),
    ),
    "runner.approved": (
        Template(
            "person",
            Text("骑手申请已通过", "上线后就可以接单了。"),
            Text("You are approved as a runner", "Go online to take jobs."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.rejected": (
        Template(
            "person",
            Text("骑手申请未通过", "原因:{reason}"),
            Text("Your application was rejected", "Reason: {reason}"),
            page="pages/runner/index",
            wechat="review_result",
            needs="reason",
        ),
        Template(
            "person",
            Text("骑手申请未通过", "可以联系社区了解原因,之后再申请。"),
            Text("Your application was rejected", "Ask the community why, then apply again."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.suspended": (
        Template(
            "person",
            Text("接单已暂停", "您暂时不能接单,请联系社区。"),
            Text("You are suspended", "You cannot take jobs. Ask the community why."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.reinstated": (
        Template(
            "person",
            Text("可以重新接单了", "上线后就可以接单。"),
            Text("You may take jobs again", "Go online to take them."),
            page="pages/runner/index",
            wechat="review_result",
        ),
    ),
    "runner.tier_changed": (
        Template(
            "person",
            Text("骑手等级有调整", "新等级和权限请看“我的”页面。"),
            Text("Your tier has changed", "See your page for what it allows."),
            page="pages/runner/index",
        ),
    ),
    "runner.rest_due": (
        Template(
            "person",
            Text("该休息一下了", "已到连续工作上限,手上的单送完后请休息。"),
            Text(
                "Time for a rest", "You reached a limit of work. Finish what you carry, then rest."
            ),
            page="pages/runner/index",
            useful_s=_HOUR_S,
        ),
    ),
    "runner.withdrawn": _NOBODY,
    "runner.application_changed": _NOBODY,
    "runner.identity_checked": _NOBODY,
    "runner.contact_read": _NOBODY,
    "runner.permissions_changed": _NOBODY,
    "runner.trained": _NOBODY,
    "runner.hours_confirmed": _NOBODY,
    "runner.shift_changed": _NOBODY,
    "earnings.read": _NOBODY,
    "emergency.began": _NOBODY,
    "emergency.changed": _NOBODY,
    "emergency.ended": _NOBODY,
    "upload.kept": _NOBODY,
    "upload.claimed": _NOBODY,
    "upload.removed": _NOBODY,
    "job.made": _NOBODY,
    "job.opened": _NOBODY,
    "job.accepted": (
        Template(
            "customer",
            Text("骑手已接单", "订单{number}的骑手正赶往取货点。"),
            Text("A runner took your order", "Order {number}: the runner is on the way."),
            page=_ORDER,
            wechat="order_progress",
            is_urgent=True,
            useful_s=_HOUR_S,
        ),
    ),
    "job.released": (
        Template(
            "customer",
            Text("正在重新安排骑手", "订单{number}的骑手有事,正在换人。"),
            Text("Looking for another runner", "Order {number} was handed back."),
            page=_ORDER,
            useful_s=_HOUR_S,
        ),
        Template(
            "runner",
            Text("任务已转给别人", "订单{number}已由工作人员转出,请勿前往。"),
            Text("The job was taken back", "Order {number} is no longer yours."),
            page=_JOB,
            wechat="runner_work",
            is_urgent=True,
            useful_s=_HOUR_S,
        ),
    ),
    "job.arrived": (
        Template(
            "customer",
            Text("骑手已到取货点", "订单{number}的骑手正在取货。"),
            Text("The runner is at the pickup", "Order {number} is being fetched."),
            page=_ORDER,
            useful_s=_HOUR_S // 2,
        ),
    ),
    "job.picked_up": (
        Template(
            "customer",
            Text("骑手已取货", "订单{number}正在送来,请准备好收货码。"),
            Text("On its way to you", "Order {number}: have your receipt code ready."),
            page=_ORDER,
            wechat="order_progress",
            is_urgent=True,
            useful_s=_HOUR_S,
        ),
    ),
    "job.stop_closed": (
        Template(
            "customer",
            Text("已送达", "订单{number}已送达,请确认。"),
            Text("Delivered", "Order {number} was delivered. Please confirm."),
            page=_ORDER,
            wechat="order_progress",
            needs="number",
        ),
    ),
    "job.delivered": (
        Template(
            "customer",
            Text("已送达", "订单{number}已送达,请确认。"),
            Text("Delivered", "Order {number} was delivered. Please confirm."),
            page=_ORDER,
            wechat="order_progress",
            needs="number",
        ),
    ),
    "job.failed": (
        Template(
            "customer",
            Text("没能送达", "订单{number}没有送到,物品正在退回。"),
            Text("Not delivered", "Order {number} could not be delivered; it is brought back."),
            page=_ORDER,
            wechat="order_ended",
            is_urgent=True,
        ),
        Template(
            "staff",
            Text("有订单没能送达", "订单{number}正在退回,请留意。"),
            Text("An order could not be delivered", "Order {number} is being brought back."),
            page=_ORDER,
            is_urgent=True,
        ),
    ),
    "job.returned": (
        Template(
            "runner",
            Text("退回已确认", "订单{number}的物品已收到。"),
            Text("The return is confirmed", "The goods of order {number} are back."),
            page=_JOB,
        ),
    ),
    # The order is cancelled in consequence, which is told.
    "job.expired": _NOBODY,
    "job.cancelled": (
        Template(
            "runner",
            Text("任务已取消", "订单{number}已取消,请勿前往。"),
            Text("The job was cancelled", "Order {number} was cancelled. Do not go there."),
            page=_JOB,
            wechat="runner_work",
            is_urgent=True,
            useful_s=_HOUR_S,
        ),
    ),
    "order.placed": _NOBODY,
    "order.activated": _NOBODY,
    "order.cancelled": (
        Template(
            "customer",
            Text("订单已取消", "订单{number}已取消,{refund_yuan}元将原路退回。"),
            Text("Order cancelled", "Order {number} was cancelled; ¥{refund_yuan} comes back."),
            page=_ORDER,
            wechat="order_ended",
            needs="refund_yuan",
        ),
        Template(
            "customer",
            Text("订单已取消", "订单{number}已取消。"),
            Text("Order cancelled", "Order {number} was cancelled."),
            page=_ORDER,
            wechat="order_ended",
        ),
    ),
    "order.completed": (
        Template(
            "customer",
            Text("订单已完成", "订单{number}已自动确认,欢迎评价。"),
            Text("Order completed", "Order {number} was confirmed by itself. Rate it?"),
            page=_ORDER,
        ),
        Template(
            "runner",
            Text("订单已完成", "订单{number}已确认完成。"),
            Text("Order completed", "Order {number} was confirmed."),
            page=_JOB,
        ),
    ),
    # A rating stays private; its points stand in the ledger.
    "order.rated": _NOBODY,
    # WeChat itself tells of what was paid.
    "payment.opened": _NOBODY,
    "payment.paid": _NOBODY,
    "payment.closed": _NOBODY,
    "refund.requested": _NOBODY,
    "refund.succeeded": (
        Template(
            "customer",
            Text("退款已到账", "订单{number}的{refund_yuan}元已原路退回。"),
            Text("Refunded", "¥{refund_yuan} of order {number} went back."),
            page=_ORDER,
            wechat="order_ended",
            needs="refund_yuan",
        ),
    ),
    "refund.failed": (
        Template(
            "customer",
            Text("退款遇到问题", "订单{number}的退款正由工作人员处理。"),
            Text("The refund is delayed", "Staff are looking at the refund of order {number}."),
            page=_ORDER,
        ),
        Template(
            "staff",
            Text("有退款失败", "订单{number}的退款需要人工处理。"),
            Text("A refund failed", "The refund of order {number} needs a person."),
            page=_ORDER,
            is_urgent=True,
        ),
    ),
    "inbox.changed": _NOBODY,
}


def template_ids(settings: Settings) -> Mapping[str, str]:
    """The ids of this deployment's templates; the sandbox' own where WeChat is played."""
    if settings.sandbox_messages and not settings.wechat_templates:
        return {key: f"sandbox_{key}" for key in WECHAT}
    return settings.wechat_templates


def told_kinds() -> frozenset[str]:
    """The kinds of events that somebody is told of."""
    return frozenset(kind for kind, templates in TEMPLATES.items() if templates)


def template_for(kind: str, role: str, values: Mapping[str, str]) -> Template | None:
    """The template of a kind for a role that the values suffice for."""
    for template in TEMPLATES.get(kind, ()):
        if template.role == role and (template.needs is None or values.get(template.needs)):
            return template
    return None


def page_of(template: Template | None, values: Mapping[str, str]) -> str:
    """The page of the mini-program that a record opens; the inbox where it cannot be told."""
    if template is None or ("{order_id}" in template.page and "order_id" not in values):
        return _INBOX
    return template.page.format_map(values)
