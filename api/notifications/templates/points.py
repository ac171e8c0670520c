"""What people are told about points and appeals against them."""

from api.notifications.templates.shape import NOBODY, Template, Text

POINTS: dict[str, tuple[Template, ...]] = {
    "points_appeal.filed": (
        Template(
            "staff",
            Text("有新的积分申诉", "请在三个工作日内答复,过期按申诉成立处理。"),
            Text("An appeal against points", "Answer in three working days, or it is granted."),
        ),
    ),
    "points_appeal.decided": (
        Template(
            "person",
            Text("积分申诉有结果了", "请在积分账本里看结果和理由。"),
            Text("Your appeal was answered", "See the result and the reasons in your ledger."),
            wechat="review_result",
        ),
    ),
    "points_appeal.lapsed": (
        Template(
            "person",
            Text("积分申诉成立", "没有按时答复,按申诉成立处理,不扣分。"),
            Text("Your appeal is granted", "Nobody answered in time, so nothing is taken."),
            wechat="review_result",
        ),
    ),
    "points_entry.reversed": (
        Template(
            "person",
            Text("一笔积分已撤销", "工作人员撤销了一笔积分,请看积分账本。"),
            Text("An entry was reversed", "Staff took an entry of your points back."),
        ),
    ),
    "points_finding.found": (
        Template(
            "staff",
            Text("有一条积分线索要核查", "系统只列出线索,不扣分,请人工看一看。"),
            Text("Something to look at", "Nothing was taken. A person should look at it."),
        ),
    ),
    "points_finding.cleared": NOBODY,
    "points_finding.acted": NOBODY,
    "points_review.made": (
        Template(
            "person",
            Text("上月的评定出来了", "请在积分里看上月的积分、服务质量和等级建议。"),
            Text("Your month is reviewed", "See points, quality and the tier proposed for you."),
        ),
    ),
    # Each runner is told by a notice of their own.
    "points_rules.announced": NOBODY,
    "points_notice.made": (
        Template(
            "person",
            Text(
                "积分规则要变了",
                "新版、生效日、您近30天的积分(现行规则→新规则):{rules}。逐项对比请看积分规则。",
            ),
            Text(
                "The points rules will change",
                "Version, first day, your last 30 days (today's rules → new): {rules}."
                " See the rules for each difference.",
            ),
            needs="rules",
        ),
    ),
    "points_mentorship.asked": (
        Template(
            "person",
            Text("有新人想请人带教", "本社区有一位新人在等带教,请在带教列表里看看。"),
            Text("A newcomer looks for a mentor", "Somebody in your community waits to be taken."),
        ),
    ),
    "points_mentorship.taken": (
        Template(
            "person",
            Text("有人带教您了", "一位领跑员带您入门,请在带教列表里看是谁。"),
            Text("You have a mentor", "A lead runner takes you along. See who in your list."),
        ),
    ),
    "points_mentorship.graduated": (
        Template(
            "person",
            Text("新人出师了", "30单已完成,没有成立的投诉,带教结束,带教人加分。"),
            Text("A newcomer has graduated", "Thirty orders and no upheld complaint: well done."),
        ),
    ),
    "points_mentorship.ended": (
        Template(
            "person",
            Text("带教结束了", "带教已经结束,新人可以重新申请。"),
            Text("The mentoring has ended", "A newcomer may ask for another mentor."),
        ),
    ),
    "points_mentorship.lapsed": (
        Template(
            "person",
            Text("带教到期了", "带教已满90天或带教人不再是领跑员,新人可以重新申请。"),
            Text("The mentoring is over", "A newcomer may ask for another mentor."),
        ),
    ),
    "points_mentorship.withdrawn": NOBODY,
    "points_record.made": (
        Template(
            "person",
            Text("工作人员记了一笔", "请在积分账本里看依据和积分;扣分的可以申诉。"),
            Text("Staff recorded something", "See what it rests on in your ledger, or appeal."),
        ),
    ),
    "points_calibration.made": NOBODY,
    # Whoever looks at the boards asks for them.
    "points_publication.made": NOBODY,
}
