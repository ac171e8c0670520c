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
    # Whoever looks at the boards asks for them.
    "points_publication.made": NOBODY,
}
