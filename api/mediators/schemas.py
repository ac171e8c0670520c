"""Shapes of mediators, committees, organisations and complaints."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.board.rules import Category
from api.kit.http.fields import DAY_PATTERN, Answer, Body, Label, Pattern
from api.kit.pagination import PageQuery
from api.mediators.rules import (
    HOURS_MAX,
    LOAD_DEFAULT,
    LOAD_MAX,
    WEEK_MIN,
    ComplaintCode,
    Language,
    OrganisationKind,
    RejectReason,
    SuspendReason,
)

Day = Annotated[date, Pattern(DAY_PATTERN, "not a day as 2026-11-22")]
MediatorState = Literal["applied", "appointed", "rejected", "suspended", "ended"]
Categories = Annotated[tuple[Category, ...], Field(min_length=1, max_length=11)]


class Span(Body):
    """A span of the week."""

    from_min: Annotated[int, Field(strict=True, ge=0, lt=WEEK_MIN)] = Field(
        description="从周一 0:00(北京时间)算起的分钟。", examples=[1140]
    )
    to_min: Annotated[int, Field(strict=True, ge=1, le=WEEK_MIN)] = Field(
        description="同上,须晚于开始。", examples=[1260]
    )

    @model_validator(mode="after")
    def _ends_later(self) -> "Span":
        if self.to_min <= self.from_min:
            raise ValueError("a span ends after it begins")
        return self


class MediatorOffer(Body):
    """When, in which languages and how much somebody wants to mediate."""

    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=5)] = Field(
        default=("zh",), description="能用来调解的语言或方言。"
    )
    hours: Annotated[tuple[Span, ...], Field(max_length=HOURS_MAX)] = Field(
        default=(), description="每周可调解的时段;不填表示随时。"
    )
    load_max: Annotated[int, Field(strict=True, ge=1, le=LOAD_MAX)] = Field(
        default=LOAD_DEFAULT, description="同时最多几件。", examples=[3]
    )
    employer_id: UUID | None = Field(
        default=None, description="工作单位(如物业公司),用于回避;没有则不填。"
    )


class MediatorApplication(MediatorOffer):
    """Somebody wants to mediate."""

    place_id: UUID = Field(description="想在哪里调解:社区、网格、小区或楼栋,及其下。")
    categories: Categories = Field(description="能调解哪几类。", examples=[["noise"]])


class MediatorChange(MediatorOffer):
    """What a mediator says of themselves from now on."""

    is_available: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="暂时不接受邀请时填 `false`。"
    )


class Appointment(Body):
    """A committee appointed somebody."""

    committee_id: UUID = Field(description="聘任的调解委员会,须在调解地点或其上级。")
    until: Day = Field(description="聘期最后一天,最长三年。", examples=["2028-12-31"])
    categories: Categories = Field(description="可调解的类别。", examples=[["noise", "pets"]])


class MediatorRefusal(Body):
    """Why somebody is not appointed."""

    code: RejectReason


class Suspension(Body):
    """Why somebody must not mediate for now."""

    code: SuspendReason


class MediatorOut(Answer):
    """A mediator, to themselves and to staff."""

    user_id: UUID
    nickname: str = Field(examples=["老周"])
    state: MediatorState
    place_id: UUID
    committee_id: UUID | None
    categories: list[Category]
    languages: list[Language]
    hours: list[Span]
    load_max: int = Field(description="同时最多几件。", examples=[3])
    is_available: bool
    employer_id: UUID | None
    appointed_on: date | None = Field(description="聘期第一天。", examples=["2026-01-01"])
    appointed_until: date | None = Field(description="聘期最后一天。", examples=["2028-12-31"])
    code: str | None = Field(description="未聘任或暂停的原因。", examples=["term"])
    applied_at: datetime
    version: int = Field(description="修改时放进 `If-Match`。", examples=[2])


class MediatorPage(Answer):
    """A page of mediators."""

    items: list[MediatorOut]
    next_cursor: str | None = None


class PlaceQuery(PageQuery):
    """A page of what belongs to a place."""

    place_id: UUID


class MediatorQuery(PlaceQuery):
    """Mediators of a place and below."""

    state: MediatorState | None = None


class NewCommittee(Body):
    """A mediation committee."""

    place_id: UUID
    name: Label = Field(examples=["桂花社区人民调解委员会"])


class CommitteeOut(Answer):
    """A mediation committee."""

    id: UUID
    place_id: UUID
    name: str = Field(examples=["桂花社区人民调解委员会"])


class CommitteePage(Answer):
    """A page of committees."""

    items: list[CommitteeOut]
    next_cursor: str | None = None


class NewOrganisation(Body):
    """A property company, merchant or employer."""

    place_id: UUID
    kind: OrganisationKind = Field(examples=["property_company"])
    name: Label = Field(examples=["安居物业"])


class OrganisationOut(Answer):
    """An organisation."""

    id: UUID
    place_id: UUID
    kind: OrganisationKind
    name: str = Field(examples=["安居物业"])


class OrganisationPage(Answer):
    """A page of organisations."""

    items: list[OrganisationOut]
    next_cursor: str | None = None


class ComplaintOut(Answer):
    """A complaint about a mediator, to staff; who filed it is not told."""

    id: UUID
    mediator_id: UUID
    code: ComplaintCode = Field(examples=["takes_sides"])
    text: str
    state: Literal["open", "upheld", "dismissed"]
    created_at: datetime
    decided_at: datetime | None


class ComplaintPage(Answer):
    """A page of complaints."""

    items: list[ComplaintOut]
    next_cursor: str | None = None


class ComplaintDecision(Body):
    """What staff decide about a complaint."""

    is_upheld: Annotated[bool, Field(strict=True)] = Field(description="投诉是否成立。")
