"""Shapes of quotes, orders and ratings."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.jobs.schemas import JobState
from api.kit.http.fields import Answer, Body, CleanText, GeoPoint, Grams, Label, Moment, Note
from api.kit.pagination import Cursor, Limit
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


class QuoteAsk(Body):
    """An errand to be priced."""

    kind: Literal["fetch"] = Field(description="取送。", examples=["fetch"])
    pickup: GeoPoint
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
    window: Window | None = Field(default=None, description="不填为尽快。")

    @model_validator(mode="after")
    def _one_dropoff(self) -> "QuoteAsk":
        ways = (self.dropoff, self.address_id, self.beneficiary_id)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("exactly one of dropoff, address_id and beneficiary_id")
        if self.beneficiary_id is not None and self.for_person_id is not None:
            raise ValueError("either a dependant or a person without a phone")
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
    beneficiary_id: UUID | None = Field(
        default=None,
        description="为哪位家人下单;报价时填过的不用再填。骑手先打家人的电话,再打下单人的。",
    )


class Cancel(Body):
    """Why, and the token of the cost that was shown."""

    reason: Literal["changed_mind", "waited_too_long", "wrong_details", "runner_asked",
                    "staff_decision"]  # fmt: skip
    token: Annotated[CleanText, Field(max_length=64)] | None = Field(
        default=None, description="`cancel-cost` 给出的凭据;费用为 0 时可不填。"
    )


class CancelCostOut(Answer):
    """What cancelling costs now."""

    cost_fen: int = Field(examples=[0])
    refund_fen: int = Field(examples=[350])
    token: str


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
    customer_id: UUID = Field(description="谁的订单。")
    placed_by_id: UUID = Field(description="谁下的单;代没有手机的居民下单的是工作人员。")
    payer_id: UUID = Field(description="谁付款。")
    beneficiary_id: UUID | None = Field(description="为哪位家人下的单。")
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
    cost_fen: int = Field(description="取消时收取的费用。", examples=[0])
    job_id: UUID | None
    job_state: JobState | None
    due_at: datetime | None
    delivered_at: datetime | None
    pickup_code: str | None = Field(default=None, description="取件码,仅下单人可见。")
    receipt_code: str | None = Field(default=None, description="收货码,仅下单人可见。")
    version: int


class OrderDetail(OrderOut):
    """An order with what only its customer and staff may see."""

    pickup_contact: ContactShown
    dropoff_contact: ContactShown
    note: str = Field(description="备注,仅下单人可见;工作人员说明原因后可查看。")
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
