"""Tables of the event log and of the reactions to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from api.kit.columns import moment


class EventRow(SQLModel, table=True):
    """One event, never changed but for ``pumped_at``."""

    __tablename__ = "events"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("subject_id", "subject", "subject_seq", name="events_chain"),
        CheckConstraint("actor_kind IN ('user', 'system', 'gateway')", name="events_actor_kind"),
        CheckConstraint("(actor_kind = 'user') = (actor_id IS NOT NULL)", name="events_actor"),
        CheckConstraint("subject_seq > 0", name="events_seq_positive"),
        Index("events_unpumped", "seq", postgresql_where=text("pumped_at IS NULL")),
        Index("events_by_actor", "actor_id", "at", postgresql_where=text("actor_id IS NOT NULL")),
    )

    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    name: str
    subject: str
    subject_id: UUID
    subject_seq: int
    from_state: str | None = None
    to_state: str | None = None
    actor_kind: str
    actor_id: UUID | None = None
    at: datetime = Field(sa_column=moment())
    community_id: UUID | None = None
    data: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    # Real time, also where the clock is simulated: what latency is measured from.
    written_at: datetime = Field(
        sa_column=Column(
            DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")
        )
    )
    pumped_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class ReactionRow(SQLModel, table=True):
    """One consequence of one event, done exactly once."""

    __tablename__ = "reactions"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'done', 'dead')", name="reactions_state"),
        Index("reactions_pending", "next_at", postgresql_where=text("state = 'pending'")),
    )

    event_seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    task: str = Field(primary_key=True)
    state: str = "pending"
    attempts: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    # Real time: when the sweep may ring again.
    next_at: datetime = Field(sa_column=moment())
    done_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    last_error: str | None = None
