"""The table of runners."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from api.runners.states import RUNNER, SHIFTS

STATES = tuple(sorted(RUNNER.states))


def _moment() -> Column[datetime]:
    return Column(DateTime(timezone=True))


def _counted(kind: TypeEngine[Any]) -> Column[Any]:
    return Column(kind, nullable=False, server_default=text("0"))


class Runner(SQLModel, table=True):
    """A person who carries. ``load`` counts the load of the jobs at hand."""

    __tablename__ = "runners"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="runners_state"),
        CheckConstraint(f"shift IN {SHIFTS}", name="runners_shift"),
        # The last guard of capacity: an accept that would overload fails as a whole.
        CheckConstraint("load BETWEEN 0 AND capacity", name="runners_load_within_capacity"),
        # Likewise where the runner goes offline in the moment of an accept.
        CheckConstraint("load = 0 OR shift <> 'offline'", name="runners_at_work_not_offline"),
        CheckConstraint(
            "num_nulls(lat, lng, position_at) IN (0, 3)", name="runners_position_whole"
        ),
        CheckConstraint("state = 'approved' OR shift = 'offline'", name="runners_shift_approved"),
        CheckConstraint("(load > 0) = (work_since IS NOT NULL)", name="runners_work_while_loaded"),
        CheckConstraint(
            "stretch_s >= 0 AND day_s >= 0 AND days_in_row >= 0", name="runners_work_counted"
        ),
        Index("runners_of_community", "community_id", "state"),
    )

    id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    state: str
    tier: str = "trainee"
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    shift: str = "offline"
    lat: float | None = None
    lng: float | None = None
    position_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    capacity: int = Field(sa_column=Column(SmallInteger, nullable=False))
    load: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    # The account of work and rest, see rest.py: since when there is a job in hand, until when there
    # was one before; the stretch and the day up to then, and how many days in a row.
    work_since: datetime | None = Field(default=None, sa_column=_moment())
    worked_until: datetime | None = Field(default=None, sa_column=_moment())
    stretch_s: float = Field(default=0, sa_column=_counted(Double()))
    day_s: float = Field(default=0, sa_column=_counted(Double()))
    days_in_row: int = Field(default=0, sa_column=_counted(SmallInteger()))
    hours_confirmed_at: datetime | None = Field(default=None, sa_column=_moment())
    version: int = 1
    applied_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
