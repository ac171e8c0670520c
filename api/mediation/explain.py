"""What people read about choices and ends: why somebody is not asked, and where else to go."""

from dataclasses import dataclass

# Every conflict and every unfitness (`rules.Conflict`, `rules.Unfit`).
REASONS: dict[str, str] = {
    "party": "是当事人或一方的代表",
    "household": "与当事人同户",
    "unit": "与当事人同一栋楼",
    "employer": "与当事人同单位",
    "author": "发过相关内容",
    "commenter": "评论过或表示过同感",
    "ties": "近期与当事人有跑腿、买卖或照护往来",
    "against": "与当事人有过纠纷",
    "apart": "与当事人互相屏蔽",
    "property_staff": "在一方物业公司工作",
    "not_appointed": "不在聘期内",
    "suspended": "已暂停",
    "away": "暂不接受邀请",
    "under_age": "未满十八周岁或未实名",
    "elsewhere": "不负责这个地点",
    "category": "不负责这一类",
    "language": "语言不合",
    "hours": "时间不合",
    "load": "手上的案件已满",
    "passed": "不接或没有按时答复",
    "objected": "有当事人申请回避",
    "replaced": "曾调解此案,已更换",
}


@dataclass(frozen=True, slots=True)
class Way:
    """Where else one may turn; ``phone`` none: in person."""

    code: str
    name: str
    phone: str | None


# Told wherever mediation ends without an agreement (人民调解法 17, 26).
OTHER_WAYS: tuple[Way, ...] = (
    Way("property", "物业服务企业", None),
    Way("neighbourhood_committee", "居民委员会", None),
    Way("hotline", "政务服务热线", "12345"),
    Way("legal_aid", "法律援助", "12348"),
    Way("police", "报警(有危险时)", "110"),
    Way("court", "人民法院", None),
)
# States after which they are told.
TELLS_WAYS = frozenset({"refused", "failed", "withdrawn", "escalated", "breached"})
# Of those who join without being a party (人民调解法 15, 20).
DUTY = "经各方同意参加;所见所闻须保密,不得外传,不得偏袒或激化矛盾。您可以随时不再参加。"
# Read and accepted before one consents (人民调解法 23, 24).
RIGHTS = (
    "调解免费、自愿、保密;您可以选择或接受调解员,可以拒绝或随时退出,可以要求公开或不公开进行。"
    "请如实说明情况,遵守秩序,尊重对方。调解不影响您向法院起诉或找有关部门。"
)
