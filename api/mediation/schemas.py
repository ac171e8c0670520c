"""Shapes of cases."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.types import StrictStr

from api.board.rules import Category
from api.kit.http.fields import VISIBLE_PATTERN, Answer, Body, CleanText, Moment, Pattern, Telephone
from api.kit.pagination import PageQuery
from api.mediation.rules import (
    EndedWhy,
    Into,
    PartyKind,
    RecordHow,
    RecordKind,
    ReplaceCode,
    Risk,
    SuspendCode,
)
from api.mediators.rules import WEEK_MIN, ComplaintCode, Language
from api.uploads.schemas import PhotoOut

CaseState = Literal[
    "opened",
    "offered",
    "accepted",
    "assigned",
    "in_session",
    "suspended",
    "agreed",
    "performing",
    "fulfilled",
    "breached",
    "followed_up",
    "failed",
    "refused",
    "withdrawn",
    "escalated",
    "archived",
]
PartyState = Literal["invited", "consented", "refused", "lapsed", "left"]
_VISIBLE = Pattern(
    VISIBLE_PATTERN, "holds nothing that can be seen, or characters that are not text"
)
Story = Annotated[
    StrictStr,
    _VISIBLE,
    Field(min_length=1, max_length=2000, examples=["楼上半夜装修,沟通过两次没有用。"]),
]
Reason = Annotated[CleanText, Field(max_length=500)]
Side = Annotated[int, Field(strict=True, ge=1, le=4)]
Languages = Annotated[tuple[Language, ...], Field(min_length=1, max_length=3)]
MeetMinute = Annotated[int, Field(strict=True, ge=0, lt=WEEK_MIN)]
_EMPLOYER = "工作单位,用于调解员回避;没有则不填。"


class NewCase(Body):
    """A request for mediation, or what police or court hand over."""

    place_id: UUID = Field(description="发生在哪里:社区或其下的网格、小区、楼栋。")
    source: Literal["request", "staff", "police", "court"] = Field(
        default="request",
        description="`request` 本人申请;`staff` 工作人员排查,`police` 公安、`court` 法院移送,"
        "后三种由工作人员登记。",
    )
    category: Category = Field(examples=["noise"])
    text: Story = Field(description="事由和诉求,只有当事人、调解员和经办人能看到。")
    languages: Languages = Field(default=("zh",), description="调解员须会的语言。")
    meet_minute: MeetMinute | None = Field(
        default=None,
        description="各方方便的时间:从周一 0:00(北京时间)算起的分钟。",
        examples=[1140],
    )
    group_name: Annotated[CleanText, Field(max_length=60)] = Field(
        default="", description="代表一群人申请时填写,如“小广场舞蹈队”;否则不填。"
    )
    employer_id: UUID | None = Field(default=None, description=_EMPLOYER)


class OrderCase(Body):
    """A quarrel about an order that is disputed."""

    text: Story


class NewPartyIn(Body):
    """Somebody on a side."""

    side: Side = Field(description="第几方:1 为申请的一方,2 为对方。", examples=[2])
    kind: PartyKind = Field(
        description="`person` 本人,`group` 一群人及其代表,`company` 单位,"
        "`unregistered` 没有注册的人(同意和签名由经办人或调解员拍照登记)。",
        examples=["person"],
    )
    user_id: UUID | None = Field(default=None, description="本人或代表的账号。")
    organisation_id: UUID | None = Field(default=None, description="单位,`company` 必填。")
    building_id: UUID | None = Field(default=None, description="没有注册的人住在哪一栋,用于回避。")
    name: Annotated[CleanText, Field(max_length=60)] = Field(
        default="", description="一群人的名称,或没有注册的人的姓名。", examples=["小广场舞蹈队"]
    )
    phone: Telephone | None = Field(default=None, description="没有注册的人的电话。")

    @model_validator(mode="after")
    def _is_whole(self) -> "NewPartyIn":
        wants_user = self.kind in ("person", "group")
        wants_name = self.kind in ("group", "unregistered")
        if wants_user and self.user_id is None:
            raise ValueError("a person, or who speaks for a group, is named by user_id")
        if self.kind == "unregistered" and self.user_id is not None:
            raise ValueError("whoever is not registered has no user_id")
        if (self.kind == "company") != (self.organisation_id is not None):
            raise ValueError("a company, and nothing else, is named by organisation_id")
        if wants_name and not self.name.strip():
            raise ValueError("a group or an unregistered person has a name")
        return self


class Consent(Body):
    """A party is willing to be mediated."""

    has_read_rights: Literal[True] = Field(
        description="已阅读 `rights`(自愿、免费、保密、可随时退出等)。"
    )
    employer_id: UUID | None = Field(default=None, description=_EMPLOYER)


class PaperAnswer(Body):
    """What somebody without the app answered, on paper."""

    is_willing: Annotated[bool, Field(strict=True)] = Field(description="是否同意调解。")
    upload_id: UUID = Field(description="签名纸的照片,用途为 `case`。")


class Ask(Body):
    """Whom to ask; nobody named: whom the rules name."""

    user_id: UUID | None = Field(
        default=None, description="指定的调解员,或无人可请时的社区工作人员;不填则按规则选。"
    )


class Replacement(Body):
    """Why whoever mediates cannot go on."""

    code: ReplaceCode = Field(
        description="`illness` 生病,`unreachable` 联系不上,`asked` 本人要求,`other` 其他。",
        examples=["illness"],
    )


class Objection(Body):
    """Why somebody else should mediate; the first time it may be empty."""

    text: Reason = Field(default="", description="理由;当事人第一次申请可以不填。")


class NewRecord(Body):
    """A contact or a session, written once."""

    how: Literal["visit", "phone", "meeting", "online"] = Field(
        description="`visit` 上门,`phone` 电话,`meeting` 面谈,`online` 线上。", examples=["visit"]
    )
    text: Story = Field(description="内容,记下后不能修改。", examples=["到场劝导,音乐已调小。"])
    happened_at: Moment = Field(examples=["2026-11-22T19:00:00+08:00"])
    party_ids: Annotated[tuple[UUID, ...], Field(max_length=30)] = Field(
        default=(), description="在场或联系到的当事人;他们能看到这条记录。"
    )
    guest_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = Field(
        default=(), description="经各方同意到场的其他人。"
    )


class Suspend(Body):
    """Why it pauses."""

    code: SuspendCode


class Escalate(Body):
    """To whom it is handed over, and why."""

    into: Into = Field(
        description="`property` 物业,`committee` 上级调委会,`police` 公安,`department` 部门,"
        "`court` 法院。"
    )
    text: Story


class NewComplaint(Body):
    """What a mediator did wrong."""

    code: ComplaintCode = Field(examples=["takes_sides"])
    text: Story


class PartyOut(Answer):
    """Somebody on a side."""

    id: UUID
    side: int = Field(description="第几方。", examples=[1])
    kind: PartyKind
    name: str | None = Field(
        description="昵称、单位或一群人的名称;各方都同意调解之前,对方看不到。",
        examples=["小广场舞蹈队"],
    )
    phone: str | None = Field(description="没有注册的人的电话,仅调解员和经办人可见。")
    is_me: bool
    state: PartyState
    answer_until: datetime | None = Field(description="须在此前答复。")
    consented_at: datetime | None


class WayOut(Answer):
    """Another way to turn to."""

    code: str = Field(examples=["legal_aid"])
    name: str = Field(examples=["法律援助"])
    phone: str | None = Field(examples=["12348"])


class CaseCard(Answer):
    """A case without any word of it."""

    id: UUID
    place_id: UUID
    category: Category
    source: Literal["post", "request", "order", "staff", "police", "court"]
    state: CaseState = Field(examples=["offered"])
    risk: Risk = Field(examples=["low"])
    is_with_staff: bool = Field(description="已无调解员可请,等社区工作人员处理。")
    created_at: datetime
    version: int


class CaseOut(CaseCard):
    """A case, as the caller may see it."""

    roles: list[Literal["party", "mediator", "asked", "staff"]] = Field(
        description="我在其中的身份:当事人、调解员、受邀调解、经办人。"
    )
    text: str = Field(description="事由;未到各方同意时,只有受邀和经办的人能看到。")
    rights: str = Field(description="同意前须阅读的权利和义务。")
    order_id: UUID | None = Field(description="所涉跑腿单,仅当事人和经办人可见。")
    parties: list[PartyOut]
    photos: list[PhotoOut] = Field(description="签名纸等照片,仅调解员和经办人可见。")
    mediator: str | None = Field(description="调解员昵称。", examples=["老周"])
    meet_minute: int | None = Field(description="每周方便的时间(分钟,从周一 0:00 起)。")
    ended_why: EndedWhy | None = Field(description="为何没有调成。")
    escalated_to: Into | None = Field(description="移交给谁。")
    other_ways: list[WayOut] = Field(description="没有调成时可走的其他途径。")
    offered_at: datetime | None
    accepted_at: datetime | None
    began_at: datetime | None
    ends_at: datetime | None = Field(description="到此时未达成协议即终止。")
    hotlines: list[str] = Field(
        default=[], description="文字提到危险时,请马上显示并拨打的电话。", examples=[["110"]]
    )


class CasePage(Answer):
    """A page of cases, newest first."""

    items: list[CaseCard]
    next_cursor: str | None = None


class RecordOut(Answer):
    """A contact, a session or a handing over."""

    number: int = Field(description="第几条。", examples=[1])
    kind: RecordKind
    how: RecordHow
    text: str
    party_ids: list[UUID]
    guest_ids: list[UUID] = Field(description="到场的其他人。")
    happened_at: datetime
    recorded_at: datetime


class RecordList(Answer):
    """What was recorded, in order."""

    items: list[RecordOut]
    next_cursor: str | None = None


class ChoiceOut(Answer):
    """What the rules said of one mediator."""

    round: int = Field(description="第几次选择。", examples=[1])
    user_id: UUID
    nickname: str
    rank: int | None = Field(description="名次;被排除则为空。", examples=[1])
    reasons: list[str] = Field(description="被排除的每一条理由。", examples=[["与当事人同户"]])


class ChoiceList(Answer):
    """The last choices, newest round first."""

    items: list[ChoiceOut]
    next_cursor: str | None = None


class CaseLookOut(Answer):
    """Somebody looked into a case."""

    at: datetime
    viewer_role: Literal["party", "mediator", "staff", "visitor"]
    what: str = Field(description="看了哪一部分。", examples=["case"])
    state: CaseState


class CaseLookPage(Answer):
    """A page of looks, newest first."""

    items: list[CaseLookOut]
    next_cursor: str | None = None


class CaseQuery(PageQuery):
    """A page of one's cases."""


class PlaceCasesQuery(CaseQuery):
    """Cards of the cases of a place and below."""

    place_id: UUID
    state: CaseState | None = None
    with_archived: bool = Field(default=True, description="连已归档的一起看。")


class ComplaintFiled(Answer):
    """A complaint was filed."""

    id: UUID = Field(description="受理编号。", examples=["019a9f0e-8c6b-7d1e-8000-000000000000"])
