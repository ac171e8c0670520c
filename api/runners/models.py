"""Tables of runners, their applications and their courses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.runners.states import RUNNER, SHIFTS, TIERS

STATES = tuple(sorted(RUNNER.states))


def _number(default: int) -> Column[int]:
    return Column(Integer, nullable=False, server_default=text(str(default)))


def _counted(kind: TypeEngine[Any]) -> Column[Any]:
    return Column(kind, nullable=False, server_default=text("0"))


class Runner(SQLModel, table=True):
    """A person who carries. ``load`` counts the load of the jobs at hand."""

    __tablename__ = "runners"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="runners_state"),
        CheckConstraint(f"shift IN {SHIFTS}", name="runners_shift"),
        CheckConstraint(f"tier IN {TIERS}", name="runners_tier"),
        CheckConstraint("weight_max_g > 0 AND fee_max_fen >= 0", name="runners_limits"),
        # The last guard of capacity: an accept that would overload fails as a whole.
        CheckConstraint("load BETWEEN 0 AND capacity", name="runners_load_within_capacity"),
        # Likewise of what a newcomer may take in a day.
        CheckConstraint(
            "floors_max >= 0 AND jobs_today BETWEEN 0 AND jobs_day_max",
            name="runners_jobs_within_day",
        ),
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
        Index(
            "runners_to_judge",
            "permitted_until",
            postgresql_where=text("permitted_until IS NOT NULL"),
        ),
    )

    id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    state: str
    tier: str = "trainee"
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    shift: str = "offline"
    lat: float | None = None
    lng: float | None = None
    position_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    capacity: int = Field(sa_column=Column(SmallInteger, nullable=False))
    load: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    # What they may take, besides `kinds` and `capacity`: written by service/permitting.py, read by
    # the predicate of matching. Until when it holds: a course lapses.
    weight_max_g: int = Field(default=200_000, sa_column=_number(200_000))
    fee_max_fen: int = Field(default=100_000_00, sa_column=_number(100_000_00))
    # Floors to climb to a door without a lift.
    floors_max: int = Field(default=1000, sa_column=_number(1000))
    jobs_day_max: int = Field(default=1_000_000, sa_column=_number(1_000_000))
    # Jobs taken on a local day and not handed back; the day counted from 1970.
    jobs_day: int = Field(default=0, sa_column=_number(0))
    jobs_today: int = Field(default=0, sa_column=_number(0))
    permitted_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    is_volunteer: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false"))
    )
    # The account of work and rest, see rest.py: since when there is a job in hand, until when there
    # was one before; the stretch and the day up to then, and how many days in a row.
    work_since: datetime | None = Field(default=None, sa_column=moment(optional=True))
    worked_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    stretch_s: float = Field(default=0, sa_column=_counted(Double()))
    day_s: float = Field(default=0, sa_column=_counted(Double()))
    days_in_row: int = Field(default=0, sa_column=_counted(SmallInteger()))
    hours_confirmed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    applied_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class RunnerApplication(SQLModel, table=True):
    """What somebody said when applying, and what staff checked. One for each runner, by its id."""

    __tablename__ = "runner_applications"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "num_nulls(identity_checked_at, identity_checked_by) IN (0, 2)",
            name="runner_applications_identity_whole",
        ),
    )

    id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), primary_key=True))
    # The kinds wished; empty: all.
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    # That they are 18 or older. The date of birth is not kept: nobody needs it.
    is_adult: bool = False
    health_version: str | None = None
    consent_version: str | None = None
    stated_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # Name, phone and relation of whom to call, sealed as JSON.
    emergency_contact_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    identity_checked_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    identity_checked_by: UUID | None = None


class TrainingAttempt(SQLModel, table=True):
    """One quiz taken; a passed one holds until ``valid_until``."""

    __tablename__ = "training_attempts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("score_percent BETWEEN 0 AND 100", name="training_attempts_score"),
        Index("training_attempts_of_runner", "runner_id", "module", "taken_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    module: str
    # Of the courses, as the questions were then.
    version: str
    score_percent: int = Field(sa_column=Column(SmallInteger, nullable=False))
    taken_at: datetime = Field(sa_column=moment())
    # None: not passed.
    valid_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
