"""Tables of offers and of dispatch rounds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
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
from api.offers.states import OFFER
from api.places.settings import OFFER_ROUNDS_MAX

STATES = tuple(sorted(OFFER.states))


class Offer(SQLModel, table=True):
    """One proposal to one runner: a job, or several to carry on one trip."""

    __tablename__ = "offers"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="offers_state"),
        CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name="offers_ended_at"),
        CheckConstraint("until > made_at", name="offers_life"),
        # Nobody has to choose between two, and what both would load cannot be too much.
        Index(
            "offers_one_for_a_runner",
            "runner_id",
            unique=True,
            postgresql_where=text("state = 'offered'"),
        ),
        Index("offers_of_runner", "runner_id", "made_at"),
        Index("offers_to_end", "until", postgresql_where=text("state = 'offered'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    # The round of the community that made it.
    run: int
    state: str = "offered"
    # Why this runner: a code and its numbers (matching/dispatch/explaining.py).
    reason: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    # When the round expected the goods to be fetched, and all of them to be delivered.
    pickup_at: datetime = Field(sa_column=moment())
    done_at: datetime = Field(sa_column=moment())
    made_at: datetime = Field(sa_column=moment())
    until: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class OfferJob(SQLModel, table=True):
    """A job of an offer. ``runner_id`` and ``is_live`` are the offer's, for the unique keys."""

    __tablename__ = "offer_jobs"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"nth BETWEEN 1 AND {OFFER_ROUNDS_MAX}", name="offer_jobs_nth"),
        # What somebody declined or let pass never comes to them again.
        UniqueConstraint("job_id", "runner_id", name="offer_jobs_never_again"),
        UniqueConstraint("job_id", "nth", name="offer_jobs_each_time_once"),
        Index(
            "offer_jobs_one_live",
            "job_id",
            unique=True,
            postgresql_where=text("is_live"),
        ),
    )

    offer_id: UUID = Field(sa_column=Column(ForeignKey("offers.id"), primary_key=True))
    job_id: UUID = Field(sa_column=Column(ForeignKey("jobs.id"), primary_key=True))
    runner_id: UUID
    # Which offer of this job it is, and in which order its stops are gone to.
    nth: int = Field(sa_column=Column(SmallInteger, nullable=False))
    turn: int = Field(sa_column=Column(SmallInteger, nullable=False))
    # From the runner to the pickup when it was offered.
    distance_m: float
    is_live: bool = True


class RunnerWeight(SQLModel, table=True):
    """How much sooner a runner is asked than others, learned hourly (weights.py): a nudge."""

    __tablename__ = "dispatch_weights"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "quality BETWEEN 0.9 AND 1.1 AND fairness BETWEEN 0.8 AND 1.3",
            name="dispatch_weights_bounded",
        ),
        Index("dispatch_weights_of", "community_id", "at"),
    )

    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), primary_key=True))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    quality: float
    fairness: float
    at: datetime = Field(sa_column=moment())


class DispatchTurn(SQLModel, table=True):
    """Whose lock is the right to make a community's next round, and when it is due."""

    __tablename__ = "dispatch_turns"  # pyright: ignore[reportAssignmentType]

    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), primary_key=True))
    # How many rounds there were.
    n: int = 0
    next_at: datetime = Field(sa_column=moment())


class DispatchRound(SQLModel, table=True):
    """A round that was made: what it looked at, and what came out."""

    __tablename__ = "dispatch_rounds"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "n > 0 AND jobs >= 0 AND runners >= 0 AND took_ms >= 0"
            " AND offers BETWEEN 0 AND least(jobs, runners)",
            name="dispatch_rounds_counts",
        ),
        Index("dispatch_rounds_at", "at"),
    )

    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), primary_key=True))
    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_column=moment())
    # Open jobs and able runners that it looked at, and offers that it made.
    jobs: int
    runners: int
    offers: int
    took_ms: float
    objective: str
