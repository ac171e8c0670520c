"""Tables of inboxes, and of messages to be sent (consents to them are in `pushes`)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id

# A message is to be sent, is being sent, or has come to one of its ends (see service/sending.py).
ENDS = (
    "sent", "unknown", "refused", "ungranted", "seen", "folded", "expired", "dead",
)  # fmt: skip
STATES = ("pending", "sending", *ENDS)


class Inbox(SQLModel, table=True):
    """How many of a person's records are unread. ``version`` numbers the inbox' events."""

    __tablename__ = "inboxes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("unread >= 0", name="inboxes_unread"),)

    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    unread: int
    version: int


class InboxRecord(SQLModel, table=True):
    """One person told of one event, once. The words are made when it is read."""

    __tablename__ = "inbox_records"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("event_seq", "user_id", name="inbox_records_once"),
        Index("inbox_records_of_user", "user_id", "id"),
        Index("inbox_records_unread", "user_id", "id", postgresql_where=text("read_at IS NULL")),
        Index("inbox_records_age", "at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    event_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: str
    role: str
    subject: str
    subject_id: UUID
    # Plain values for the words and the page: numbers, ids, amounts.
    details: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = Field(sa_column=moment())
    read_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class Delivery(SQLModel, table=True):
    """One subscribe message for one inbox record."""

    __tablename__ = "deliveries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="deliveries_state"),
        CheckConstraint(
            "(state IN ('pending', 'sending')) = (ended_at IS NULL)", name="deliveries_ended"
        ),
        Index("deliveries_due", "next_at", postgresql_where=text("state = 'pending'")),
        Index("deliveries_in_hand", "claimed_at", postgresql_where=text("state = 'sending'")),
        Index("deliveries_of_user", "user_id", "template_id"),
    )

    # The id of its inbox record: there cannot be two.
    id: UUID = Field(
        sa_column=Column(ForeignKey("inbox_records.id", ondelete="CASCADE"), primary_key=True)
    )
    user_id: UUID
    # Our key of the template, and its id at WeChat when the message was planned.
    template: str
    template_id: str
    state: str
    # Held back over quiet hours: what waits together is sent as one.
    is_held: bool
    attempts: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    next_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    # Real time, as it measures a worker's life.
    claimed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # What came of it: WeChat's message id, or why there is none.
    outcome: str | None = None
