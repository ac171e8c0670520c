"""Tables of cycles: what is offered, what is left of it, and who takes part."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from api.cycles.rules import ON_SHORT, SOLD_BY, STOCK_REASONS, WAYS
from api.cycles.states import CYCLE, STANDING
from api.kit.columns import ids, moment, of
from api.kit.ids import new_id

CYCLE_STATES = tuple(sorted(CYCLE.states))
STANDING_STATES = tuple(sorted(STANDING.states))
CANCELLED_WHY = ("merchant", "staff", "too_small")


class Cycle(SQLModel, table=True):
    """One round of vegetables: who offers it, to whom, from when to when, for which day."""

    __tablename__ = "cycles"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {CYCLE_STATES}", name="cycles_state"),
        CheckConstraint("fee_fen >= 0", name="cycles_fee"),
        CheckConstraint("orders_min >= 1", name="cycles_orders_min"),
        CheckConstraint("cardinality(scope) BETWEEN 1 AND 100", name="cycles_scope"),
        CheckConstraint("has_delivery OR has_collection", name="cycles_some_way"),
        CheckConstraint(
            "has_collection = (collection_place_id IS NOT NULL)", name="cycles_collection_place"
        ),
        CheckConstraint("closes_at > opened_at", name="cycles_closes_after"),
        CheckConstraint(
            "(opened_at IS NOT NULL OR state IN ('draft', 'cancelled'))"
            " AND (state = 'cancelled') = (cancelled_at IS NOT NULL)"
            " AND (state = 'cancelled') = (cancelled_why IS NOT NULL)"
            " AND (closed_at IS NOT NULL) = (state IN ('closed', 'packing', 'delivering',"
            " 'completed'))",
            name="cycles_stages_whole",
        ),
        CheckConstraint(f"cancelled_why IN {CANCELLED_WHY}", name="cycles_cancelled_why"),
        CheckConstraint("NOT is_unwound OR state = 'cancelled'", name="cycles_unwound"),
        Index("cycles_of_merchant", "merchant_id", "id"),
        Index("cycles_of_community", "community_id", "id"),
        Index("cycles_to_open", "opens_at", postgresql_where=text("state = 'draft'")),
        Index("cycles_to_close", "closes_at", postgresql_where=text("state = 'open'")),
        Index(
            "cycles_to_complete",
            "closed_at",
            postgresql_where=text("state IN ('closed', 'packing', 'delivering')"),
        ),
        Index(
            "cycles_to_unwind",
            "cancelled_at",
            postgresql_where=text("state = 'cancelled' AND NOT is_unwound"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=of("places"))
    place_path: list[UUID] = Field(sa_column=ids())
    merchant_id: UUID = Field(sa_column=of("merchants"))
    title: str
    state: str = "draft"
    # Who may join: whoever lives at one of these places or below it.
    scope: list[UUID] = Field(sa_column=ids())
    # By itself at this time; None: by hand only.
    opens_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # The cut-off: nobody joins, and nobody cancels for free, from here on.
    closes_at: datetime = Field(sa_column=moment())
    delivers_on: date = Field(sa_column=Column(Date, nullable=False))
    has_delivery: bool = True
    has_collection: bool = False
    collection_place_id: UUID | None = Field(default=None, sa_column=of("places", optional=True))
    # What bringing it to the door costs, for each order.
    fee_fen: int = 0
    # It happens where at least so many orders are paid at the cut-off.
    orders_min: int = 1
    copied_from_id: UUID | None = Field(default=None, sa_column=of("cycles", optional=True))
    created_by_id: UUID = Field(sa_column=of("users"))
    created_at: datetime = Field(sa_column=moment())
    opened_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    closed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    cancelled_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    cancelled_why: str | None = None
    # Cancelled, and no order of it is left to be refunded.
    is_unwound: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    version: int = 1


class CycleItem(SQLModel, table=True):
    """One sort of goods of a cycle: its price, and how many portions of it are left."""

    __tablename__ = "cycle_items"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"sold_by IN {SOLD_BY}", name="cycle_items_sold_by"),
        CheckConstraint(
            "price_fen > 0 AND per_500g_fen > 0"
            " AND (sold_by = 'weight') = (per_500g_fen IS NOT NULL)",
            name="cycle_items_price",
        ),
        CheckConstraint("weight_g BETWEEN 1 AND 200000", name="cycle_items_weight"),
        CheckConstraint("left_count BETWEEN 0 AND stock_count", name="cycle_items_left"),
        CheckConstraint("household_max BETWEEN 1 AND 999", name="cycle_items_household_max"),
        UniqueConstraint("cycle_id", "n", name="cycle_items_n"),
        Index("cycle_items_of_product", "product_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(sa_column=of("cycles"))
    # Its place on the list, from 1.
    n: int = Field(sa_column=Column(SmallInteger, nullable=False))
    product_id: UUID = Field(sa_column=of("products"))
    name: str
    unit: str
    # As the product was when it was put on the list: by the piece, or by weight.
    sold_by: str
    # Of one piece; where it is weighed, the most that a piece costs: so much is paid in front.
    price_fen: int
    # Where it is weighed: what 500 g cost (`merchants.rules.weighed_fen`).
    per_500g_fen: int | None = None
    # Of one piece as it usually is.
    weight_g: int
    stock_count: int
    left_count: int
    # Of one household, in this cycle.
    household_max: int


class CycleSlot(SQLModel, table=True):
    """A time at which so many may come and collect."""

    __tablename__ = "cycle_slots"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("ends_at > begins_at", name="cycle_slots_ends"),
        CheckConstraint("left_count BETWEEN 0 AND capacity_count", name="cycle_slots_left"),
        UniqueConstraint("cycle_id", "begins_at", name="cycle_slots_begins"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(sa_column=of("cycles"))
    begins_at: datetime = Field(sa_column=moment())
    ends_at: datetime = Field(sa_column=moment())
    capacity_count: int
    left_count: int


class CycleOrder(SQLModel, table=True):
    """What makes an order one of a cycle: for which household, where, how. Price and state are the
    order's own.
    """

    __tablename__ = "cycle_orders"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"way IN {WAYS}", name="cycle_orders_way"),
        CheckConstraint(f"on_short IN {ON_SHORT}", name="cycle_orders_on_short"),
        CheckConstraint("way = 'collection' OR slot_id IS NULL", name="cycle_orders_slot"),
        Index("cycle_orders_of_cycle", "cycle_id", "building_id"),
    )

    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), primary_key=True))
    cycle_id: UUID = Field(sa_column=of("cycles"))
    # Whose limit it counts to: a household, or a person without a phone whom staff enrolled.
    household_id: UUID
    building_id: UUID = Field(sa_column=of("places"))
    way: str
    slot_id: UUID | None = Field(default=None, sa_column=of("cycle_slots", optional=True))
    on_short: str
    # When its stock was given back, because the order is cancelled.
    returned_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class CycleLine(SQLModel, table=True):
    """So many portions of one item in one order."""

    __tablename__ = "cycle_lines"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("count BETWEEN 1 AND 999", name="cycle_lines_count"),
        CheckConstraint("paid_fen > 0", name="cycle_lines_paid"),
        Index("cycle_lines_of_item", "item_id"),
    )

    order_id: UUID = Field(sa_column=Column(ForeignKey("cycle_orders.order_id"), primary_key=True))
    item_id: UUID = Field(sa_column=Column(ForeignKey("cycle_items.id"), primary_key=True))
    count: int = Field(sa_column=Column(SmallInteger, nullable=False))
    # In front: the count times the item's price.
    paid_fen: int


class CycleTaking(SQLModel, table=True):
    """How many of an item a household has taken, over all its members and orders."""

    __tablename__ = "cycle_takings"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("count BETWEEN 0 AND count_max", name="cycle_takings_max"),)

    item_id: UUID = Field(sa_column=Column(ForeignKey("cycle_items.id"), primary_key=True))
    household_id: UUID = Field(primary_key=True)
    count: int = Field(sa_column=Column(SmallInteger, nullable=False))
    count_max: int = Field(sa_column=Column(SmallInteger, nullable=False))


class StandingOrder(SQLModel, table=True):
    """What a household wants of every cycle of one merchant, until it is paused or ended."""

    __tablename__ = "standing_orders"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STANDING_STATES}", name="standing_orders_state"),
        CheckConstraint(f"way IN {WAYS}", name="standing_orders_way"),
        CheckConstraint(f"on_short IN {ON_SHORT}", name="standing_orders_on_short"),
        CheckConstraint("jsonb_typeof(wishes) = 'array'", name="standing_orders_wishes"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="standing_orders_ended"),
        Index(
            "standing_orders_one",
            "customer_id",
            "merchant_id",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
        Index(
            "standing_orders_active", "merchant_id", "id", postgresql_where=text("state = 'active'")
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    customer_id: UUID = Field(sa_column=of("users"))
    merchant_id: UUID = Field(sa_column=of("merchants"))
    community_id: UUID = Field(sa_column=of("places"))
    state: str = "active"
    # `product_id` and `count` each.
    wishes: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    way: str
    on_short: str
    created_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class StandingRun(SQLModel, table=True):
    """What became of a standing order in one cycle: an order, or what spoke against it."""

    __tablename__ = "standing_runs"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("(order_id IS NULL) <> (code IS NULL)", name="standing_runs_outcome"),
    )

    standing_id: UUID = Field(sa_column=Column(ForeignKey("standing_orders.id"), primary_key=True))
    cycle_id: UUID = Field(sa_column=Column(ForeignKey("cycles.id"), primary_key=True))
    order_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("orders.id"), unique=True, nullable=True)
    )
    code: str | None = None


class CycleAlert(SQLModel, table=True):
    """Somebody who wants to be told whenever a cycle of a merchant opens for them."""

    __tablename__ = "cycle_alerts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("merchant_id", "user_id", name="cycle_alerts_once"),
        Index("cycle_alerts_of_user", "user_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=of("users"))
    merchant_id: UUID = Field(sa_column=of("merchants"))
    created_at: datetime = Field(sa_column=moment())


class CycleAnnouncement(SQLModel, table=True):
    """Somebody who is told that a cycle opened: one event each, so one message each."""

    __tablename__ = "cycle_announcements"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("cycle_id", "user_id", name="cycle_announcements_once"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cycle_id: UUID = Field(sa_column=of("cycles"))
    user_id: UUID = Field(sa_column=of("users"))
    announced_at: datetime = Field(sa_column=moment())


class StockChange(SQLModel, table=True):
    """Stock that was raised or lowered while its cycle was open: who, when, from what to what."""

    __tablename__ = "stock_changes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "from_count >= 0 AND to_count >= 0 AND from_count <> to_count",
            name="stock_changes_counts",
        ),
        CheckConstraint(f"reason IN {STOCK_REASONS}", name="stock_changes_reason"),
        UniqueConstraint("item_id", "n", name="stock_changes_n"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    item_id: UUID = Field(sa_column=of("cycle_items"))
    # Which change of this item, from 1.
    n: int
    from_count: int
    to_count: int
    reason: str = Field(default="other", sa_column_kwargs={"server_default": "other"})
    changed_by_id: UUID = Field(sa_column=of("users"))
    changed_at: datetime = Field(sa_column=moment())
