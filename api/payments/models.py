"""Tables of payments and refunds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.payments.states import PAYMENT, REFUND

PAYMENT_STATES = tuple(sorted(PAYMENT.states))
REFUND_STATES = tuple(sorted(REFUND.states))


class Payment(SQLModel, table=True):
    """An intent to pay for an order, and what the gateway said of it."""

    __tablename__ = "payments"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {PAYMENT_STATES}", name="payments_state"),
        CheckConstraint("amount_fen > 0", name="payments_amount"),
        CheckConstraint(
            "(state = 'paid') = (paid_at IS NOT NULL AND transaction_id IS NOT NULL)",
            name="payments_paid_whole",
        ),
        CheckConstraint("NOT is_counted OR state = 'paid'", name="payments_counted_is_paid"),
        Index(
            "payments_one_open",
            "order_id",
            unique=True,
            postgresql_where=text("state = 'created'"),
        ),
        # An order is paid for once, and each consent once; whatever else arrives is sent back.
        Index(
            "payments_one_counted",
            "order_id",
            unique=True,
            postgresql_where=text("is_counted AND consent_id IS NULL AND tip_id IS NULL"),
        ),
        Index(
            "payments_one_of_consent",
            "consent_id",
            unique=True,
            postgresql_where=text("is_counted"),
        ),
        Index("payments_one_of_tip", "tip_id", unique=True, postgresql_where=text("is_counted")),
        CheckConstraint("num_nonnulls(consent_id, tip_id) <= 1", name="payments_for_one"),
        CheckConstraint(
            "shipped IS NULL OR ship_at IS NULL"
            " AND shipped IN ('told', 'told_before', 'not_shippable')",
            name="payments_shipped",
        ),
        Index("payments_paid_at", "paid_at", postgresql_where=text("state = 'paid'")),
        Index("payments_frozen", "paid_at", postgresql_where=text("is_frozen AND state = 'paid'")),
        Index(
            "payments_in_vain",
            "paid_at",
            postgresql_where=text("state = 'paid' AND NOT is_counted"),
        ),
        Index("payments_unfit", "created_at", postgresql_where=text("unfit IS NOT NULL")),
        Index("payments_to_ship", "ship_at", postgresql_where=text("ship_at IS NOT NULL")),
        Index(
            "payments_to_ask",
            "ask_at",
            postgresql_where=text("state = 'created' OR state = 'closed' AND NOT is_shut"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), nullable=False))
    # What is paid beyond the ceiling, by consent; none: the order itself.
    consent_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("consents.id")))
    # The tip that it is; none: the order's own money.
    tip_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("tips.id")))
    payer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    amount_fen: int
    state: str = "created"
    gateway: str
    out_trade_no: str = Field(unique=True)
    transaction_id: str | None = Field(default=None, unique=True)
    is_counted: bool = False
    # The gateway itself takes no money under this number any more.
    is_shut: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false"))
    )
    # WeChat keeps the money until a part of it is shared with the merchant, or all is released.
    is_frozen: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false"))
    )
    # Until when the gateway takes money; none: as long as it likes.
    pay_by: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # When WeChat is to be told next that it was delivered for, and how WeChat took it in the end.
    ship_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    ship_asks: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    shipped: str | None = None
    asks: int = 0
    ask_at: datetime = Field(sa_column=moment())
    # In what WeChat's answer to our asking did not fit; told once for each.
    unfit: str | None = None
    paid_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Refund(SQLModel, table=True):
    """An intent to send money back; asked for under one number until the gateway answers."""

    __tablename__ = "refunds"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {REFUND_STATES}", name="refunds_state"),
        CheckConstraint("amount_fen > 0", name="refunds_amount"),
        Index("refunds_once", "payment_id", "reason", unique=True),
        Index("refunds_created", "created_at"),
        Index("refunds_done", "done_at", postgresql_where=text("state = 'succeeded'")),
        Index(
            "refunds_in_trouble",
            "created_at",
            postgresql_where=text("state = 'failed' OR unfit IS NOT NULL"),
        ),
        Index("refunds_to_send", "ask_at", postgresql_where=text("state = 'requested'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(sa_column=Column(ForeignKey("payments.id"), nullable=False))
    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), nullable=False))
    amount_fen: int
    reason: str
    state: str = "requested"
    out_refund_no: str = Field(unique=True)
    # In what WeChat's answer to our asking did not fit; told once for each.
    unfit: str | None = None
    asks: int = 0
    ask_at: datetime = Field(sa_column=moment())
    done_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())
