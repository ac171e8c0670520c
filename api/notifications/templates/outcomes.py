"""What people are told about opening talks, and about publishing how a case ended; never a text,
and never by whom."""

from api.notifications.templates.shape import CASE_PAGE, INBOX_PAGE, NOBODY, Role, Template, Text

_ASKED = ("是否同意公开调解结果", "请看拟公开的文字(不含姓名住址);可以不同意,也可随时撤回。")
_ASKED_EN = ("May the outcome be told?", "Read the text, which names nobody; you need not agree.")
_SHOWN = ("调解结果已公开", "您同意的匿名结果已公开,可随时撤回同意。")
_SHOWN_EN = ("The outcome is told", "The text that names nobody is public; you may withdraw.")
_HELD = ("拟公开的文字未通过检查", "请看原因,由公开的人决定,或撤下另拟。")
_HELD_EN = ("The text did not pass its check", "See why: decide, or write another one.")
_OPEN = ("是否同意公开调解", "有人提议这次调解向本社区公开;可以不同意,一方不同意即不公开。")
_OPEN_EN = ("May these talks be open?", "Neighbours could listen; you need not agree.")
_WHEN = ("公开调解已公告", "各方都已同意,已向本社区公告;可随时撤回同意。")
_WHEN_EN = ("Open talks are announced", "Every party agreed; you may withdraw whenever.")
_CLOSED = ("公开调解不再举行", "这一场不公开了,不用前来旁听。")
_CLOSED_EN = ("No open talks", "These talks are not open any more; do not come to listen.")
_GONE = ("调解结果不公开", "有当事人不同意公开,文字已撤下。")
_GONE_EN = ("The outcome is not told", "Somebody did not want it; the text was taken off.")


def _told(role: Role, zh: tuple[str, str], en: tuple[str, str]) -> Template:
    return Template(role, Text(*zh), Text(*en), page=CASE_PAGE)


# Who came to listen is told as well; of whom the case's page is not.
_CLOSED_TOLD = (
    _told("party", _CLOSED, _CLOSED_EN),
    _told("mediator", _CLOSED, _CLOSED_EN),
    _told("keeper", _CLOSED, _CLOSED_EN),
    Template("person", Text(*_CLOSED), Text(*_CLOSED_EN), page=INBOX_PAGE),
)


OUTCOMES: dict[str, tuple[Template, ...]] = {
    "hearing.proposed": (_told("party", _OPEN, _OPEN_EN),),
    "hearing.consented": NOBODY,
    "hearing.announced": (
        _told("party", _WHEN, _WHEN_EN),
        _told("mediator", _WHEN, _WHEN_EN),
        _told("keeper", _WHEN, _WHEN_EN),
    ),
    "hearing.refused": _CLOSED_TOLD,
    "hearing.cancelled": _CLOSED_TOLD,
    "hearing.lapsed": _CLOSED_TOLD,
    "hearing.held": NOBODY,
    "listener.signed_up": NOBODY,
    "listener.signed_off": NOBODY,
    "listener.attended": NOBODY,
    "outcome.drafted": (_told("party", _ASKED, _ASKED_EN),),
    "outcome.consented": NOBODY,
    "outcome.checked": NOBODY,
    "outcome.held": (
        _told("mediator", _HELD, _HELD_EN),
        _told("keeper", _HELD, _HELD_EN),
    ),
    "outcome.published": (_told("party", _SHOWN, _SHOWN_EN),),
    "outcome.declined": (
        _told("mediator", _GONE, _GONE_EN),
        _told("keeper", _GONE, _GONE_EN),
    ),
    "outcome.taken_back": NOBODY,
    "outcome.lapsed": NOBODY,
}
