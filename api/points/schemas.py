"""Shapes of points."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.kit.http.fields import Answer, Body, CleanText, Label
from api.kit.pagination import PageQuery

AppealState = Literal["filed", "upheld", "reduced", "reversed", "lapsed"]
Tier = Literal["trainee", "runner", "lead"]
Dimension = Literal["T", "F", "R", "P"]
Share = Annotated[float, Field(ge=0, le=1)]


class RulesIn(Body):
    """A version of the rules to announce."""

    model_config = ConfigDict(str_max_length=20_000)

    text: Annotated[CleanText, Field(min_length=1, max_length=20_000)] = Field(
        description="规则全文(TOML),其中的生效时间须在 7 天以后。",
        examples=['version = "2026.2"'],
    )


class RuleChangeOut(Answer):
    """One number of the rules that a version changed."""

    rule: str = Field(examples=["order.on_time_cp"])
    before: str = Field(examples=["50"])
    after: str = Field(examples=["60"])


class VersionOut(Answer):
    """One version of the rules, whole."""

    version: str = Field(examples=["2026.1"])
    state: Literal["announced", "in_force", "former"] = Field(
        description="已公布未生效、现行、已被替代。"
    )
    published_at: datetime = Field(description="公布时间,至少在生效前 7 天。")
    effective_from: datetime = Field(description="生效时间;每件事按发生时的版本计分。")
    text: str = Field(description="规则全文(TOML),积分以 1/100 分为单位。")
    changes: list[RuleChangeOut] = Field(description="与前一版不同的各项。")


class RulesOut(Answer):
    """The published rules: what is in force, what was, what is announced."""

    version: str = Field(description="现行版本。", examples=["2026.1"])
    text: str = Field(description="现行规则全文(TOML),积分以 1/100 分为单位。")
    principles: list[str] = Field(
        description="计分的原则,给居民看。", examples=[["积分不是钱,没有罚款。"]]
    )
    versions: list[VersionOut] = Field(description="全部版本,新的在前。")


class DimensionOut(Answer):
    """One dimension of the quality estimate."""

    dimension: Dimension = Field(
        description="`T` 准时,`F` 履约,`R` 住户评价,`P` 凭证与规范。", examples=["T"]
    )
    mean: Share = Field(examples=[0.94])
    observations: float = Field(ge=0, description="折算后的观察数:越旧越轻。", examples=[31.5])


class QualityOut(Answer):
    """How well somebody serves, and how sure that is; apart from points, never money."""

    mean: Share = Field(examples=[0.94])
    lower: Share = Field(description="八成把握的下限。", examples=[0.92])
    upper: Share = Field(description="八成把握的上限。", examples=[0.96])
    is_early: bool = Field(description="新人,数据不足。")
    dimensions: list[DimensionOut]
    zh: str
    en: str


class LackingOut(Answer):
    """One condition of the next tier (for a lead: of staying one) that is not met yet."""

    condition: str = Field(examples=["orders"])
    zh: str
    en: str


class PointsOut(Answer):
    """A runner's points, quality and tier, and what would change them."""

    runner_id: UUID
    tier: Tier = Field(description="见习、跑腿员、领跑员。")
    points: str = Field(description="显示的积分,最低 0。", examples=["12.40"])
    balance_cp: int = Field(description="账面积分,1/100 分。", examples=[1240])
    entries: int = Field(description="账目条数。", examples=[7])
    rules_version: str = Field(examples=["2026.1"])
    quality: QualityOut
    next_tier: Tier | None = Field(description="下一级;领跑员没有。")
    lacking: list[LackingOut] = Field(
        description="离下一级还差什么;领跑员则是保级还差什么。定级由人决定。"
    )


class ComparisonQuery(Body):
    """With which version to compare."""

    version: Label = Field(description="规则版本。", examples=["2026.2"])


class ChangeOut(Answer):
    """One contribution that would count otherwise."""

    rule: str = Field(examples=["order.value"])
    before_cp: int = Field(examples=[170])
    after_cp: int = Field(examples=[180])


class ComparisonOut(Answer):
    """One's own last days under the rules in force and under another version."""

    version: str = Field(examples=["2026.2"])
    since: datetime = Field(description="从这时起的事实,按两个版本各算一遍。")
    before_cp: int = Field(description="按现行规则,1/100 分。", examples=[1240])
    after_cp: int = Field(description="按另一版本,1/100 分。", examples=[1300])
    quality_before: Share
    quality_after: Share
    changes: list[ChangeOut] = Field(description="算得不同的各项,最多 100 项。")


class LineOut(Answer):
    """One reason, in words."""

    rule: str = Field(examples=["order.value"])
    version: str = Field(examples=["2026.1"])
    delta_cp: int = Field(examples=[170])
    arithmetic: str = Field(description="算式。", examples=["100 + 50 + 20 + 0 = 170"])
    zh: str
    en: str


class EntryOut(Answer):
    """One entry of the ledger; its lines sum to its difference."""

    id: UUID
    seq: int
    kind: str = Field(examples=["order.completed"])
    at: datetime
    recorded_at: datetime = Field(description="记账时间。")
    delta_cp: int = Field(examples=[170])
    balance_cp: int = Field(examples=[1240])
    rules_version: str = Field(examples=["2026.1"])
    order_id: UUID | None = None
    lines: list[LineOut]
    fact: dict[str, Any] | None = Field(description="计分所依据的事实;评价不公开是谁给的。")
    penalty_cp: int = Field(description="这件事现在扣多少(1/100 分);申诉期间为 0。", examples=[0])
    may_appeal: bool = Field(description="现在可以申诉。")
    appeal_until: datetime | None = Field(
        description="在此之前可以申诉,扣分暂定;没有可申诉的则为空。"
    )
    appeal_id: UUID | None = Field(description="最近一次申诉。")
    appeal_state: AppealState | None


class LedgerPage(Answer):
    """A page of the ledger, newest first."""

    items: list[EntryOut]
    next_cursor: str | None = None


class AppealIn(Body):
    """Why it should not count."""

    text: Annotated[CleanText, Field(min_length=1, max_length=1000)] = Field(
        description="理由;不会写字的可以口述,由工作人员代填。",
        examples=["电梯停运,物业有通知。"],
    )


class AppealAnswer(Body):
    """The answer to an appeal, with reasons."""

    outcome: Literal["uphold", "reduce", "reverse"] = Field(
        description="维持、减轻、撤销扣分。", examples=["reverse"]
    )
    left_cp: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = Field(
        default=None, description="减轻后扣多少,1/100 分;仅 `reduce` 需要。", examples=[None]
    )
    reason: Annotated[CleanText, Field(min_length=1, max_length=1000)] = Field(
        description="给骑手看的理由。", examples=["物业证明电梯停运。"]
    )


class AppealOut(Answer):
    """An appeal and its answer."""

    id: UUID
    about: Literal["penalty", "rating", "tier"] = Field(
        description="针对扣分、评价,还是降级。", examples=["penalty"]
    )
    entry_id: UUID | None = Field(description="哪一笔;针对降级则为空。")
    tier_from: Tier | None = Field(description="原来的等级,针对降级才有。")
    tier_to: Tier | None = Field(description="降到的等级。")
    runner_id: UUID
    step: int = Field(description="1:第一次;2:复核。", examples=[1])
    state: AppealState = Field(description="已提出、维持、减轻、撤销、逾期未答(按申诉成立)。")
    penalty_cp: int = Field(description="提出时扣多少,1/100 分。", examples=[80])
    left_cp: int | None = Field(description="减轻后扣多少。")
    text: str
    answer: str
    filed_at: datetime
    due_at: datetime = Field(description="最迟答复时间;逾期按申诉成立。")
    decided_at: datetime | None
    version: int = Field(examples=[1])


class AppealPage(Answer):
    """A page of appeals, newest first."""

    items: list[AppealOut]
    next_cursor: str | None = None


class AppealQuery(PageQuery):
    """Which appeals to list."""

    place: UUID | None = Field(
        default=None, description="工作人员:这个地点及以下的;不填则为我自己的。"
    )
    runner: UUID | None = Field(
        default=None, description="和 `place` 一起:只看这位骑手的。", examples=[None]
    )
    state: AppealState | None = None


class ReversalIn(Body):
    """Why an entry should not stand."""

    reason: Label = Field(description="理由,写入审计。", examples=["重复录入"])


class DayOut(Answer):
    """One's own day, as it counts now."""

    day: date = Field(examples=["2026-11-21"])
    orders: int = Field(description="完成的单数,自家的不算。", examples=[12])
    on_time_orders: int = Field(description="不算迟到的单数。", examples=[11])
    points_cp: int = Field(description="当天得分减扣分,1/100 分。", examples=[1960])
    penalties_cp: int = Field(description="当天扣分,1/100 分。", examples=[30])
    excused: dict[str, int] = Field(
        description="按原因数的免责单数:`grace` 天气宽限,`whole` 全免。",
        examples=[{"merchant_wait": 2}],
    )


class ReviewOut(Answer):
    """A closed month of a runner, and the tier it proposes; staff decide."""

    id: UUID
    runner_id: UUID
    month: date = Field(description="当月第一天。", examples=["2026-10-01"])
    rules_version: str = Field(examples=["2026.1"])
    tier: Tier
    proposed: Tier = Field(description="建议的等级;由工作人员在骑手处决定。")
    is_frozen: bool = Field(description="请假或单数太少,这个月不评。")
    misses: int = Field(description="领跑员连续未达标的月数,两次才降级(观察期)。")
    lacking: list[str] = Field(description="还差的条件。", examples=[["orders"]])
    orders: int
    households: int
    points_cp: int
    civic_cp: int
    mean: Share
    lower: Share
    upper: Share
    reviewed_at: datetime


class ReviewPage(Answer):
    """A page of reviews, newest first."""

    items: list[ReviewOut]
    next_cursor: str | None = None


class ReviewQuery(PageQuery):
    """Which reviews to list."""

    place_id: UUID = Field(description="这个地点及以下的。")


class RankedOut(Answer):
    """A place on a board; whoever did not agree to be shown is left out."""

    rank: int = Field(examples=[1])
    name: str = Field(description="昵称。", examples=["张师傅"])
    points: int = Field(description="整分。", examples=[171])


class PublicationOut(Answer):
    """What is published of a month: four short boards and figures about the scheme."""

    month: date = Field(description="当月第一天。", examples=["2026-10-01"])
    rules_version: str = Field(examples=["2026.1"])
    contribution: list[RankedOut] = Field(description="贡献榜:并列同名次,下一名次顺延。")
    civic: list[RankedOut] = Field(description="公益榜。")
    quality: list[str] = Field(description="质量榜:不分先后。", examples=[["张师傅"]])
    progress: list[str] = Field(description="进步榜:不分先后。", examples=[["李师傅"]])
    figures: dict[str, Any] = Field(
        description="整体数字:人数、单数、积分分布、申诉、免责原因;不涉及个人。"
    )
    sha256: str = Field(description="榜单(按编号)和数字的摘要,供核对。")
    closed_at: datetime
    published_at: datetime


class PublicationPage(Answer):
    """A page of publications, newest first."""

    items: list[PublicationOut]
    next_cursor: str | None = None


class PublicationQuery(PageQuery):
    """Whose publications to list."""

    community_id: UUID = Field(description="社区。")
