"""Tables of the sandbox's own book."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class SandboxTrade(SQLModel, table=True):
    """A payment as the sandbox knows it."""

    __tablename__ = "sandbox_trades"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("amount_fen > 0", name="sandbox_trades_amount"),)

    out_trade_no: str = Field(primary_key=True)
    amount_fen: int
    state: str
    transaction_id: str | None = None


class SandboxRefund(SQLModel, table=True):
    """A refund as the sandbox knows it."""

    __tablename__ = "sandbox_refunds"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("amount_fen > 0", name="sandbox_refunds_amount"),)

    out_refund_no: str = Field(primary_key=True)
    out_trade_no: str = Field(foreign_key="sandbox_trades.out_trade_no")
    amount_fen: int
