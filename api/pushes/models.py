"""Tables of pushed messages and of consents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
)
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id

LEFT_MAX = 100


class Push(SQLModel, table=True):
    """That a message was taken in, so that its repeats are not. Kept for three days."""

    __tablename__ = "pushes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("pushes_age", "received_at"),)

    # SHA-256 of who, when and what: the openid itself is not kept.
    key: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    kind: str
    received_at: datetime = Field(sa_column=moment())


class Subscription(SQLModel, table=True):
    """How many subscribe messages of one template a person still lets us send.

    WeChat does not tell the number, so we count: one up for each consent, one down for each message
    sent, none left once it refuses one.
    """

    __tablename__ = "subscriptions"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("subscriptions_once", "user_id", "template_id", unique=True),
        CheckConstraint(f"left_count BETWEEN 0 AND {LEFT_MAX}", name="subscriptions_left"),
        CheckConstraint("length(template_id) BETWEEN 1 AND 64", name="subscriptions_template"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    template_id: str
    left_count: int = Field(sa_column=Column(SmallInteger, nullable=False))
    version: int = 1
    changed_at: datetime = Field(sa_column=moment())


class MediaAnswer(SQLModel, table=True):
    """What WeChat thinks of a picture that somebody above let it look at. Kept for three days.

    It may come before whoever asked has written down under which number.
    """

    __tablename__ = "media_answers"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("suggest IN ('pass', 'review', 'risky')", name="media_answers_suggest"),
        Index("media_answers_once", "trace_id", unique=True),
        Index("media_answers_age", "received_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    trace_id: str
    suggest: str
    label: int
    version: int = 1
    received_at: datetime = Field(sa_column=moment())
