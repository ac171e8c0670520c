"""Shapes of runners."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kinds import KindCode, Permission
from api.kit.http.fields import Answer, Body, GeoPoint, Label, Note, Phone
from api.runners.service.applying import Said
from api.runners.service.checking import EmergencyContact
from api.runners.service.working import HoursNow

RunnerState = Literal["applied", "approved", "rejected", "suspended", "withdrawn"]
Tier = Literal["trainee", "runner", "lead"]


class AgreedStatement(Body):
    """A statement that one agrees to, in the version that was shown."""

    name: Literal["health", "consent"] = Field(examples=["health"])
    version: Label = Field(examples=["2026.1"])


class ContactPerson(Body):
    """Whom to call when something happens to the runner; kept sealed."""

    name: Label = Field(examples=["王芳"])
    phone: Phone
    relation: Label = Field(description="与本人的关系。", examples=["配偶"])


class ApplicationEdit(Body):
    """What an applicant says; what is left out stays as it was."""

    kinds: Annotated[list[KindCode], Field(max_length=10)] | None = Field(
        default=None, description="愿意接的任务种类;空列表表示全部。", examples=[["fetch", "meal"]]
    )
    is_adult: Annotated[bool, Field(strict=True)] | None = Field(
        default=None, description="本人已年满 18 周岁。"
    )
    statements: Annotated[list[AgreedStatement], Field(max_length=2)] = Field(
        default=[], description="同意的声明,见 `GET /v1/runners/statements`。"
    )
    emergency_contact: ContactPerson | None = None

    def said(self) -> Said:
        """As the services know it."""
        contact = self.emergency_contact
        return Said(
            kinds=self.kinds,
            is_adult=self.is_adult,
            statements=[(s.name, s.version) for s in self.statements],
            emergency_contact=contact
            and EmergencyContact(contact.name, contact.phone, contact.relation),
        )


class Application(ApplicationEdit):
    """An application to run in a community; it may be completed later."""

    community_id: UUID
    as_volunteer: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="作为志愿者:只在应急状态时接免费的取送和买药。"
    )


class ApplicationOut(Answer):
    """An application and its checks; the emergency contact is masked."""

    id: UUID
    state: RunnerState
    kinds: list[str] = Field(description="愿意接的任务种类;空表示全部。", examples=[["fetch"]])
    is_adult: bool
    health_version: str | None = Field(examples=["2026.1"])
    consent_version: str | None = Field(examples=["2026.1"])
    emergency_contact: str | None = Field(examples=["王* 138****8000(配偶)"])
    identity_checked_at: datetime | None = Field(description="社区核对身份证件的时间。")
    missing: list[str] = Field(
        description="通过审核前还缺什么。", examples=[["identity", "statements"]]
    )


class ContactOut(Answer):
    """The emergency contact in full."""

    name: str = Field(examples=["王芳"])
    phone: str = Field(examples=["13800138000"])
    relation: str = Field(examples=["配偶"])


class Decision(Body):
    """Why it was decided so; the runner is told."""

    reason: Note = ""


class Reason(Body):
    """Why; it is kept with the name of who did it."""

    reason: Annotated[Label, Field(examples=["到社区窗口核对了身份证"])]


class TierEdit(Reason):
    """Another tier, and why."""

    tier: Tier = Field(examples=["runner"])


class TierOut(Answer):
    """What a tier may do."""

    name: str = Field(examples=["trainee"])
    zh: str = Field(examples=["见习"])
    capacity: int = Field(description="同时最多几单。", examples=[3])
    weight_max_g: int = Field(description="一单的最大重量。", examples=[10000])
    fee_max_fen: int = Field(description="一单的最高跑腿费。", examples=[3000])
    floors_max: int = Field(description="无电梯时最多爬几层;1000 即不限。", examples=[3])
    jobs_day_max: int = Field(description="一天最多接几单;1000000 即不限。", examples=[15])
    permissions: list[Permission] = Field(
        description="有哪些资格;每类任务要哪一种,见 `GET /v1/errand-kinds`。", examples=[["basic"]]
    )
    kinds: list[str] = Field(examples=[["fetch"]])
    unlocks: list[str] = Field(
        description="除接单外还能做什么;不影响报酬。", examples=[["带教新人,同时最多三位"]]
    )
    duties: list[str] = Field(description="要尽的责任。", examples=[["带教本社区的新人"]])


class TierTable(Answer):
    """The published table of tiers."""

    version: str = Field(examples=["2026.1"])
    items: list[TierOut]


class StatementOut(Answer):
    """A statement in force."""

    name: str = Field(examples=["health"])
    version: str = Field(examples=["2026.1"])
    zh: str
    en: str


class StatementList(Answer):
    """All statements in force."""

    items: list[StatementOut]


class CourseOut(Answer):
    """A course, and until when the caller has passed it."""

    name: str = Field(examples=["safety"])
    zh: str = Field(examples=["出行安全"])
    en: str = Field(examples=["Safety on the way"])
    kinds: list[str] = Field(description="需要这门课的任务种类。", examples=[["fetch"]])
    valid_days: int = Field(description="通过后多少天内有效。", examples=[365])
    passed_until: datetime | None = Field(description="已通过,有效到什么时候;空表示没有。")


class CourseList(Answer):
    """All courses."""

    version: str = Field(examples=["2026.1"])
    pass_percent: int = Field(description="答对多少百分比算通过。", examples=[80])
    items: list[CourseOut]


class QuestionOut(Answer):
    """A question; the answer is the index of a choice, counted from 0."""

    name: str = Field(examples=["red-light"])
    zh: str
    en: str
    choices_zh: list[str]
    choices_en: list[str]


class CourseText(Answer):
    """What to read, and the quiz."""

    name: str = Field(examples=["safety"])
    zh: str = Field(examples=["出行安全"])
    en: str = Field(examples=["Safety on the way"])
    text_zh: str
    text_en: str
    questions: list[QuestionOut]


class Answers(Body):
    """The answers of a quiz, in the order of the questions."""

    answers: Annotated[
        list[Annotated[int, Field(strict=True, ge=0, le=9)]], Field(max_length=50)
    ] = Field(description="每题所选项的序号,从 0 数起。", examples=[[0, 1, 2]])
    offsets: (
        Annotated[str, Field(pattern=r"^[a-z_]{1,20}:[0-9a-z:-]{1,100}$", max_length=121)] | None
    ) = Field(default=None, description="希望抵减的扣分事实的编号(积分台账)。")


class QuizOut(Answer):
    """How it went."""

    score_percent: int = Field(examples=[100])
    wrong: list[str] = Field(description="答错的题。", examples=[["red-light"]])
    valid_until: datetime | None = Field(description="通过后的有效期;空表示没有通过。")


class ShiftEdit(Body):
    """The shift to change to."""

    shift: Literal["online", "offline", "break"] = Field(examples=["online"])


class PositionReport(Body):
    """Where the runner is now."""

    point: GeoPoint


class RunnerOut(Answer):
    """A runner."""

    id: UUID
    community_id: UUID
    state: RunnerState
    tier: Tier = Field(description="见习、跑腿员、领跑员。")
    kinds: list[str] = Field(examples=[["fetch"]])
    shift: Literal["online", "offline", "break"]
    position_at: datetime | None = Field(description="最近一次定位的时间。")
    capacity: int = Field(description="同时最多几单。", examples=[5])
    load: int = Field(description="手上的单。", examples=[0])
    weight_max_g: int = Field(description="可接的最大重量。", examples=[10000])
    fee_max_fen: int = Field(description="可接的最高跑腿费。", examples=[3000])
    floors_max: int = Field(description="无电梯时最多爬几层;1000 即不限。", examples=[3])
    jobs_day_max: int = Field(
        description="一天最多接几单,退回的不算;1000000 即不限。", examples=[15]
    )
    is_volunteer: bool = Field(description="志愿者:只在应急状态时接免费的单。")
    permitted_until: datetime | None = Field(description="培训最早何时到期;空表示不到期。")


class RunnerPage(Answer):
    """A page of runners."""

    items: list[RunnerOut]
    next_cursor: str | None = None


class RestHold(Answer):
    """Why no new job may be taken now; jobs in hand may always be finished."""

    code: Literal["rest_needed", "day_confirm_needed", "day_limit_reached", "rest_day_needed"]
    until: datetime | None = Field(
        description="到什么时候;空表示要等本人确认,或手上的单送完再休息。"
    )


class RestLimits(Answer):
    """The limits of the community, in seconds and days."""

    continuous_s: int = Field(examples=[14400])
    pause_s: int = Field(examples=[1200])
    day_confirm_s: int = Field(examples=[28800])
    day_max_s: int = Field(examples=[43200])
    days_in_row_max: int = Field(examples=[6])


class HoursOut(Answer):
    """How long the runner has worked: overlapping jobs count once, from accept to finish."""

    stretch_s: int = Field(description="这一段连续工作的时长。", examples=[5400])
    today_s: int = Field(description="今天工作的时长。", examples=[16200])
    day_number: int = Field(description="今天是连续工作的第几天。", examples=[3])
    is_confirmed: bool = Field(description="今天是否已确认继续。")
    hold: RestHold | None = None
    limits: RestLimits

    @staticmethod
    def of(seen: HoursNow) -> "HoursOut":
        """The account as it leaves."""
        return HoursOut(
            stretch_s=int(seen.hours.stretch_s),
            today_s=int(seen.hours.today_s),
            day_number=seen.hours.day_number,
            is_confirmed=seen.hours.is_confirmed,
            hold=None if seen.held is None else RestHold.model_validate(seen.held),
            limits=RestLimits.model_validate(seen.rules),
        )
