"""Shapes of quotes, orders and ratings."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.jobs.details import Details
from api.jobs.schemas import JobState
from api.kinds import KindCode, Part, Permission
from api.kit.http.fields import Answer, Body, Fen, GeoPoint, Grams, Label, Moment, Note
from api.kit.pagination import PageQuery
from api.places.schemas import ContactIn, ContactShown

OrderState = Literal["awaiting_payment", "active", "completed", "cancelled", "disputed"]
RATING_TAGS = Literal[
    "friendly",
    "fast",
    "careful",
    "late",
    "rude",
    "damaged",
    "weather",
    "traffic",
    "merchant",
    "price",
    "out_of_stock",
    "platform",
    "building_access",
]


class Window(Body):
    """When it should happen; both ends with an offset."""

    from_: Moment = Field(alias="from", examples=["2026-11-21T12:00:00+08:00"])
    to: Moment = Field(examples=["2026-11-21T12:40:00+08:00"])


class ErrandAsk(Body):
    """What decides the price of an errand, but for its time."""

    kind: KindCode = Field(
        description="任务类型,各类的要求见 `GET /v1/errand-kinds`。", examples=["fetch"]
    )
    pickup: GeoPoint | None = Field(
        default=None, description="取货点;有的类型没有,有的可不填(就近)。"
    )
    dropoff: GeoPoint | None = Field(
        default=None, description="与 `address_id`、`beneficiary_id` 三选一。"
    )
    address_id: UUID | None = Field(default=None, description="送到保存的地址。")
    beneficiary_id: UUID | None = Field(
        default=None, description="送到我代办的家人那里(`/v1/me/dependants`)。"
    )
    for_person_id: UUID | None = Field(
        default=None, description="工作人员替没有手机的居民下单(`/v1/people`)。"
    )
    weight_g: Grams = Field(default=1000, examples=[2000])
    floor: Annotated[int, Field(strict=True, ge=-5, le=120, examples=[3])] = 1
    has_lift: Annotated[bool, Field(strict=True)] = True

    @model_validator(mode="after")
    def _one_dropoff(self) -> "ErrandAsk":
        ways = (self.dropoff, self.address_id, self.beneficiary_id)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("exactly one of dropoff, address_id and beneficiary_id")
        if self.beneficiary_id is not None and self.for_person_id is not None:
            raise ValueError("either a dependant or a person without a phone")
        return self


class QuoteAsk(ErrandAsk):
    """An errand to be priced."""

    window: Window | None = Field(default=None, description="不填为尽快。")
    merchant_id: UUID | None = Field(
        default=None,
        description="商户的人替本店的顾客叫跑腿,由下单的人付款;取货点不填则为门店。",
    )

    @model_validator(mode="after")
    def _merchants_customer(self) -> "QuoteAsk":
        if self.merchant_id is not None and (self.beneficiary_id or self.for_person_id):
            raise ValueError("either for a merchant's customer or for a person of one's own")
        return self


class QuotePart(Answer):
    """One line of a price."""

    code: str = Field(examples=["base"])
    label: str = Field(examples=["起步价"])
    amount_fen: int = Field(examples=[300])


class QuoteOut(Answer):
    """A price, valid until `expires_at`, for one order."""

    id: UUID
    fee_fen: int = Field(examples=[350])
    parts: list[QuotePart]
    trip_m: float = Field(examples=[412.3])
    ready_at: datetime = Field(description="可以取货的时间。")
    due_at: datetime = Field(description="承诺送达的时间。")
    expires_at: datetime


class ErrandWish(Body):
    """What is to be done, for whom, and where exactly."""

    item: Label = Field(description="取送什么。", examples=["一份午饭"])
    pickup_place: Label | None = Field(
        default=None,
        description="取货的楼栋或店铺,接单前骑手可见;报价有取货点时必填。",
        examples=["老王面馆"],
    )
    dropoff_place: Label | None = Field(
        default=None,
        description="送货的楼栋,接单前骑手可见;报价用了保存的地址时可不填。",
        examples=["3号楼"],
    )
    pickup_contact: ContactIn = ContactIn()
    dropoff_contact: ContactIn | None = Field(
        default=None, description="不填则用保存的地址里的联系人。"
    )
    note: Note = Field(default="", examples=["放门口"])
    details: Details | None = Field(
        default=None, description="该类任务要说明的内容,除 `fetch` 外必填。"
    )
    at_door: Annotated[bool, Field(strict=True, description="可以放门口,拍照代替收货码。")] = False
    with_photos: Annotated[
        bool, Field(strict=True, description="贵重物品:取货和送达都要拍照。")
    ] = False


class NewOrder(ErrandWish):
    """An order on a quote."""

    quote_id: UUID
    beneficiary_id: UUID | None = Field(
        default=None,
        description="为哪位家人下单;报价时填过的不用再填。骑手先打家人的电话,再打下单人的。",
    )


class Rate(Body):
    """A rating of the runner."""

    stars: Annotated[int, Field(strict=True, ge=1, le=5, examples=[5])]
    tags: Annotated[tuple[RATING_TAGS, ...], Field(max_length=6)] = ()


class RatingOut(Answer):
    """A rating that was given."""

    stars: int = Field(examples=[5])
    tags: list[str]
    created_at: datetime


class ConsentOut(Answer):
    """A wish to spend more than was paid in front."""

    state: Literal["asked", "agreed", "paid", "declined", "lapsed"]
    goods_fen: int = Field(description="新的上限。", examples=[6200])
    extra_fen: int = Field(description="需要补付。", examples=[1200])
    until: datetime = Field(description="在此之前同意并补付。")


class OrderOut(Answer):
    """An order."""

    id: UUID
    number: int = Field(description="报给别人听的短号。", examples=[100001])
    community_id: UUID
    customer_id: UUID = Field(description="谁的订单。")
    placed_by_id: UUID = Field(description="谁下的单;代没有手机的居民下单的是工作人员。")
    payer_id: UUID = Field(description="谁付款。")
    beneficiary_id: UUID | None = Field(description="为哪位家人下的单。")
    merchant_id: UUID | None = Field(
        default=None, description="商户替自己的顾客下的单,或接龙:哪一家商户。"
    )
    kind: str = Field(examples=["fetch"])
    state: OrderState
    fee_fen: int = Field(description="跑腿费。", examples=[350])
    goods_fen: int = Field(description="预付的商品或费用,多余的送达后退回。", examples=[0])
    total_fen: int = Field(description="应付合计。", examples=[350])
    spent_fen: int | None = Field(description="小票或凭证上的金额,送达后可见。")
    at_door: bool
    with_photos: bool
    item: str
    pickup_place: str
    dropoff_place: str
    created_at: datetime
    pay_by: datetime
    completed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    cancel_fault: str | None
    cancel_side: Literal["resident", "runner", "staff", "system"] | None = Field(
        default=None, description="哪一方取消的。"
    )
    cost_fen: int = Field(description="取消时收取的费用。", examples=[0])
    refunded_fen: int = Field(default=0, description="已决定退回的金额。", examples=[0])
    job_id: UUID | None
    job_state: JobState | None
    due_at: datetime | None
    delivered_at: datetime | None = Field(description="送达或自提的时间。")
    pickup_code: str | None = Field(default=None, description="取件码,仅下单人可见。")
    receipt_code: str | None = Field(default=None, description="收货码,仅下单人可见。")
    version: int


class OrderDetail(OrderOut):
    """An order with what only its customer and staff may see."""

    pickup_contact: ContactShown
    dropoff_contact: ContactShown
    note: str = Field(description="备注,仅下单人可见;工作人员说明原因后可查看。")
    details: Details | None = None
    consent: ConsentOut | None = Field(default=None, description="骑手最近一次请求提高上限。")
    rating: RatingOut | None = None


class OrderPage(Answer):
    """A page of orders, newest first."""

    items: list[OrderOut]
    next_cursor: str | None = None


class AskMore(Body):
    """How much the goods will cost in all."""

    goods_fen: Annotated[Fen, Field(ge=1, description="商品总价。", examples=[6200])]


class Answered(Body):
    """Whether the customer agrees."""

    agree: Annotated[bool, Field(strict=True, examples=[True])]


class KindOut(Answer):
    """A kind of errand: what must be said, and what must be shown."""

    code: KindCode
    title: str = Field(examples=["代买"])
    pickup: Literal["required", "optional", "none"] = Field(description="取货点是否要填。")
    pickup_proof: tuple[Part, ...] = Field(description="取货或开始时骑手要出示什么。")
    delivery_proof: tuple[Part, ...] = Field(description="送达或完成时骑手要出示什么。")
    pickup_photo: str | None = Field(description="取货照片拍什么。", examples=["购物小票"])
    delivery_photo: str | None = Field(description="送达照片拍什么。")
    permission: Permission = Field(description="骑手需要的资格。")
    is_urgent: bool
    needs_window: bool = Field(description="必须预约时间。")
    needs_details: bool = Field(description="下单时必须填 `details`。")
    may_be_left: bool = Field(description="可以放门口。")
    may_be_bundled: bool = Field(description="可以几单一趟。")
    has_goods: bool = Field(description="要预付商品或费用。")


class KindList(Answer):
    """All kinds."""

    items: list[KindOut]


class ForbiddenCategory(Answer):
    """One sort of goods that may not be carried."""

    code: str = Field(examples=["tobacco"])
    title: str = Field(examples=["烟草"])
    words: tuple[str, ...] = Field(examples=[["香烟"]])


class ForbiddenOut(Answer):
    """What may not be carried now."""

    version: str = Field(examples=["2026.1"])
    valid_from: datetime
    categories: tuple[ForbiddenCategory, ...]


class EventOut(Answer):
    """One step in the history."""

    seq: int
    name: str = Field(examples=["order.placed"])
    from_state: str | None
    to_state: str | None
    actor: Literal["user", "system", "gateway"]
    at: datetime


class EventPage(Answer):
    """The history of an order, oldest first."""

    items: list[EventOut]
    next_cursor: str | None = None


class OrderQuery(PageQuery):
    """Which orders to list."""

    community_id: UUID | None = Field(default=None, description="工作人员查看本社区的订单。")
    state: OrderState | None = None
    kind: KindCode | Literal["vegetables"] | None = Field(
        default=None, description="例如只看紧急的买药,或只看买菜接龙。"
    )
