"""Shapes of the privacy rules, consents, looks, export and erasure."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from api.consents.purposes import Purpose
from api.kit.http.fields import Answer, Body, CleanText
from api.kit.pagination import Cursor
from api.places.schemas import ContactIn

PageLimit = Annotated[int, Field(ge=1, le=1000, description="一页最多几行,1–1000。")]


class PurposeOut(Answer):
    """A purpose for which consent is asked, as it is worded today."""

    purpose: Purpose
    version: str = Field(description="这段文字的日期;同意时原样带回。", examples=["2026-11-20"])
    is_separate: bool = Field(description="敏感信息,须单独同意。")
    title: str = Field(examples=["骑手位置"])
    text: str
    without: str = Field(description="不同意会怎样。")


class DataOut(Answer):
    """What is held in one table, and what stays of it after erasure."""

    table: str = Field(examples=["addresses"])
    title: str = Field(examples=["地址"])
    is_encrypted: bool
    stays: str = Field(description="注销后留下什么;空为不留。")


class KeptOut(Answer):
    """How long something is kept, and why."""

    what: str = Field(examples=["骑手最近一次的位置"])
    days: int = Field(description="天数。", examples=[1])
    why: str


class LegalOut(Answer):
    """The privacy rules."""

    version: str = Field(examples=["2026-11-20"])
    language: Literal["zh", "en"]
    sections: list["LegalSection"]
    purposes: list[PurposeOut]
    data: list[DataOut]
    kept: list[KeptOut]


class LegalSection(Answer):
    """One section of the rules."""

    title: str = Field(examples=["您的权利"])
    text: str


class ConsentOut(PurposeOut):
    """A purpose, and whether the caller agrees to it."""

    is_granted: bool = Field(description="是否同意现行的文字。")
    granted_version: str | None = Field(description="同意过的文字的日期。")
    granted_at: datetime | None


class ConsentList(Answer):
    """All purposes (fewer than 100)."""

    items: list[ConsentOut]
    next_cursor: str | None = None


class NewConsent(Body):
    """Consent to a text that was shown."""

    purpose: Purpose = Field(examples=["runner_location"])
    version: Annotated[CleanText, Field(min_length=10, max_length=10)] = Field(
        description="展示给用户的那段文字的日期。", examples=["2026-11-20"]
    )


class LookOut(Answer):
    """Somebody saw the caller's contact."""

    id: UUID
    at: datetime
    viewer_role: Literal["runner", "staff"]
    viewer: str = Field(description="遮盖后的昵称。", examples=["小*"])
    order_id: UUID | None
    job_id: UUID | None
    stage: str = Field(description="当时的状态。", examples=["accepted"])
    reason: str = Field(description="为什么查看;`carrying` 为送单途中。", examples=["carrying"])
    is_whole: bool = Field(description="电话是否完整显示。")


class LookPage(Answer):
    """A page of looks, newest first."""

    items: list[LookOut]
    next_cursor: str | None = None


class LookAsk(Body):
    """Why a whole contact is asked for; the person is told."""

    reason: Literal[
        "cannot_reach", "wrong_address", "goods_problem", "dispute", "safety", "asked_by_person"
    ] = Field(examples=["cannot_reach"])


class DropoffContact(Answer):
    """Who receives at a stop."""

    n: int = Field(description="第几站。", examples=[1])
    contact: ContactIn


class WholeContact(Answer):
    """Contacts in full; the look has been noted."""

    pickup: ContactIn
    dropoffs: list[DropoffContact]
    note: str = Field(description="订单备注。")


class ExportQuery(Body):
    """Which part of an export."""

    limit: PageLimit = 1000
    cursor: Cursor | None = None


class ExportSection(Answer):
    """Rows of one kind, as what the caller stands in them."""

    table: str = Field(examples=["orders"])
    title: str = Field(examples=["订单"])
    role: str = Field(description="在这些数据里的身份。", examples=["下单人"])
    stays: str = Field(description="注销后留下什么;空为不留。")
    rows: list[dict[str, JsonValue]]


class ExportOut(Answer):
    """Everything that is held of the caller, or a page of it."""

    made_at: datetime
    rules_version: str = Field(examples=["2026-11-20"])
    sections: list[ExportSection]
    left_out: list[str] = Field(description="不给出的内容和原因。")
    next_cursor: str | None = None


class HoldOut(Answer):
    """What is not erased yet, and why."""

    table: str = Field(examples=["orders"])
    title: str = Field(examples=["订单"])
    rows: int = Field(examples=[2])
    why: str = Field(examples=["电子商务法第三十一条:交易信息保存三年"])
    until: datetime | None = Field(description="最晚何时删除;空为还不能确定。")


class ErasureOut(Answer):
    """How far the erasure has come; the account is closed either way."""

    state: Literal["restricted", "erased"]
    requested_at: datetime
    holds: list[HoldOut]


LegalOut.model_rebuild()
