"""What people are told about publishing how a case ended; never the text, and never by whom."""

from api.notifications.templates.shape import CASE_PAGE, NOBODY, Role, Template, Text

_ASKED = ("是否同意公开调解结果", "请看拟公开的文字(不含姓名住址);可以不同意,也可随时撤回。")
_ASKED_EN = ("May the outcome be told?", "Read the text, which names nobody; you need not agree.")
_SHOWN = ("调解结果已公开", "您同意的匿名结果已公开,可随时撤回同意。")
_SHOWN_EN = ("The outcome is told", "The text that names nobody is public; you may withdraw.")
_HELD = ("拟公开的文字未通过检查", "请看原因,由公开的人决定,或撤下另拟。")
_HELD_EN = ("The text did not pass its check", "See why: decide, or write another one.")
_GONE = ("调解结果不公开", "有当事人不同意公开,文字已撤下。")
_GONE_EN = ("The outcome is not told", "Somebody did not want it; the text was taken off.")


def _told(role: Role, zh: tuple[str, str], en: tuple[str, str]) -> Template:
    return Template(role, Text(*zh), Text(*en), page=CASE_PAGE)


OUTCOMES: dict[str, tuple[Template, ...]] = {
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
