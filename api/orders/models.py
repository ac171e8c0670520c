"""Tables of quotes, orders and ratings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from api.kinds import VEGETABLES
from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.orders.states import ACT, CONSENT, ORDER

STATES = tuple(sorted(ORDER.states))
ACT_STATES = tuple(sorted(ACT.states))
CONSENT_STATES = tuple(sorted(CONSENT.states))
# Orders are spoken of by number: six digits, counted through the whole deployment.
FIRST_NUMBER = 100_001


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
    ready_at: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    order_id: UUID | None = Field(default=None, unique=True)
    created_at: datetime = Field(sa_column=moment())


class Order(SQLModel, table=True):
    """What a person asked and pays for."""

    __tablename__ = "orders"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="orders_state"),
        CheckConstraint("fee_fen >= 0", name="orders_fee"),
        CheckConstraint(
            f"(kind = '{VEGETABLES}') = (quote_id IS NULL)"
            f" AND (kind = '{VEGETABLES}') = (cancel_until IS NOT NULL)",
            name="orders_priced_by",
        ),
        CheckConstraint("fee_share_percent BETWEEN 0 AND 100", name="orders_fee_share"),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)"
            " AND (state = 'cancelled') = (cancel_reason IS NOT NULL)"
            " AND (state = 'cancelled') = (cancel_side IS NOT NULL)",
            name="orders_cancelled_whole",
        ),
        CheckConstraint(f"collected_at IS NULL OR kind = '{VEGETABLES}'", name="orders_collected"),
        CheckConstraint(
            "state <> 'completed' OR completed_at IS NOT NULL", name="orders_completed_at"
        ),
        CheckConstraint(
            "cost_fen BETWEEN 0 AND fee_fen + goods_fen", name="orders_cost_within_paid"
        ),
        CheckConstraint("goods_fen >= 0", name="orders_goods"),
        CheckConstraint("spent_fen BETWEEN 0 AND goods_fen", name="orders_spent_within_goods"),
        # What was paid is fee and goods, once the order was activated.
        CheckConstraint(
            "refunded_fen >= 0 AND cost_fen + refunded_fen"
            " <= CASE WHEN activated_at IS NULL THEN 0 ELSE fee_fen + goods_fen END",
            name="orders_refunded_within_paid",
        ),
        CheckConstraint(
            "cancel_side IN ('resident', 'runner', 'staff', 'system')", name="orders_cancel_side"
        ),
        Index("orders_of_customer", "customer_id", "id"),
        Index("orders_of_asker", "placed_by_id", "id"),
        Index(
            "orders_of_beneficiary",
            "beneficiary_id",
            "created_at",
            postgresql_where=text("beneficiary_id IS NOT NULL"),
        ),
        Index("orders_of_community", "community_id", "id"),
        Index(
            "orders_of_merchant",
            "merchant_id",
            "id",
            postgresql_where=text("merchant_id IS NOT NULL"),
        ),
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
    place_path: list[UUID] = Field(sa_column=ids())
    customer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    # Who asked, who pays, and which dependant benefits; mostly the customer, thrice.
    placed_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    payer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    beneficiary_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("dependants.id"), nullable=True)
    )
    # For whose customers it is delivered, where the people of a merchant asked; of a share of a
    # cycle: whose goods they are.
    merchant_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("merchants.id"), nullable=True)
    )
    # An errand is priced by a quote, a share of a vegetable cycle by the cycle's items.
    quote_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("quotes.id"), nullable=True)
    )
    kind: str
    state: str
    fee_fen: int
    # The platform's share of the fee, as published when it was ordered; the rest is the runner's.
    fee_share_percent: int = Field(
        default=0, sa_column=Column(SmallInteger, nullable=False, server_default="0")
    )
    # Paid in front for goods or bills: the ceiling, and what was consented to beyond it.
    goods_fen: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # What the receipt says, once it was delivered; the difference goes back.
    spent_fen: int | None = None
    # Of a vegetable order: the cut-off of its cycle, until which cancelling is free.
    cancel_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    at_door: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    with_photos: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    # What is fetched, from where and to where; contacts, details and notes are sealed.
    item: str
    pickup_place: str
    dropoff_place: str
    details_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment())
    pay_by: datetime = Field(sa_column=moment())
    activated_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # A share of a cycle that was fetched at its collection point: when.
    collected_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    completed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    cancelled_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    cancel_reason: str | None = None
    cancel_fault: str | None = None
    # Whose side it was: resident, runner, staff or system.
    cancel_side: str | None = None
    cost_fen: int = 0
    # What was decided to go back of what was paid, in parts if need be.
    refunded_fen: int = 0
    version: int = 1


class Dispute(SQLModel, table=True):
    """One quarrel about an order, and how it was settled."""

    __tablename__ = "disputes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("from_state IN ('active', 'completed')", name="disputes_from_state"),
        CheckConstraint("side IN ('resident', 'runner')", name="disputes_side"),
        CheckConstraint(
            "num_nulls(resolved_at, resolved_by, outcome, resident_fen, runner_fen, platform_fen,"
            " source) IN (0, 7)",
            name="disputes_resolved_whole",
        ),
        CheckConstraint(
            "resident_fen >= 0 AND runner_fen >= 0 AND platform_fen >= 0"
            " AND source IN ('escrow', 'compensation')"
            " AND CASE source WHEN 'escrow'"
            " THEN resident_fen + runner_fen + platform_fen = left_fen"
            " ELSE runner_fen + platform_fen = left_fen AND resident_fen <= left_fen END",
            name="disputes_split",
        ),
        CheckConstraint("left_fen >= 0", name="disputes_left"),
        Index(
            "disputes_one_open",
            "order_id",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), nullable=False))
    opened_by: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    side: str
    reason: str
    from_state: str
    # What is left of the money: until it is resolved only what no receipt asks for leaves it.
    left_fen: int
    opened_at: datetime = Field(sa_column=moment())
    resolved_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    resolved_by: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    outcome: str | None = None
    resident_fen: int | None = None
    runner_fen: int | None = None
    platform_fen: int | None = None
    # From what is still held, or, after completion, from the platform's compensation account.
    source: str | None = None


class HeldAct(SQLModel, table=True):
    """An act of customer or runner that waits for ten seconds in which it may be undone."""

    __tablename__ = "held_acts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {ACT_STATES}", name="held_acts_state"),
        CheckConstraint("act IN ('deliver', 'fail', 'cancel')", name="held_acts_act"),
        # What was said and shown is kept no longer than it is needed.
        CheckConstraint("(state = 'held') = (body_sealed IS NOT NULL)", name="held_acts_body"),
        CheckConstraint(
            "(state = 'dropped') = (refused_as IS NOT NULL)", name="held_acts_refused_as"
        ),
        Index("held_acts_one", "order_id", unique=True, postgresql_where=text("state = 'held'")),
        Index("held_acts_due", "due_at", postgresql_where=text("state = 'held'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), nullable=False))
    job_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("jobs.id")))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    act: str
    state: str = "held"
    body_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    due_at: datetime = Field(sa_column=moment())
    # The code of the refusal that it met when it was to be done.
    refused_as: str | None = None
    created_at: datetime = Field(sa_column=moment())
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
    until: datetime = Field(sa_column=moment())
    created_at: datetime = Field(sa_column=moment())
    version: int = 1


class Rating(SQLModel, table=True):
    """What the customer said of the runner, once."""

    __tablename__ = "ratings"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="ratings_stars"),)

    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), primary_key=True))
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    stars: int = Field(sa_column=Column(SmallInteger, nullable=False))
    tags: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    created_at: datetime = Field(sa_column=moment())
