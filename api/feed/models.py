"""Tables of the feed: how far each person's has come, and its changes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Index
from sqlmodel import Field, SQLModel


class Feed(SQLModel, table=True):
    """How many changes a person's feed has had, and how many of the first are forgotten."""

    __tablename__ = "feeds"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("forgotten_n BETWEEN 0 AND n", name="feeds_forgotten"),)

    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    n: int = Field(sa_column=Column(BigInteger, nullable=False))
    forgotten_n: int = Field(sa_column=Column(BigInteger, nullable=False))


class Change(SQLModel, table=True):
    """One change of one thing that concerns one person; their ``n`` has no gap."""

    __tablename__ = "changes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("changes_once", "event_seq", "user_id", unique=True),
        Index("changes_age", "at"),
    )

    user_id: UUID = Field(primary_key=True)
    n: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    event_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    subject: str
    subject_id: UUID
    version: int
    state: str | None = None
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
