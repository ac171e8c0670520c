"""Shapes of dependants and carers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kinds import CaredKind
from api.kit.http.fields import Answer, Body, CleanText, Fen, Label, Telephone
from api.kit.pagination import PageQuery
from api.people.schemas import Ask, Asks

DependantState = Literal["proposed", "active"]


class DependantContact(Body):
    """Whom the runner asks for and calls first; a fixed line will do."""

    door: Annotated[CleanText, Field(max_length=60, examples=["1单元101"])] = ""
    name: Annotated[CleanText, Field(max_length=30, examples=["李奶奶"])] = ""
    phone: Telephone | None = Field(default=None, description="老人自己的电话,没有就不填。")


class DependantIn(Body):
    """Somebody to order for, and the terms they consent to."""

    label: Label = Field(examples=["妈妈"])
    building_id: UUID
    floor: Annotated[int, Field(strict=True, ge=-5, le=120, examples=[3])] = 1
    has_lift: Annotated[bool, Field(strict=True)] = True
    contact: DependantContact = DependantContact()
    cap_fen: Fen = Field(description="每个自然月最多花多少。", examples=[20_000])
    kinds: Annotated[tuple[CaredKind, ...], Field(min_length=1, max_length=11)] = Field(
        description="可以代下哪些单。", examples=[["fetch"]]
    )


class DependantOut(Answer):
    """Somebody one orders for."""

    id: UUID
    state: DependantState = Field(
        description="`proposed` 等待本人同意,`active` 可以下单。", examples=["proposed"]
    )
    label: str = Field(examples=["妈妈"])
    building_id: UUID
    floor: int
    has_lift: bool
    contact: DependantContact
    cap_fen: int = Field(examples=[20_000])
    kinds: list[str] = Field(examples=[["fetch"]])
    consented_at: datetime | None
    version: int = Field(description="修改时放在 `If-Match` 里。", examples=[1])


class DependantList(Answer):
    """Everybody one orders for (at most 20)."""

    items: list[DependantOut]
    next_cursor: str | None = None


class CarerOut(Answer):
    """Somebody who orders for me, or asks to; the phone is masked."""

    id: UUID = Field(description="同意或结束时用它。")
    state: DependantState
    carer: str = Field(description="昵称。", examples=["小王"])
    phone: str | None = Field(examples=["138****8000"])
    cap_fen: int = Field(examples=[20_000])
    kinds: list[str] = Field(examples=[["fetch"]])
    consented_at: datetime | None
    version: int = Field(description="同意时带上,以免条件在看到之后变了。", examples=[1])


class CarerList(Answer):
    """Everybody who orders for me, or asks to."""

    items: list[CarerOut]
    next_cursor: str | None = None


class DependantSeen(Answer):
    """A link as staff of the building see it; names and phones are masked."""

    id: UUID
    state: DependantState
    carer: str = Field(examples=["小王"])
    carer_phone: str | None = Field(examples=["138****8000"])
    name: str = Field(examples=["李*"])
    phone: str | None = Field(examples=["021****5678"])
    building: str = Field(examples=["3号楼"])
    door: str = Field(examples=["1单元101"])
    cap_fen: int = Field(examples=[20_000])
    kinds: list[str]
    witness_id: UUID | None = Field(description="谁见证的。")
    consented_at: datetime | None
    version: int = Field(description="见证时带上。", examples=[1])


class DependantPage(Answer):
    """A page of links, oldest first."""

    items: list[DependantSeen]
    next_cursor: str | None = None


class DependantQuery(PageQuery):
    """Which links to list."""

    place_id: UUID = Field(description="这个地点和它下面的。")
    state: DependantState | None = None


class Consent(Body):
    """A consent to the terms as they were shown."""

    version: Annotated[int, Field(strict=True, ge=1, le=1_000_000, examples=[1])]


class Witnessed(Consent):
    """How the consent was heard; a paper is kept in the office, not here."""

    how: Literal["in_person", "by_phone", "on_paper"] = Field(examples=["in_person"])


class WishesIn(Body):
    """How a dependant wants to be delivered to; what is left out stands at its default."""

    may_be_called: Annotated[
        bool,
        Field(strict=True, description="可以打老人的电话;否则骑手只看到代办人的电话。"),
    ] = True
    leave_at_door: Annotated[bool, Field(strict=True, description="放在门口即可。")] = False
    asks: Asks = ()


class WishesOut(Answer):
    """How a dependant wants to be delivered to, as it was written down."""

    may_be_called: bool
    leave_at_door: bool
    asks: list[Ask]
    version: int = Field(description="修改时放在 `If-Match` 里;从未设置过为 0。", examples=[0])
