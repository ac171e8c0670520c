"""Shapes of merchants and of who works for them."""

import re
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from api.errors import AppError
from api.kit.geo import Point
from api.kit.http.fields import (
    Answer,
    Body,
    CleanText,
    GeoPoint,
    Label,
    Moment,
    Note,
    Pattern,
    Phone,
    Telephone,
)
from api.kit.pagination import Cursor, Limit
from api.merchants.rules import IMAGES_MAX, Opening
from api.merchants.service.applying import Application, ContactPerson
from api.merchants.service.keeping import Profile
from api.uploads.schemas import PhotoOut

MerchantState = Literal["applied", "approved", "rejected", "suspended", "withdrawn"]
MemberState = Literal["invited", "active", "lapsed", "ended"]
MemberRole = Literal["owner", "clerk"]
Category = Literal[
    "vegetable", "fruit", "egg", "meat", "fish", "grain", "bean", "packed", "cooked", "daily",
    "other",
]  # fmt: skip
_CLOCK_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
ImageIds = Annotated[
    tuple[UUID, ...],
    Field(max_length=IMAGES_MAX, description="先上传的照片(用途 `product`),按显示顺序。"),
]
CreditCode = Annotated[
    CleanText,
    AfterValidator(str.upper),
    Field(
        min_length=18,
        max_length=18,
        description="统一社会信用代码,18 位;校验位不对会被拒绝。",
        examples=["91110105MA0000007L"],
    ),
]
Clock = Annotated[
    str,
    Pattern(_CLOCK_PATTERN, "not a time of the day as 08:30; the end of a day is 24:00"),
    Field(max_length=5),
]
PublicPhone = Annotated[
    Telephone | Literal[""],
    Field(description="顾客拨打的电话;空为不公开。", examples=["021-12345678"]),
]


class MerchantContact(Body):
    """Who answers for the merchant; kept sealed, seen by staff who say why."""

    name: Label = Field(examples=["王芳"])
    phone: Phone


class MerchantProfile(Body):
    """How a merchant is shown."""

    name: Label = Field(description="店名。", examples=["老王菜店"])
    phone: PublicPhone = ""
    intro: Note = Field(default="", examples=["每天清晨到货"])
    image_ids: ImageIds = ()

    def said(self) -> Profile:
        """As the services know it."""
        return Profile(self.name, self.phone, self.intro, self.image_ids)


class MerchantApplication(MerchantProfile):
    """An application to sell in a community."""

    place_id: UUID = Field(description="店在哪里:社区、小区或楼栋。")
    point: GeoPoint
    legal_name: Label = Field(description="营业执照上的名称。", examples=["某某市老王蔬菜经营部"])
    credit_code: CreditCode
    address: Label = Field(description="门店地址,公开。", examples=["梧桐路12号"])
    contact: MerchantContact
    licence_id: UUID = Field(description="营业执照照片,先上传(用途 `product`)。")

    def application(self) -> Application:
        """As the services know it."""
        return Application(
            place_id=self.place_id,
            point=self.point.as_point(),
            name=self.name,
            legal_name=self.legal_name,
            credit_code=self.credit_code,
            address=self.address,
            contact=ContactPerson(self.contact.name, self.contact.phone),
            licence_id=self.licence_id,
            image_ids=self.image_ids,
            phone=self.phone,
            intro=self.intro,
        )


class OpeningIn(Body):
    """When it is open on some days of the week, on clocks in China; not past midnight."""

    days: Annotated[
        list[Annotated[int, Field(strict=True, ge=1, le=7)]],
        Field(min_length=1, max_length=7, description="1 为星期一。", examples=[[1, 2, 3, 4, 5]]),
    ]
    from_: Clock = Field(alias="from", examples=["07:00"])
    to: Clock = Field(examples=["19:30"])

    def opening(self) -> Opening:
        """As the services know it."""
        return Opening(tuple(sorted(set(self.days))), _minutes(self.from_), _minutes(self.to))


class HoursEdit(Body):
    """The opening hours of a week, replaced as a whole."""

    items: Annotated[
        list[OpeningIn],
        Field(max_length=21, description="空列表为不营业;一天可有几段,不能重叠。"),
    ]


class BusyEdit(Body):
    """The busy switch."""

    until: Moment | None = Field(
        description="忙到什么时候(最多一天);空为恢复接单。",
        examples=["2026-11-22T19:00:00+08:00"],
    )


class OpeningOut(Answer):
    """The same, as it is shown."""

    days: list[int] = Field(description="1 为星期一。", examples=[[1, 2, 3, 4, 5]])
    from_: str = Field(serialization_alias="from", examples=["07:00"])
    to: str = Field(examples=["19:30"])

    @staticmethod
    def of(opening: Opening) -> "OpeningOut":
        """From what is stored."""
        return OpeningOut(
            days=list(opening.days), from_=_clock(opening.from_min), to=_clock(opening.to_min)
        )


class MerchantOut(Answer):
    """A merchant as everybody sees it."""

    id: UUID
    community_id: UUID
    place_id: UUID
    state: MerchantState
    name: str = Field(examples=["老王菜店"])
    legal_name: str = Field(description="营业执照上的名称。", examples=["某某市老王蔬菜经营部"])
    credit_code: str = Field(description="统一社会信用代码。", examples=["91110105MA0000007L"])
    address: str = Field(examples=["梧桐路12号"])
    point: GeoPoint
    phone: str = Field(description="空为不公开。", examples=["021-12345678"])
    intro: str = Field(examples=["每天清晨到货"])
    photos: list[PhotoOut]
    hours: list[OpeningOut]
    busy_until: datetime | None = Field(description="在此之前不接单。")
    is_open: bool = Field(description="现在是否营业、接单。", examples=[True])
    distance_m: float | None = Field(
        default=None, description="离查询的位置多远;没有按位置查询时为空。", examples=[182.4]
    )
    version: int = Field(description="修改时放在 `If-Match` 里。", examples=[3])


class OwnMerchantOut(MerchantOut):
    """The same for its people and for staff."""

    role: MemberRole | None = Field(description="我在店里的角色;工作人员为空。", examples=["owner"])
    contact: str | None = Field(
        description="负责人,打码;只给店主和工作人员。", examples=["王* 138****8000"]
    )
    licence: PhotoOut | None
    applied_at: datetime
    decided_at: datetime | None


class MerchantPage(Answer):
    """A page of merchants."""

    items: list[MerchantOut]
    next_cursor: str | None = None


class OwnMerchantList(Answer):
    """The merchants that one works for."""

    items: list[OwnMerchantOut]


class OwnMerchantPage(Answer):
    """A page of merchants for staff."""

    items: list[OwnMerchantOut]
    next_cursor: str | None = None


class MerchantQuery(Body):
    """Around which point."""

    near: Annotated[
        str,
        Pattern("^-?[0-9]{1,3}([.][0-9]{1,12})?,-?[0-9]{1,3}([.][0-9]{1,12})?$", "not lat,lng"),
    ] = Field(
        description="`lat,lng`(GCJ-02);列出这里所在社区的商户,由近到远。",
        examples=["31.2304,121.4737"],
    )
    q: Annotated[CleanText, Field(min_length=1, max_length=30)] | None = Field(
        default=None, description="店名里的字。", examples=["菜"]
    )
    category: Category | None = Field(
        default=None, description="有这类商品在架上的。", examples=["vegetable"]
    )
    limit: Limit = 20
    cursor: Cursor | None = None

    def point(self) -> Point:
        """The point asked about.

        Raises:
            AppError: outside_china.
        """
        lat, lng = (float(degrees) for degrees in self.near.split(","))
        if not (abs(lat) <= 90 and abs(lng) <= 180):
            raise AppError("outside_china")
        return GeoPoint(lat=lat, lng=lng, coord="gcj02").as_point()


class StaffMerchantQuery(Body):
    """Which merchants of a community."""

    community_id: UUID
    state: MerchantState | None = Field(default=None, examples=["applied"])
    limit: Limit = 20
    cursor: Cursor | None = None


class MerchantDecision(Body):
    """Why it was decided so; the merchant is told."""

    reason: Note = Field(default="", examples=["执照照片不清楚"])


class MerchantReason(Body):
    """Why; it is kept with the name of who did it."""

    reason: Label = Field(examples=["核实投诉"])


class MerchantContactOut(Answer):
    """Who answers for the merchant, in full."""

    name: str = Field(examples=["王芳"])
    phone: str = Field(examples=["13800138000"])


class MemberOut(Answer):
    """Who works there, or an invitation that nobody used yet."""

    id: UUID
    role: MemberRole = Field(examples=["clerk"])
    state: MemberState = Field(examples=["active"])
    user_id: UUID | None = Field(description="邀请未使用时为空。")
    expires_at: datetime | None = Field(description="邀请何时失效。")
    joined_at: datetime | None


class MemberList(Answer):
    """Who works there; at most twenty."""

    items: list[MemberOut]


class InvitationOut(MemberOut):
    """A fresh invitation."""

    code: str = Field(description="十位数字,告诉要加入的人;只显示这一次。", examples=["0123456789"])


class JoinMerchant(Body):
    """The code of an invitation."""

    code: Annotated[CleanText, Field(min_length=10, max_length=10, examples=["0123456789"])]


def _minutes(clock: str) -> int:
    hours, minutes = re.split(":", clock)
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
