"""Tables of repeating errands and of the days on which one was due."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.repeats.states import REPEAT

STATES = tuple(sorted(REPEAT.states))


class Repeat(SQLModel, table=True):
    """An errand that is ordered again on certain days of the week."""

    __tablename__ = "repeats"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="repeats_state"),
        CheckConstraint(
            "(state = 'ended') = (next_on IS NULL) AND (next_on IS NULL) = (place_at IS NULL)",
            name="repeats_next_whole",
        ),
        CheckConstraint(
            "begins_min BETWEEN 0 AND 1439 AND lasts_min BETWEEN 15 AND 720"
            " AND cardinality(weekdays) BETWEEN 1 AND 7"
            " AND weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]",
            name="repeats_rule",
        ),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="repeats_ended_at"),
        Index("repeats_to_place", "place_at", postgresql_where=text("state = 'active'")),
        Index("repeats_of_customer", "customer_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    customer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    state: str = "active"
    kind: str
    # Days of the week, 1 = Monday; minutes after midnight in China, and how long it lasts.
    weekdays: list[int] = Field(sa_column=Column(ARRAY(SmallInteger), nullable=False))
    begins_min: int = Field(sa_column=Column(SmallInteger, nullable=False))
    lasts_min: int = Field(sa_column=Column(SmallInteger, nullable=False))
    until: date
    # The day whose order is placed next, and when.
    next_on: date | None = None
    place_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    template_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class RepeatDay(SQLModel, table=True):
    """What came of one day: its order, or why there is none. Its key is "exactly once"."""

    __tablename__ = "repeat_days"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("order_id IS NOT NULL OR code IS NOT NULL", name="repeat_days_outcome"),
    )

    repeat_id: UUID = Field(sa_column=Column(ForeignKey("repeats.id"), primary_key=True))
    day: date = Field(primary_key=True)
    order_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("orders.id"), unique=True)
    )
    # Why it was skipped: the code of a refusal, or `not_paid_in_time`.
    code: str | None = None
