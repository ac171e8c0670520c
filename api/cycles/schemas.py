"""Shapes of cycles."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator

from api.cycles.rules import StockReason
from api.kit.http.fields import DAY_PATTERN, Answer, Body, Fen, Label, Moment, Note, Pattern
from api.kit.pagination import PageQuery
from api.merchants.product_schemas import SoldAs
from api.orders.schemas import OrderState

CycleState = Literal[
    "draft", "open", "closed", "packing", "delivering", "completed", "cancelled"
]  # fmt: skip
Way = Literal["delivery", "collection"]
OnShort = Literal["substitute", "refund", "call"]
Day = Annotated[date, Pattern(DAY_PATTERN, "not a day as 2026-11-23")]
# So many of one item; a household takes no more at once than this.
Portions = Annotated[int, Field(strict=True, ge=1, le=999)]
Stock = Annotated[int, Field(strict=True, ge=1, le=100_000)]


class SlotIn(Body):
    """A time at which so many may come and collect."""

    begins_at: Moment = Field(examples=["2026-11-23T16:00:00+08:00"])
    ends_at: Moment = Field(examples=["2026-11-23T16:30:00+08:00"])
    capacity_count: Annotated[
        int, Field(strict=True, ge=1, le=10_000, description="最多几户。", examples=[30])
    ]


class CyclePlan(Body):
    """To whom, from when to when, for which day and how."""

    title: Label = Field(examples=["桂花苑周一蔬菜"])
    scope: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)] = Field(
        description="哪些地点(社区、网格、小区、楼栋)的住户可以参加。"
    )
    opens_at: Moment | None = Field(
        default=None,
        description="到时自动开始;不填则手动开始。",
        examples=["2026-11-22T20:00:00+08:00"],
    )
    closes_at: Moment = Field(
        description="截单时间:之后不能参加,也不能免费取消。", examples=["2026-11-22T22:00:00+08:00"]
    )
    delivers_on: Day = Field(description="配送日(北京时间)。", examples=["2026-11-23"])
    has_delivery: Annotated[bool, Field(strict=True, description="是否送到楼栋。")] = True
    collection_place_id: UUID | None = Field(default=None, description="自提点;不填则不能自提。")
    fee_fen: Fen = Field(default=0, description="每单配送费;自提不收。", examples=[200])
    orders_min: Annotated[
        int, Field(strict=True, ge=1, le=10_000, description="截单时至少几单已付款,否则取消。")
    ] = 1
    slots: Annotated[tuple[SlotIn, ...], Field(max_length=48)] = Field(
        default=(), description="自提时段,错峰取菜。"
    )


class NewCycle(CyclePlan):
    """A draft of a cycle."""

    merchant_id: UUID


class CopyAsk(Body):
    """When the copy is for."""

    opens_at: Moment | None = Field(default=None, examples=["2026-11-29T20:00:00+08:00"])
    closes_at: Moment = Field(examples=["2026-11-29T22:00:00+08:00"])
    delivers_on: Day = Field(examples=["2026-11-30"])


class ItemIn(Body):
    """So much of a product of the merchant."""

    product_id: UUID
    stock_count: Stock = Field(description="一共几份。", examples=[300])
    household_max: Portions = Field(default=999, description="每户限购几份。", examples=[2])
    price_fen: Annotated[Fen, Field(ge=1)] | None = Field(
        default=None, description="这次接龙的价格(称重商品为每份封顶价);不填则用商品价格。"
    )


class ItemsIn(Body):
    """The whole list."""

    items: Annotated[tuple[ItemIn, ...], Field(min_length=1, max_length=100)]

    @field_validator("items")
    @classmethod
    def _each_once(cls, items: tuple[ItemIn, ...]) -> tuple[ItemIn, ...]:
        if len({i.product_id for i in items}) < len(items):
            raise ValueError("a product stands twice")
        return items


class StockIn(Body):
    """How many portions there are in all."""

    stock_count: Annotated[int, Field(strict=True, ge=0, le=100_000)] = Field(
        description="一共几份,不少于已订的;等于已订的就是不再卖。", examples=[350]
    )
    reason: StockReason = Field(
        default="other", description="多到货、少到货、数错了、坏了、其他。", examples=["more_came"]
    )


class StockChangeOut(Answer):
    """Stock that was raised or lowered while the cycle was open."""

    n: int = Field(description="这种商品的第几次调整,从 1 开始。", examples=[1])
    from_count: int = Field(examples=[300])
    to_count: int = Field(examples=[350])
    reason: StockReason
    changed_by_id: UUID = Field(description="谁改的。")
    changed_by_name: str | None = Field(description="谁改的,昵称。", examples=["小王"])
    changed_at: datetime


class StockChangePage(Answer):
    """A page of changes of an item's stock, newest first."""

    items: list[StockChangeOut]
    next_cursor: str | None = None


class ItemOut(Answer):
    """One sort of goods, and what is left of it."""

    id: UUID
    n: int = Field(description="在列表中的位置,从 1 开始。", examples=[1])
    product_id: UUID
    name: str = Field(examples=["上海青"])
    unit: str = Field(examples=["份"])
    sold_as: SoldAs = Field(description="按份,或称重。", validation_alias="sold_by")
    price_fen: int = Field(description="每份价格;称重商品为每份封顶价,多退。", examples=[398])
    per_500g_fen: int | None = Field(description="称重商品每 500 克的价格。")
    weight_g: int = Field(description="一份通常的重量。", examples=[500])
    stock_count: int = Field(examples=[300])
    left_count: int = Field(description="还剩几份。", examples=[120])
    household_max: int = Field(description="每户限购几份。", examples=[2])


class SlotOut(Answer):
    """A time to collect, and how many may still come."""

    id: UUID
    begins_at: datetime
    ends_at: datetime
    capacity_count: int = Field(examples=[30])
    left_count: int = Field(examples=[12])


class CycleOut(Answer):
    """A cycle."""

    id: UUID
    community_id: UUID
    merchant_id: UUID
    title: str = Field(examples=["桂花苑周一蔬菜"])
    state: CycleState
    scope: list[UUID]
    opens_at: datetime | None
    closes_at: datetime
    delivers_on: date
    has_delivery: bool
    has_collection: bool
    collection_place_id: UUID | None
    fee_fen: int = Field(description="每单配送费。", examples=[200])
    orders_min: int = Field(examples=[1])
    copied_from_id: UUID | None
    opened_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancelled_why: Literal["merchant", "staff", "too_small"] | None = Field(
        description="为什么取消:商户、工作人员、没有达到起订份数。"
    )
    version: int


class CycleDetail(CycleOut):
    """A cycle with what it offers."""

    items: list[ItemOut]
    slots: list[SlotOut]


class CyclePage(Answer):
    """A page of cycles, newest first."""

    items: list[CycleOut]
    next_cursor: str | None = None


class CycleQuery(PageQuery):
    """Which cycles to list."""

    merchant_id: UUID | None = Field(default=None, description="商户查看自己的,包括草稿。")
    community_id: UUID | None = Field(default=None, description="工作人员查看本社区的。")
    dependant_id: UUID | None = Field(default=None, description="可以替这位家人参加的。")
    state: CycleState | None = None


class LineIn(Body):
    """So many portions of one item."""

    item_id: UUID
    count: Portions = Field(examples=[2])


class Join(Body):
    """What a household wants of a cycle."""

    lines: Annotated[tuple[LineIn, ...], Field(min_length=1, max_length=50)]
    way: Way = Field(default="delivery", description="送到楼栋,或自提。")
    slot_id: UUID | None = Field(default=None, description="自提时段;有时段的接龙自提时必填。")
    on_short: OnShort = Field(default="refund", description="缺货时:换同类、退款,或先打电话问我。")
    note: Note = Field(default="", examples=["放门口"])

    @field_validator("lines")
    @classmethod
    def _each_once(cls, lines: tuple[LineIn, ...]) -> tuple[LineIn, ...]:
        if len({line.item_id for line in lines}) < len(lines):
            raise ValueError("an item stands twice")
        return lines


class WishIn(Body):
    """So many portions of a product."""

    product_id: UUID
    count: Portions = Field(examples=[1])


class NewStanding(Body):
    """What is wanted of every cycle of a merchant."""

    merchant_id: UUID
    wishes: Annotated[tuple[WishIn, ...], Field(min_length=1, max_length=50)]
    way: Way = Field(default="delivery", description="送到楼栋,或自提。")
    on_short: OnShort = Field(default="refund", description="缺货时怎么办。")

    @field_validator("wishes")
    @classmethod
    def _each_once(cls, wishes: tuple[WishIn, ...]) -> tuple[WishIn, ...]:
        if len({w.product_id for w in wishes}) < len(wishes):
            raise ValueError("a product stands twice")
        return wishes


class WishOut(Answer):
    """So many portions of a product."""

    product_id: UUID
    count: int = Field(description="几份。", examples=[2])


class StandingOut(Answer):
    """A standing order."""

    id: UUID
    merchant_id: UUID
    state: Literal["active", "paused", "ended"]
    wishes: list[WishOut] = Field(description="商品和份数。")
    way: Way
    on_short: OnShort
    created_at: datetime
    ended_at: datetime | None
    version: int


class StandingPage(Answer):
    """A page of standing orders, newest first."""

    items: list[StandingOut]
    next_cursor: str | None = None


class NewAlert(Body):
    """Of whose cycles somebody wants to be told."""

    merchant_id: UUID


class AlertOut(Answer):
    """Of whose cycles somebody is told."""

    merchant_id: UUID = Field(examples=["019a9f0e-8c6b-7d1e-8000-000000000000"])
    created_at: datetime


class AlertPage(Answer):
    """A page of alerts, newest first."""

    items: list[AlertOut]
    next_cursor: str | None = None


class LineOut(Answer):
    """One line of an order."""

    item_id: UUID
    name: str = Field(examples=["上海青"])
    count: int = Field(examples=[2])
    paid_fen: int = Field(description="预付金额;称重商品按实际重量多退。", examples=[796])


class JoinOut(Answer):
    """An order of a cycle, as it was placed: to be paid at `POST /v1/payments`."""

    number: int = Field(description="报给别人听的短号。", examples=[100001])
    id: UUID = Field(description="订单,见 `/v1/orders/{order_id}`。")
    cycle_id: UUID
    state: OrderState
    way: Way
    slot_id: UUID | None
    on_short: OnShort
    fee_fen: int = Field(description="配送费。", examples=[200])
    goods_fen: int = Field(description="商品预付金额。", examples=[796])
    total_fen: int = Field(description="应付合计。", examples=[996])
    pay_by: datetime = Field(description="在此之前支付,否则自动取消。")
    lines: list[LineOut]


class JoinPage(Answer):
    """A page of the orders of a cycle, oldest first."""

    items: list[JoinOut]
    next_cursor: str | None = None


class JoinQuery(PageQuery):
    """Which part of the orders to list."""
