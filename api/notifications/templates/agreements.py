"""What people are told about agreements and visits; never what was agreed, and never by whom."""

from api.notifications.templates.shape import CASE_PAGE, NOBODY, Template, Text

_ENDED = (
    Template(
        "person",
        Text("协议文本已撤下", "之前提出的协议文本不再有效,详情请看案件。"),
        Text("A text is withdrawn", "The proposed agreement is off the table; see your case."),
        page=CASE_PAGE,
    ),
)

AGREEMENTS: dict[str, tuple[Template, ...]] = {
    "agreement.proposed": (
        Template(
            "person",
            Text("有协议文本待您确认", "请阅读全文后签名;不同意可以不签。"),
            Text("An agreement to read", "Read it all before you sign; you need not."),
            page=CASE_PAGE,
        ),
    ),
    "agreement.signed": NOBODY,
    "agreement.took_effect": (
        Template(
            "person",
            Text("调解协议已生效", "请按约定履行;三十日内可共同申请司法确认。"),
            Text("The agreement binds", "Please keep it; a court may confirm it in 30 days."),
            page=CASE_PAGE,
        ),
    ),
    "agreement.declined": _ENDED,
    "agreement.taken_back": _ENDED,
    "agreement.lapsed": NOBODY,
    "agreement.reminded": (
        Template(
            "person",
            Text("协议约定即将到期", "您在调解协议中的一项约定快到时间了,请按约履行。"),
            Text("Something is due soon", "A term of your agreement is due soon."),
            page=CASE_PAGE,
        ),
    ),
    "agreement.claimed": (
        Template(
            "person",
            Text("有一项约定称已履行", "请看是否属实,可确认或说没有。"),
            Text("A term is said to be done", "Say whether it is so."),
            page=CASE_PAGE,
        ),
    ),
    "agreement.confirmed": (
        Template(
            "person",
            Text("一项约定已确认履行", "对方已确认。"),
            Text("A term was kept", "The other side says so, too."),
            page=CASE_PAGE,
        ),
    ),
    "agreement.denied": (
        Template(
            "person",
            Text("一项约定说法不一", "对方说还没有履行,将安排回访。"),
            Text("A term is in doubt", "The other side says it is not done; somebody will look."),
            page=CASE_PAGE,
        ),
    ),
    "agreement.at_court": (
        Template(
            "person",
            Text("司法确认有进展", "可否共同申请、是否已确认,请看案件详情。"),
            Text("About the court", "See your case for its confirmation by the court."),
            page=CASE_PAGE,
        ),
    ),
    "agreement.ended": (
        Template(
            "person",
            Text("调解协议已终止", "案件重新调解,原协议的提醒不再发送。"),
            Text("The agreement ended", "The case is taken up again; no more reminders."),
            page=CASE_PAGE,
        ),
    ),
    "visit.planned": NOBODY,
    "visit.called": (
        Template(
            "person",
            Text("该回访了", "有一件调解案件到了回访的日子。"),
            Text("A visit is due", "A mediated case is due for a visit."),
            page=CASE_PAGE,
        ),
    ),
    "visit.assigned": (
        Template(
            "person",
            Text("请您去回访", "有一件调解案件安排您回访。"),
            Text("A visit for you", "You were given a visit of a mediated case."),
            page=CASE_PAGE,
        ),
    ),
    "visit.recorded": (
        Template(
            "person",
            Text("回访已记录", "您参与的调解案件有一次回访记录。"),
            Text("A visit was recorded", "How your agreement stands was written down."),
            page=CASE_PAGE,
        ),
    ),
    "visit.voided": NOBODY,
    # What moves the case was told by what moved it.
    "case.agreed": NOBODY,
    "case.performing": NOBODY,
    "case.fulfilled": NOBODY,
    "case.breached": NOBODY,
    "case.reopened": NOBODY,
    "case.followed_up": NOBODY,
}
