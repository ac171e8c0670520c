"""What people are told about mediation; never what it is about, and by whom."""

from api.notifications.templates.shape import CASE_PAGE, HOUR_S, NOBODY, Role, Template, Text


def _told(
    role: Role,
    zh: tuple[str, str],
    en: tuple[str, str],
    *,
    is_urgent: bool = False,
    needs: str | None = None,
    useful_s: int = 24 * HOUR_S,
) -> Template:
    return Template(
        role, Text(*zh), Text(*en), page=CASE_PAGE, is_urgent=is_urgent, needs=needs,
        useful_s=useful_s,
    )  # fmt: skip


_DANGER_ZH = ("调解中提到危险", "有案件提到危险,请马上查看,必要时报警。")
_DANGER_EN = (
    "Words of danger",
    "A case speaks of danger. Look at once, call the police if needed.",
)

CASES: dict[str, tuple[Template, ...]] = {
    "committee.made": NOBODY,
    "organisation.made": NOBODY,
    "mediator.applied": (
        _told(
            "staff",
            ("有人申请做调解员", "请核实后由调解委员会决定。"),
            ("Somebody wants to mediate", "Please check, and let the committee decide."),
        ),
    ),
    "mediator.appointed": (
        _told(
            "person",
            ("您已受聘为调解员", "请查看期限和范围,并填写可调解的时间。"),
            ("You are appointed", "See your term and say when you can mediate."),
        ),
    ),
    "mediator.rejected": (
        _told(
            "person",
            ("调解员申请未通过", "感谢您的热心,可以再次申请。"),
            ("You are not appointed", "Thank you; you may apply again."),
        ),
    ),
    "mediator.changed": NOBODY,
    "mediator.suspended": (
        _told(
            "person",
            ("调解资格已暂停", "暂停期间不受邀请,请与社区联系。"),
            ("You are suspended", "Nobody asks you for now; please talk to the community."),
        ),
    ),
    "mediator.reinstated": (
        _told(
            "person",
            ("调解资格已恢复", "您可以再接受邀请了。"),
            ("You are reinstated", "You may be asked to mediate again."),
        ),
    ),
    "mediator.ended": NOBODY,
    "mediator_complaint.filed": (
        _told(
            "staff",
            ("有对调解员的投诉", "请由其他同事处理。"),
            ("A complaint about a mediator", "Somebody not involved should decide it."),
        ),
    ),
    "mediator_complaint.upheld": (
        _told(
            "person",
            ("投诉已处理", "您对调解员的投诉成立。"),
            ("Your complaint was decided", "It was upheld."),
        ),
    ),
    "mediator_complaint.dismissed": (
        _told(
            "person",
            ("投诉已处理", "经核实,您对调解员的投诉不成立。"),
            ("Your complaint was decided", "It was not upheld."),
        ),
    ),
    "case.opened": (
        _told("staff", _DANGER_ZH, _DANGER_EN, is_urgent=True, needs="danger"),
        _told(
            "staff",
            ("有新的调解申请", "请接手并征求对方意见。"),
            ("A new case", "Please take it and ask the other side."),
        ),
    ),
    "case.taken": NOBODY,
    "case.offered": (
        _told(
            "party",
            ("邀请您参加调解", "自愿、免费、保密,请在期限内答复是否愿意。"),
            ("You are invited to mediation", "Free, voluntary, private: please answer in time."),
        ),
    ),
    "case.accepted": (
        _told(
            "party",
            ("各方同意调解", "正在邀请调解员。"),
            ("Everybody agrees to mediate", "A mediator is being asked."),
        ),
    ),
    "case.refused": (
        _told(
            "party",
            ("调解未能开始", "未能取得各方同意,请查看其他途径。"),
            ("There is no mediation", "Not every side agreed; see the other ways."),
        ),
        _told(
            "keeper",
            ("调解未能开始", "未能取得各方同意。"),
            ("There is no mediation", "Not every side agreed."),
        ),
    ),
    "case.assigned": (
        _told(
            "party",
            ("已确定调解员", "如需更换,调解开始前可申请回避。"),
            ("A mediator was found", "You may ask for another one before it begins."),
        ),
    ),
    "case.unmediated": (
        _told(
            "staff",
            ("没有可请的调解员", "请社区工作人员处理。"),
            ("No mediator is left", "Community staff should see to it."),
        ),
    ),
    "case.objected": (
        _told(
            "keeper",
            ("有人申请回避", "已改邀其他调解员。"),
            ("Somebody objected", "Another mediator is being asked."),
        ),
    ),
    "case.replaced": (
        _told(
            "party",
            ("将更换调解员", "原调解员不能继续,正在另请,期限重新计算。"),
            ("Somebody else will mediate", "Another one is asked; the time begins anew."),
        ),
        _told(
            "keeper",
            ("调解员已更换", "原调解员不能继续,已按规则另请。"),
            ("Somebody else will mediate", "Another one is asked by the rule."),
        ),
    ),
    "case.begun": NOBODY,
    "case.recorded": (_told("staff", _DANGER_ZH, _DANGER_EN, is_urgent=True, needs="danger"),),
    "case.suspended": (
        _told("party", ("调解暂停", "请看详情。"), ("The mediation pauses", "See why.")),
    ),
    "case.resumed": (
        _told("party", ("调解继续", "请看详情。"), ("The mediation goes on", "See more.")),
    ),
    "case.failed": (
        _told(
            "party",
            ("调解未达成协议", "请查看可走的其他途径。"),
            ("There is no agreement", "See the other ways that you have."),
        ),
        _told(
            "keeper",
            ("调解未达成协议", "请归档,并关注后续。"),
            ("There is no agreement", "Please close the file and keep an eye on it."),
        ),
    ),
    "case.withdrawn": (
        _told("party", ("调解已结束", "一方退出,请查看其他途径。"),
              ("The mediation ended", "One side left; see the other ways.")),
        _told("mediator", ("调解已结束", "一方退出了调解。"),
              ("The mediation ended", "One side left.")),
        _told("keeper", ("调解已结束", "一方退出了调解。"),
              ("The mediation ended", "One side left.")),
    ),
    "case.escalated": (
        _told(
            "staff",
            ("有案件移交", "请马上跟进。"),
            ("A case was handed over", "Please follow it up at once."),
            is_urgent=True,
        ),
        _told(
            "party",
            ("案件已移交", "此事不适合调解,请查看移交给谁和其他途径。"),
            ("The case was handed over", "It is not for mediation; see to whom it went."),
        ),
    ),
    "case.archived": NOBODY,
    "case_party.joined": (
        _told(
            "person",
            ("邀请您参加调解", "自愿、免费、保密,请在期限内答复是否愿意。"),
            ("You are invited to mediation", "Free, voluntary, private: please answer in time."),
            needs="asked",
        ),
    ),
    "case_party.consented": NOBODY,
    "case_party.refused": (
        _told("keeper", ("有人不同意调解", "请看详情。"), ("Somebody refused", "See the case.")),
    ),
    "case_party.lapsed": NOBODY,
    "case_party.left": (
        _told("keeper", ("有人退出调解", "请看详情。"), ("Somebody left", "See the case.")),
    ),
    "case_guest.proposed": (
        _told("party", ("有人想参加调解", "请看是谁,各方同意后才可到场。"),
              ("Somebody wants to join", "See who; every side has to want it.")),
    ),
    "case_guest.consented": NOBODY,
    "case_guest.admitted": (
        Template(
            "person",
            Text("请您参加调解", "各方同意您到场;须保密,不参加也没有关系。"),
            Text("You may join the talks", "Keep what you hear to yourself; you need not come."),
        ),
        _told("mediator", ("各方同意他人到场", "请看是谁。"),
              ("Somebody may join", "Every side wants it; see who.")),
    ),
    "case_guest.refused": (
        _told("mediator", ("有人不能到场", "有一方不同意。"),
              ("Somebody may not join", "One side does not want it.")),
    ),
    "case_guest.left": (
        _told("mediator", ("受邀的人不参加", "请看是谁。"),
              ("Somebody will not come", "See who.")),
    ),
    "mediator_ask.asked": (
        _told(
            "person",
            ("请您担任调解员", "请尽快答复;不接也没有关系,不需要理由。"),
            ("Please mediate a case", "Answer soon; to pass costs nothing and needs no reason."),
            useful_s=2 * HOUR_S,
        ),
    ),
    "mediator_ask.accepted": NOBODY,
    "mediator_ask.passed": NOBODY,
    "mediator_ask.timed_out": (
        _told("person", ("已改邀他人", "您没有按时答复,没有影响。"),
              ("Somebody else is asked", "You did not answer in time; it costs you nothing.")),
    ),
    "mediator_ask.replaced": (
        _told("person", ("已改由他人调解", "当事人有权更换,不代表您做得不好。"),
              ("Somebody else mediates", "Parties may change; it is no judgement of you.")),
    ),
    "mediator_ask.dropped": (
        _told("person", ("调解邀请已取消", "不再需要您答复。"),
              ("You need not answer", "The request was cancelled.")),
    ),
}  # fmt: skip
