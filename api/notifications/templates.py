"""Who is told what, as data: one table by kind of event and by role.

Every kind of event has a row; an empty one says that deliberately nobody is told. Whoever did it is
not told of it. What stands in braces is a plain value that the reaction gives
(workers/tasks/notifications.py); a template that `needs` a value which is not there is passed over
for the next one of its role.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from api.notifications.order_templates import ORDERS
from api.notifications.template import HOUR_S, INBOX_PAGE, NOBODY, ORDER_PAGE, Template, Text
from api.settings import Settings


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


TEMPLATES: dict[str, tuple[Template, ...]] = {
    "user.registered": NOBODY,
    "user.granted": (
        Template(
            "person",
            Text("您有了新的权限", "您现在可以使用新的功能了。"),
            Text("You have a new role", "New functions are open to you."),
        ),
    ),
    "user.changed": NOBODY,
    "user.joined": NOBODY,
    "subscription.changed": NOBODY,
    "place.created": NOBODY,
    "place.changed": NOBODY,
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
            useful_s=HOUR_S,
        ),
    ),
    "runner.withdrawn": NOBODY,
    "runner.application_changed": NOBODY,
    "runner.identity_checked": NOBODY,
    "runner.contact_read": NOBODY,
    "runner.permissions_changed": NOBODY,
    "runner.trained": NOBODY,
    "runner.hours_confirmed": NOBODY,
    "runner.shift_changed": NOBODY,
    "earnings.read": NOBODY,
    "emergency.began": NOBODY,
    "emergency.changed": NOBODY,
    "emergency.ended": NOBODY,
    "upload.kept": NOBODY,
    "upload.claimed": NOBODY,
    "upload.removed": NOBODY,
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
    **ORDERS,
    "inbox.changed": NOBODY,
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
        return INBOX_PAGE
    return template.page.format_map(values)
