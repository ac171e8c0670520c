"""Tables of the sandbox's own book."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from api.kit.columns import moment


class SandboxTrade(SQLModel, table=True):
    """A payment as the sandbox knows it."""

    __tablename__ = "sandbox_trades"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("amount_fen > 0", name="sandbox_trades_amount"),)

    out_trade_no: str = Field(primary_key=True)
    amount_fen: int
    state: str
    transaction_id: str | None = None
    # By the database's clock, as the days of its bills.
    paid_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class SandboxRefund(SQLModel, table=True):
    """A refund as the sandbox knows it."""

    __tablename__ = "sandbox_refunds"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("amount_fen > 0", name="sandbox_refunds_amount"),)

    out_refund_no: str = Field(primary_key=True)
    out_trade_no: str = Field(foreign_key="sandbox_trades.out_trade_no")
    amount_fen: int
    made_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class SandboxTransfer(SQLModel, table=True):
    """A payout to a person as the sandbox knows it."""

    __tablename__ = "sandbox_transfers"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("amount_fen > 0", name="sandbox_transfers_amount"),)

    out_bill_no: str = Field(primary_key=True)
    bill_no: str
    amount_fen: int
    state: str
    why: str | None = None
    made_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class SandboxConsent(SQLModel, table=True):
    """How many messages of a template somebody accepted, as the sandbox knows it."""

    __tablename__ = "sandbox_consents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("left_count >= 0", name="sandbox_consents_left"),)

    openid: str = Field(primary_key=True)
    template_id: str = Field(primary_key=True)
    left_count: int


class SandboxMessage(SQLModel, table=True):
    """A message that the sandbox took."""

    __tablename__ = "sandbox_messages"  # pyright: ignore[reportAssignmentType]

    id: UUID = Field(primary_key=True)
    openid: str
    template_id: str
    data: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    page: str | None = None
