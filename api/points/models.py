"""Tables of the points ledger, which only grows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from api.kit.ids import new_id


class PointsEntry(SQLModel, table=True):
    """One fact about a runner and what it changed, line by line. Never edited."""

    __tablename__ = "points_entries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("runner_id", "seq", name="points_entries_gapless"),
        CheckConstraint("seq > 0", name="points_entries_seq"),
        Index("points_entries_facts", "runner_id", "at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    seq: int
    # The event it was scored from: an event is scored once.
    event_seq: int = Field(sa_column=Column(BigInteger, unique=True, nullable=False))
    order_id: UUID | None = None
    kind: str
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    delta_cp: int
    balance_cp: int
    rules_version: str
    fact: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    lines: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class PointsBalance(SQLModel, table=True):
    """The fold of a runner's entries, kept in the same transaction."""

    __tablename__ = "points_balances"  # pyright: ignore[reportAssignmentType]

    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), primary_key=True))
    balance_cp: int = 0
    seq: int = 0
