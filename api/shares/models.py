"""Tables of receivers, of shares, and of what is given back of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from api.kit.columns import moment, of
from api.kit.ids import new_id
from api.shares.states import RECEIVER, RETURN, SHARE

RECEIVER_STATES = tuple(sorted(RECEIVER.states))
SHARE_STATES = tuple(sorted(SHARE.states))
RETURN_STATES = tuple(sorted(RETURN.states))
OPEN_SHARES = tuple(sorted(SHARE.states - SHARE.final))
_SHARE_ENDS = tuple(sorted(SHARE.final))
_RETURN_ENDS = tuple(sorted(RETURN.final))
ACCOUNT = "^[0-9]{8,12}$"


class Receiver(SQLModel, table=True):
    """The merchant number of a merchant, which WeChat has to know before anything is shared."""

    __tablename__ = "receivers"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {RECEIVER_STATES}", name="receivers_state"),
        CheckConstraint(f"account ~ '{ACCOUNT}'", name="receivers_account"),
        CheckConstraint("(state = 'refused') = (why IS NOT NULL)", name="receivers_why"),
        Index("receivers_to_ask", "ask_at", postgresql_where=text("state = 'asked'")),
    )

    # The merchant.
    id: UUID = Field(sa_column=Column(ForeignKey("merchants.id"), primary_key=True))
    community_id: UUID = Field(sa_column=of("places"))
    account: str
    state: str = "asked"
    why: str | None = None
    set_by_id: UUID = Field(sa_column=of("users"))
    ask_at: datetime = Field(sa_column=moment())
    asks: int = 0
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Share(SQLModel, table=True):
    """What becomes of the money that WeChat keeps of one payment; asked for until it has an end."""

    __tablename__ = "shares"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {SHARE_STATES}", name="shares_state"),
        CheckConstraint(
            "amount_fen >= 0 AND (amount_fen > 0) = (account IS NOT NULL)"
            " AND (amount_fen > 0) = (merchant_id IS NOT NULL)",
            name="shares_whole",
        ),
        CheckConstraint(
            "amount_fen > 0 OR state IN ('releasing', 'released')", name="shares_of_something"
        ),
        CheckConstraint(f"(state IN {_SHARE_ENDS}) = (done_at IS NOT NULL)", name="shares_done"),
        CheckConstraint("state <> 'failed' OR why IS NOT NULL", name="shares_why"),
        CheckConstraint("number <> release_number", name="shares_two_numbers"),
        Index("shares_to_ask", "ask_at", postgresql_where=text(f"state IN {OPEN_SHARES}")),
        Index("shares_of_order", "order_id"),
        Index("shares_done", "done_at", postgresql_where=text("state = 'shared'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(
        sa_column=Column(ForeignKey("payments.id"), nullable=False, unique=True)
    )
    order_id: UUID = Field(sa_column=of("orders"))
    community_id: UUID = Field(sa_column=of("places"))
    merchant_id: UUID | None = Field(default=None, sa_column=of("merchants", optional=True))
    # Whom it goes to, as it was when it was planned: asked again it is the same.
    account: str | None = None
    amount_fen: int
    state: str
    # Ours, for good: of the share, and of letting go, which WeChat wants under another one.
    number: str = Field(unique=True)
    release_number: str = Field(unique=True)
    why: str | None = None
    asks: int = 0
    ask_at: datetime = Field(sa_column=moment())
    done_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class ShareReturn(SQLModel, table=True):
    """A part of a share that the merchant gives back, for goods that were refunded."""

    __tablename__ = "share_returns"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {RETURN_STATES}", name="share_returns_state"),
        CheckConstraint("amount_fen > 0", name="share_returns_amount"),
        CheckConstraint(
            f"(state IN {_RETURN_ENDS}) = (done_at IS NOT NULL)", name="share_returns_done"
        ),
        CheckConstraint("(state = 'failed') = (why IS NOT NULL)", name="share_returns_why"),
        UniqueConstraint("share_id", "reason", name="share_returns_once"),
        Index("share_returns_to_ask", "ask_at", postgresql_where=text("state = 'asked'")),
        Index("share_returns_done", "done_at", postgresql_where=text("state = 'returned'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    share_id: UUID = Field(sa_column=of("shares"))
    amount_fen: int
    # The decision that it follows from.
    reason: str
    state: str = "asked"
    number: str = Field(unique=True)
    why: str | None = None
    asks: int = 0
    ask_at: datetime = Field(sa_column=moment())
    done_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())
