"""Shapes of quotes, orders and ratings."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.jobs.schemas import JobState
from api.kit.http.fields import Answer, Body, GeoPoint, Grams, Label, Moment, Note
from api.kit.pagination import Cursor, Limit
from api.places.schemas import ContactIn

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


class QuoteAsk(Body):
    """An errand to be priced."""

    kind: Literal["fetch"] = Field(description="取送。", examples=["fetch"])
    pickup: GeoPoint
    dropoff: GeoPoint | None = Field(default=None, description="与 `address_id` 二选一。")
    address_id: UUID | None = Field(default=None, description="送到我保存的地址。")
    weight_g: Grams = Field(default=1000, examples=[2000])
    floor: Annotated[int, Field(strict=True, ge=-5, le=120, examples=[3])] = 1
    has_lift: Annotated[bool, Field(strict=True)] = True
    window: Window | None = Field(default=None, description="不填为尽快。")

    @model_validator(mode="after")
    def _one_dropoff(self) -> "QuoteAsk":
        if (self.dropoff is None) == (self.address_id is None):
            raise ValueError("exactly one of dropoff and address_id")
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


class NewOrder(Body):
    """An order on a quote."""

    quote_id: UUID
    item: Label = Field(description="取送什么。", examples=["一份午饭"])
    pickup_place: Label = Field(
        description="取货的楼栋或店铺,接单前骑手可见。", examples=["老王面馆"]
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


class Rate(Body):
    """A rating of the runner."""

    stars: Annotated[int, Field(strict=True, ge=1, le=5, examples=[5])]
    tags: Annotated[tuple[RATING_TAGS, ...], Field(max_length=6)] = ()


class RatingOut(Answer):
    """A rating that was given."""

    stars: int = Field(examples=[5])
    tags: list[str]
    created_at: datetime


class OrderOut(Answer):
    """An order."""

    id: UUID
    number: int = Field(description="报给别人听的短号。", examples=[100001])
    community_id: UUID
    kind: str = Field(examples=["fetch"])
    state: OrderState
    fee_fen: int = Field(examples=[350])
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
    delivered_at: datetime | None
    pickup_code: str | None = Field(default=None, description="取件码,仅下单人可见。")
    receipt_code: str | None = Field(default=None, description="收货码,仅下单人可见。")
    version: int


class OrderDetail(OrderOut):
    """An order with what only its customer and staff may see."""

    pickup_contact: ContactIn
    dropoff_contact: ContactIn
    note: str
    rating: RatingOut | None = None


class OrderPage(Answer):
    """A page of orders, newest first."""

    items: list[OrderOut]
    next_cursor: str | None = None


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


class OrderQuery(Body):
    """Which orders to list."""

    community_id: UUID | None = Field(default=None, description="工作人员查看本社区的订单。")
    state: OrderState | None = None
    limit: Limit = 20
    cursor: Cursor | None = None
