"""Shapes of outcomes."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.types import StrictStr

from api.agreements.schemas import Hash
from api.board.rules import Category
from api.kit.http.fields import VISIBLE_PATTERN, Answer, Body, Pattern
from api.kit.pagination import PageQuery
from api.outcomes.rules import CheckState, Unsure

_SEEN = Pattern(VISIBLE_PATTERN, "holds nothing that can be seen, or characters that are not text")
OutcomeText = Annotated[
    StrictStr,
    _SEEN,
    Field(
        min_length=1,
        max_length=1000,
        description="不含姓名、电话、住址,看不出是谁的事。",
        examples=["广场舞队与居民约定音量和时间,考试周暂停。"],
    ),
]


class OutcomeDraft(Body):
    """What is to be told of a case."""

    text: OutcomeText


class OutcomeConsentBody(Body):
    """A party's written consent. 本人同意自己的;调解员替未注册的当事人登记,附纸面照片。"""

    text_hash: Hash
    party_id: UUID | None = Field(default=None, description="替哪位未注册的当事人登记。")
    upload_id: UUID | None = Field(default=None, description="纸面同意的照片(用途 `case`)。")


class OutcomeRefusal(Body):
    """A party does not want it, or no longer."""

    party_id: UUID | None = Field(default=None, description="替哪位未注册的当事人登记。")


class OutcomeApproval(Body):
    """Which text was read."""

    text_hash: Hash
    despite: Unsure | None = Field(
        default=None, description="检查未通过而仍决定公开的,写明所见的原因(`held_why`)。"
    )


class OutcomeOut(Answer):
    """A text of a case, for those who are asked about it."""

    id: UUID = Field(description="编号。")
    state: Literal["drafted", "published", "declined", "taken_back", "lapsed"] = Field(
        description="征求同意中、已公开、不同意、已撤下、已失效。", examples=["drafted"]
    )
    text: str = Field(description="要公开的文字。")
    text_hash: str = Field(description="文本的指纹,同意时带上。", examples=["0" * 64])
    missing_party_ids: list[UUID] = Field(description="还有哪些当事人没有书面同意。")
    check: CheckState = Field(
        description="微信内容检查:`waiting` 检查中,`passed` 通过,`held` 未通过。",
        examples=["passed"],
    )
    held_why: str | None = Field(
        description="为什么没有通过;除 `wechat_risky` 外,由公开的人决定。",
        examples=["wechat_review"],
    )
    published_at: datetime | None = Field(description="何时公开。")
    version: int = Field(description="版本。", examples=[1])


class OutcomeList(Answer):
    """The texts of a case, the last one first."""

    items: list[OutcomeOut]


class OutcomeCard(Answer):
    """What everybody of a community reads: of no case, of nobody."""

    id: UUID = Field(description="编号。")
    category: Category = Field(description="哪一类。", examples=["square_dancing"])
    text: str = Field(description="调解结果。")
    published_on: date = Field(description="公开的日子。", examples=["2026-12-22"])


class OutcomePage(Answer):
    """A page of outcomes, newest first."""

    items: list[OutcomeCard]
    next_cursor: str | None = None


class OutcomeQuery(PageQuery):
    """Outcomes of the community of a place."""

    place_id: UUID = Field(description="社区或其下的地点。")
