"""Shapes of those who join talks without being a party."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.board.rules import Category
from api.kit.http.fields import Answer, Body, CleanText
from api.mediation.rules import GuestKind


class NewGuest(Body):
    """Somebody who is to join the talks: an account, or a name."""

    kind: GuestKind = Field(
        description="`relative` 亲属,`neighbour` 邻里,`colleague` 同事,`expert` 专业人员,"
        "`organisation` 有关组织的人。",
        examples=["relative"],
    )
    user_id: UUID | None = Field(default=None, description="有账号的填写。")
    name: Annotated[CleanText, Field(max_length=60)] = Field(
        default="", description="没有账号的填姓名。"
    )

    @model_validator(mode="after")
    def _is_somebody(self) -> "NewGuest":
        if (self.user_id is None) != bool(self.name.strip()):
            raise ValueError("an account, or else a name")
        return self


class GuestAnswer(Body):
    """A party's word; of who has no account the mediator says whose, with the paper."""

    party_id: UUID | None = Field(default=None, description="替哪位未注册的当事人登记。")
    upload_id: UUID | None = Field(default=None, description="纸面的照片(用途 `case`)。")


class GuestOut(Answer):
    """Somebody who joins the talks, or is to."""

    id: UUID
    kind: GuestKind
    name: str | None = Field(description="昵称,或没有账号的人的姓名。", examples=["王阿姨"])
    state: Literal["proposed", "admitted", "refused", "left"] = Field(
        description="待各方同意、可以到场、不同意、不再参加。", examples=["proposed"]
    )
    consented_party_ids: list[UUID] = Field(description="哪些当事人已同意。")


class GuestList(Answer):
    """Those of a case, as they were proposed."""

    items: list[GuestOut]


class TalkOut(Answer):
    """Talks that I may join, and nothing more of them."""

    id: UUID
    kind: GuestKind = Field(description="我以什么身份参加。")
    category: Category
    mediator: str | None = Field(description="调解员昵称。", examples=["老周"])
    meet_minute: int | None = Field(description="每周方便的时间(分钟,从周一 0:00 起)。")
    duty: str = Field(description="参加的人须遵守的。")


class TalkPage(Answer):
    """A page of them, newest first."""

    items: list[TalkOut]
    next_cursor: str | None = None
