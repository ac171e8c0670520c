"""Tables of quotes, orders and ratings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from api.kit.ids import new_id
from api.orders.states import CONSENT, ORDER

STATES = tuple(sorted(ORDER.states))
CONSENT_STATES = tuple(sorted(CONSENT.states))
# Orders are spoken of by number: six digits, counted through the whole deployment.
FIRST_NUMBER = 100_001


def _moment(*, optional: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=optional)


class Quote(SQLModel, table=True):
    """A price with its parts, valid for ten minutes and for one order."""

    __tablename__ = "quotes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("fee_fen >= 0", name="quotes_fee"),
        Index("quotes_unused", "expires_at", postgresql_where=text("order_id IS NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    kind: str
    # What was priced, as asked: points, weight, floor, lift, window.
    asked: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    parts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    fee_fen: int
    trip_m: float
    ready_at: datetime = Field(sa_column=_moment())
    due_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())
    order_id: UUID | None = Field(default=None, unique=True)
    created_at: datetime = Field(sa_column=_moment())


class Order(SQLModel, table=True):
    """What a person asked and pays for."""

    __tablename__ = "orders"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="orders_state"),
        CheckConstraint("fee_fen >= 0", name="orders_fee"),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)"
            " AND (state = 'cancelled') = (cancel_reason IS NOT NULL)",
            name="orders_cancelled_whole",
        ),
        CheckConstraint(
            "state <> 'completed' OR completed_at IS NOT NULL", name="orders_completed_at"
        ),
        CheckConstraint(
            "cost_fen BETWEEN 0 AND fee_fen + goods_fen", name="orders_cost_within_paid"
        ),
        CheckConstraint("goods_fen >= 0", name="orders_goods"),
        CheckConstraint("spent_fen BETWEEN 0 AND goods_fen", name="orders_spent_within_goods"),
        Index("orders_of_customer", "customer_id", "id"),
        Index("orders_of_community", "community_id", "id"),
        Index("orders_to_pay", "pay_by", postgresql_where=text("state = 'awaiting_payment'")),
        Index("orders_active", "id", postgresql_where=text("state = 'active'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: int = Field(
        sa_column=Column(
            BigInteger, Identity(always=True, start=FIRST_NUMBER), unique=True, nullable=False
        )
    )
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))
    customer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    quote_id: UUID = Field(sa_column=Column(ForeignKey("quotes.id"), nullable=False))
    kind: str
    state: str
    fee_fen: int
    # Paid in front for goods or bills: the ceiling, and what was consented to beyond it.
    goods_fen: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # What the receipt says, once it was delivered; the difference goes back.
    spent_fen: int | None = None
    at_door: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    with_photos: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    # What is fetched, from where and to where; contacts, details and notes are sealed.
    item: str
    pickup_place: str
    dropoff_place: str
    details_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=_moment())
    pay_by: datetime = Field(sa_column=_moment())
    activated_at: datetime | None = Field(default=None, sa_column=_moment(optional=True))
    completed_at: datetime | None = Field(default=None, sa_column=_moment(optional=True))
    cancelled_at: datetime | None = Field(default=None, sa_column=_moment(optional=True))
    cancel_reason: str | None = None
    cancel_fault: str | None = None
    cost_fen: int = 0
    version: int = 1


class Consent(SQLModel, table=True):
    """A runner's wish, before the purchase, to spend more than was paid in front."""

    __tablename__ = "consents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {CONSENT_STATES}", name="consents_state"),
        CheckConstraint("extra_fen > 0 AND extra_fen < goods_fen", name="consents_extra"),
        # One question at a time.
        Index(
            "consents_one_open",
            "order_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'agreed')"),
        ),
        Index("consents_of_order", "order_id", "id"),
        Index("consents_to_lapse", "until", postgresql_where=text("state IN ('asked', 'agreed')")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), nullable=False))
    state: str = "asked"
    # The new ceiling, and how much of it is still to be paid.
    goods_fen: int
    extra_fen: int
    until: datetime = Field(sa_column=_moment())
    created_at: datetime = Field(sa_column=_moment())
    version: int = 1


class Rating(SQLModel, table=True):
    """What the customer said of the runner, once."""

    __tablename__ = "ratings"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="ratings_stars"),)

    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), primary_key=True))
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    stars: int = Field(sa_column=Column(SmallInteger, nullable=False))
    tags: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    created_at: datetime = Field(sa_column=_moment())
