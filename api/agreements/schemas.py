"""Shapes of agreements, visits and figures."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.agreements.content import Content
from api.agreements.figures import Answer as Solved
from api.agreements.figures import RateName, Satisfaction
from api.agreements.rules import Form, How, Side, SplitOutcome, VisitKind
from api.agreements.terms import (
    REMIND_DAYS_MAX,
    SPANS_MAX,
    TERMS_MAX,
    Always,
    Duty,
    Monthly,
    Once,
    Schedule,
    Spans,
    Term,
    Weekly,
)
from api.kit.http.fields import DAY_PATTERN, Answer, Body, CleanText, Fen, Label, Pattern

Day = Annotated[
    date, Pattern(DAY_PATTERN, "not a day of our century"), Field(examples=["2027-01-31"])
]
Words = Annotated[CleanText, Field(max_length=2000)]
Hash = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{64}$",
        description="所签文本的指纹(读取协议时的 `text_hash`)。",
        examples=["0" * 64],
    ),
]
Number = Annotated[int, Field(strict=True, ge=1, le=20, description="案件中的第几份文本。")]


class DaySpan(Body):
    """几天。"""

    first: Day = Field(description="第一天(北京时间)。")
    last: Day = Field(description="最后一天,含当天。")


class ScheduleBody(Body):
    """什么时候履行:`once` 在 `last` 当天或之前;`weekly` 每周几;`monthly` 每月几号;
    `spans` 几段日期(如考试周);`always` 自生效起至 `last`。"""

    kind: Literal["once", "weekly", "monthly", "spans", "always"] = Field(
        description="哪一种。", examples=["spans"]
    )
    first: Day | None = Field(default=None, description="第一天:每周、每月的需要。")
    last: Day | None = Field(default=None, description="最后一天:除 `spans` 外都需要。")
    weekdays: Annotated[
        list[Annotated[int, Field(strict=True, ge=0, le=6)]], Field(max_length=7)
    ] = Field(default=[], description="每周的哪几天,0 为周一。", examples=[[0, 4]])
    day: Annotated[int, Field(strict=True, ge=1, le=31)] | None = Field(
        default=None, description="每月几号;当月没有的为月末。"
    )
    spans: Annotated[list[DaySpan], Field(max_length=SPANS_MAX)] = Field(
        default=[], description="哪几段日期,不重叠。"
    )

    def as_schedule(self) -> Schedule:
        """The schedule that it says; one without its days is never due, which is refused later."""
        match self.kind, self.first, self.last, self.day:
            case "once", _, date() as last, _:
                return Once(last)
            case "always", _, date() as last, _:
                return Always(last)
            case "weekly", date() as first, date() as last, _:
                return Weekly(tuple(sorted(set(self.weekdays))), first, last)
            case "monthly", date() as first, date() as last, int() as day:
                return Monthly(day, first, last)
            case "spans", _, _, _:
                return Spans(tuple((span.first, span.last) for span in self.spans))
            case _:
                return Spans(())


class TermBody(Body):
    """一条约定。"""

    party_id: UUID = Field(description="谁来履行(当事人编号)。")
    duty: Duty = Field(description="`act` 应当做什么,`refrain` 不得做什么。", examples=["refrain"])
    what: Label = Field(description="做什么或不做什么。", examples=["在小区广场播放音乐"])
    schedule: ScheduleBody = Field(description="什么时候。")
    remind_days: Annotated[int, Field(strict=True, ge=0, le=REMIND_DAYS_MAX)] = Field(
        default=1, description="提前几天提醒,上午九点,避开免打扰时间。"
    )


class SplitBody(Body):
    """订单纠纷的钱如何分,单位分。"""

    outcome: SplitOutcome = Field(description="订单完成还是取消。", examples=["completed"])
    resident_fen: Fen = Field(description="退给下单人。", examples=[300])
    runner_fen: Fen = Field(description="给跑腿员。", examples=[200])
    platform_fen: Fen = Field(description="留给平台。", examples=[0])


class Proposal(Body):
    """调解员提出的协议文本。"""

    form: Form = Field(description="`written` 书面,`oral` 口头(各方认为不需要书面)。")
    facts: Words = Field(description="纠纷的主要事实。", examples=["每晚七点至九点在广场跳舞。"])
    issues: Words = Field(default="", description="争议事项和各方责任。")
    place: Words = Field(default="", description="履行地点。", examples=["小区广场"])
    terms: Annotated[list[TermBody], Field(min_length=1, max_length=TERMS_MAX)] = Field(
        description="各条约定,按顺序。"
    )
    split: SplitBody | None = Field(default=None, description="仅订单纠纷,且须书面。")

    def content(self) -> Content:
        """The words and terms that it says."""
        terms = [
            Term(n, t.party_id, t.duty, t.what, t.schedule.as_schedule(), t.remind_days)
            for n, t in enumerate(self.terms, start=1)
        ]
        return Content(self.facts, self.issues, self.place, tuple(terms))


class Signing(Body):
    """签名。本人签自己的;调解员替未注册的当事人登记,附纸面照片;调委会盖章附照片。"""

    n: Number
    text_hash: Hash
    side: Side = Field(description="以谁的身份:当事人、调解员、调委会。", examples=["party"])
    party_id: UUID | None = Field(default=None, description="替哪位未注册的当事人登记。")
    upload_id: UUID | None = Field(
        default=None, description="纸面签名或印章的照片(用途 `case`);口头协议不需要。"
    )


class WhichText(Body):
    """哪一份文本。"""

    n: Number


class WhichItem(Body):
    """哪一次到期。"""

    item_id: UUID = Field(description="到期事项的编号。")


class PerformedAnswer(WhichItem):
    """对方说已履行,是不是这样。"""

    is_done: Annotated[bool, Field(strict=True)] = Field(description="确实已履行。")


class CourtStep(Body):
    """司法确认的进展。"""

    event: Literal["apply", "confirm", "refuse"] = Field(
        description="已共同申请、法院已确认、法院未确认。", examples=["apply"]
    )
    day: Day = Field(description="哪一天(北京时间)。")


class VisitPlan(Body):
    """再安排一次回访。"""

    due_on: Day = Field(description="哪一天;已过的按今天。")


class VisitorChoice(Body):
    """谁去回访。"""

    user_id: UUID = Field(description="工作人员或调解员,不是本案调解员或当事人。")


class SaidBody(Body):
    """一位当事人怎么说;没联系上或不愿说的留空。"""

    party_id: UUID = Field(description="哪位当事人。")
    answer: Solved | None = Field(default=None, description="问题解决了没有。")
    satisfaction: Satisfaction | None = Field(default=None, description="满意、基本满意、不满意。")


ItemIds = Annotated[list[UUID], Field(max_length=200)]


class VisitRecord(Body):
    """回访的情况。"""

    text: Words = Field(description="回访情况。", examples=["考试周没有放音乐。"])
    said: Annotated[list[SaidBody], Field(max_length=30)] = Field(
        default=[], description="各方怎么说。"
    )
    kept_item_ids: ItemIds = Field(default=[], description="已履行的到期事项。")
    broken_item_ids: ItemIds = Field(default=[], description="未履行的到期事项。")


class TermOut(Answer):
    """一条约定。"""

    n: int = Field(description="第几条。", examples=[1])
    party_id: UUID = Field(description="谁来履行。")
    duty: Duty = Field(description="应当或不得。", examples=["refrain"])
    what: str = Field(description="做什么。", examples=["在小区广场播放音乐"])
    when: str = Field(description="什么时候,可直接展示。", examples=["每周一、周五"])
    remind_days: int = Field(description="提前几天提醒。", examples=[1])


class SignatureOut(Answer):
    """一个签名。"""

    side: Side = Field(description="以谁的身份。", examples=["party"])
    party_id: UUID | None = Field(description="哪位当事人。")
    how: How = Field(
        description="`app` 小程序,`paper` 纸面,`word` 口头认可,`seal` 印章。", examples=["app"]
    )
    at: datetime = Field(description="什么时候。")


class ItemOut(Answer):
    """一次到期。"""

    id: UUID = Field(description="编号。")
    term_n: int = Field(description="第几条约定。", examples=[1])
    begins_on: date = Field(description="第一天。", examples=["2027-01-11"])
    ends_on: date = Field(description="最后一天。", examples=["2027-01-17"])
    remind_at: datetime | None = Field(description="何时提醒;空:来不及提醒。")
    state: Literal["planned", "reminded", "claimed", "kept", "broken", "void"] = Field(
        description="待履行、已提醒、称已履行、已履行、未履行、不再有效。", examples=["planned"]
    )
    claimed_at: datetime | None = Field(description="履行的一方何时说已履行。")
    denials: int = Field(description="对方说没有履行的次数。", examples=[0])


class CourtOut(Answer):
    """司法确认。"""

    state: Literal["open", "applied", "confirmed", "refused", "lapsed"] = Field(
        description="可申请、已申请、已确认、未确认、已过期。", examples=["open"]
    )
    last_day: date = Field(description="最后一天可以共同申请。", examples=["2026-12-22"])
    is_last_day_provisional: bool = Field(
        description="放假安排尚未公布到那一天,最后一天可能顺延;请尽早申请。"
    )
    asked_party_ids: list[UUID] = Field(description="哪些当事人已表示要申请。")


class AgreementOut(Answer):
    """一份协议。"""

    id: UUID = Field(description="编号。")
    case_id: UUID = Field(description="哪个案件。")
    n: int = Field(description="案件中的第几份文本。", examples=[1])
    form: Form = Field(description="书面或口头。", examples=["written"])
    state: Literal["proposed", "in_force", "declined", "taken_back", "lapsed", "ended"] = Field(
        description="待签、生效、被拒、收回、失效、已终止。", examples=["proposed"]
    )
    text_hash: str = Field(description="文本的指纹,签名时带上。", examples=["0" * 64])
    facts: str = Field(description="主要事实。")
    issues: str = Field(description="争议事项。")
    place: str = Field(description="履行地点。")
    terms: list[TermOut] = Field(description="各条约定。")
    party_ids: list[UUID] = Field(description="须签名的当事人。")
    signatures: list[SignatureOut] = Field(description="已有的签名。")
    missing: list[Side] = Field(description="还缺哪几方的签名。")
    split: SplitBody | None = Field(description="订单的钱如何分。")
    number: str | None = Field(description="协议编号,生效时给。", examples=["(2026)邻人调字第1号"])
    effective_at: datetime | None = Field(description="生效时间。")
    court: CourtOut | None = Field(description="司法确认;生效前为空。")
    items: list[ItemOut] = Field(description="到期事项,按日期。")
    version: int = Field(description="版本。", examples=[1])


class AgreementList(Answer):
    """案件的协议。"""

    items: list[AgreementOut] = Field(description="按先后。")


class SaidOut(Answer):
    """一位当事人怎么说。"""

    party_id: UUID = Field(description="哪位当事人。")
    answer: Solved | None = Field(description="解决了没有。")
    satisfaction: Satisfaction | None = Field(description="满意程度。")


class VisitOut(Answer):
    """一次回访。"""

    id: UUID = Field(description="编号。")
    case_id: UUID = Field(description="哪个案件。")
    kind: VisitKind = Field(description="七天、三十天、另加。", examples=["week"])
    state: Literal["planned", "recorded", "void"] = Field(
        description="待回访、已回访、取消。", examples=["planned"]
    )
    due_on: date = Field(description="哪一天。", examples=["2026-11-29"])
    visitor_id: UUID | None = Field(description="谁去。")
    text: str = Field(description="回访情况。")
    said: list[SaidOut] = Field(description="各方怎么说。")
    recorded_at: datetime | None = Field(description="什么时候记录的。")
    version: int = Field(description="版本。", examples=[1])


class VisitList(Answer):
    """案件的回访。"""

    items: list[VisitOut] = Field(description="按日期。")


class FormulaOut(Answer):
    """一版计算规则。"""

    version: str = Field(description="版本。", examples=["2026.1"])
    in_force_on: date = Field(description="自哪天起。", examples=["2026-01-01"])
    respond_within_h: int = Field(description="多少小时内联系上算响应。", examples=[24])
    tries_min: int = Field(description="联系多少次没联系上也算响应。", examples=[3])
    basically_percent: int = Field(description="基本满意按满意的百分之几计。", examples=[80])
    small_below: int = Field(description="少于多少件只列件数。", examples=[10])


class FormulaList(Answer):
    """计算规则。"""

    items: list[FormulaOut] = Field(description="按先后。")
    holidays_known_until: date = Field(
        description="放假安排已公布到哪一天;之后的期限按周末和固定节日推算,公布后可能顺延。",
        examples=["2026-12-31"],
    )


class RateOut(Answer):
    """一项指标。"""

    name: RateName = Field(
        description="响应、解决、满意、达成协议、履行。", examples=["settlement"]
    )
    numerator_ids: list[UUID] = Field(description="分子:哪些案件。")
    denominator_ids: list[UUID] = Field(description="分母:哪些案件。")
    credit_percent: int = Field(description="分子的分值合计,每件至多 100。", examples=[980])
    per_myriad: int | None = Field(description="万分比,向下取整;空:件数太少。", examples=[9800])


class FiguresOut(Answer):
    """一段时间、一个地点的指标;不按调解员排名。"""

    place_id: UUID = Field(description="哪个地点及其以下。")
    first: date = Field(description="第一天。")
    last: date = Field(description="最后一天。")
    formula: FormulaOut = Field(description="按哪一版规则。")
    rates: list[RateOut] = Field(description="各项指标。")


class FiguresQuery(Body):
    """哪里、哪段时间。"""

    place_id: UUID = Field(description="哪个地点及其以下。")
    first: Day = Field(description="受理的第一天。")
    last: Day = Field(description="受理的最后一天,至多一年。")
