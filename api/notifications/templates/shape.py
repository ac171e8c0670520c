"""What a template is, and the subscribe messages that carry one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# host: whose post somebody wrote below; party, mediator, keeper: of a case, the last of the staff.
Role = Literal["customer", "runner", "staff", "person", "host", "party", "mediator", "keeper"]
# The plain values that templates may name.
VALUES = frozenset(
    {
        "number", "refund_yuan", "amount_yuan", "tip_yuan", "reason", "order_id", "job_id",
        "open_count", "post_id", "danger", "case_id", "asked", "cycle_id", "rules",
    }
)  # fmt: skip
ORDER_PAGE = "pages/order/index?id={order_id}"
JOB_PAGE = "pages/job/index?id={job_id}"
CASE_PAGE = "pages/case/index?id={case_id}"
POST_PAGE = "pages/post/index?id={post_id}"
CYCLE_PAGE = "pages/cycle/index?id={cycle_id}"
INBOX_PAGE = "pages/inbox/index"
HOUR_S = 3600
DAY_S = 86_400


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
    page: str = INBOX_PAGE
    wechat: str | None = None
    is_urgent: bool = False
    useful_s: int = DAY_S
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
    "cycle_opened": WechatTemplate(
        "接龙开始提醒", {"thing1": "title", "time2": "at", "thing3": "body"}
    ),
    "review_result": WechatTemplate(
        "审核结果通知", {"thing1": "title", "time2": "at", "thing3": "body"}
    ),
}

# Deliberately told to nobody.
NOBODY: tuple[Template, ...] = ()
