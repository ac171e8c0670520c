"""Tables of jobs and stops."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from api.jobs.states import JOB, STOP
from api.kinds import URGENT_KINDS
from api.kit.columns import ids, moment
from api.kit.ids import new_id

# What the hall shows of a job, as finished JSON: a page of it is read hundreds of times a second.
_HALL_CARD = (
    "linli_hall_card(id, kind, fee_fen, advance_fen, load, weight_g, trip_m, pickup_place,"
    " pickup_lat, pickup_lng, dropoff_place, dropoff_lat, dropoff_lng, ready_at, due_at,"
    " expires_at)"
)
# What the hall judges and reckons with, packed: to send and decode a column for each of these took
# half of the time of an answer. In the order and the binary form that `facts.py` unpacks.
_HALL_FACTS = (
    "uuid_send(id) || uuid_send(requester_id) || uuid_send(community_id)"
    " || point_send(pickup_xy) || float8send(pickup_lat) || float8send(pickup_lng)"
    " || float8send(dropoff_lat) || float8send(dropoff_lng) || float8send(trip_m)"
    " || timestamptz_send(ready_at) || timestamptz_send(due_at) || timestamptz_send(expires_at)"
    " || int4send(weight_g) || int4send(fee_fen) || int2send(load) || int2send(floors_no_lift)"
)
# What the hall shows before all else has an index of its own: its nearest is found at once.
IS_URGENT_SQL = f"(kind IN ({', '.join(repr(kind) for kind in URGENT_KINDS)}))"
JOB_STATES = tuple(sorted(JOB.states))
STOP_STATES = tuple(sorted(STOP.states))


class SheetPoint(UserDefinedType[tuple[float, float]]):
    """PostgreSQL's ``point``: metres on an office's sheet (kit/geo.py)."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type."""
        return "point"


class Job(SQLModel, table=True):
    """The work that one runner carries out: one pickup, one or more stops."""

    __tablename__ = "jobs"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {JOB_STATES}", name="jobs_state"),
        CheckConstraint(
            "CASE WHEN state IN ('accepted', 'picked_up', 'delivered', 'failed', 'returned')"
            " THEN runner_id IS NOT NULL AND accepted_at IS NOT NULL"
            " WHEN state IN ('waiting', 'open', 'expired') THEN runner_id IS NULL ELSE true END",
            name="jobs_runner_where_needed",
        ),
        CheckConstraint("runner_id <> requester_id", name="jobs_not_own"),
        CheckConstraint("opens_at <= due_at AND due_at <= expires_at", name="jobs_times_in_order"),
        CheckConstraint(
            "load > 0 AND fee_fen >= 0 AND advance_fen >= 0 AND trip_m >= 0", name="jobs_amounts"
        ),
        CheckConstraint("weather IN (0, 1) AND floors_no_lift >= 0", name="jobs_hardship"),
        CheckConstraint(
            "(state = 'picked_up' OR state = 'delivered' OR state = 'failed'"
            " OR state = 'returned') = (picked_up_at IS NOT NULL)",
            name="jobs_picked_up_at",
        ),
        CheckConstraint(
            "(picked_up_at IS NULL) = (pickup_proof IS NULL)", name="jobs_need_pickup_proof"
        ),
        Index(
            "jobs_open_near",
            "pickup_xy",
            postgresql_using="gist",
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "jobs_urgent_near",
            "pickup_xy",
            postgresql_using="gist",
            postgresql_where=text(f"state = 'open' AND {IS_URGENT_SQL}"),
        ),
        Index(
            "jobs_at_hand",
            "runner_id",
            postgresql_where=text("state IN ('accepted', 'picked_up', 'failed')"),
        ),
        Index(
            "jobs_delivered",
            "runner_id",
            "closed_at",
            postgresql_where=text("state = 'delivered'"),
        ),
        Index(
            "jobs_delivered_in",
            "community_id",
            "closed_at",
            postgresql_where=text("state = 'delivered'"),
        ),
        Index("jobs_to_open", "opens_at", postgresql_where=text("state = 'waiting'")),
        Index("jobs_to_expire", "expires_at", postgresql_where=text("state = 'open'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    kind: str
    state: str = "waiting"
    requester_id: UUID
    # Stops for several customers: whoever asked for it offers the goods, and sees of the customers
    # what staff see.
    is_shared: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    runner_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("runners.id")))
    load: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False))
    weight_g: int
    # To climb to the highest of its doors that have no lift.
    floors_no_lift: int = Field(
        default=0, sa_column=Column(SmallInteger, nullable=False, server_default="0")
    )
    # 1: the weather was bad when it was promised, so that it was promised for later.
    weather: int = Field(
        default=0, sa_column=Column(SmallInteger, nullable=False, server_default="0")
    )
    fee_fen: int
    # What the runner advances for goods or bills at most, in fen.
    advance_fen: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    trip_m: float
    pickup_place: str
    pickup_lat: float
    pickup_lng: float
    pickup_xy: Any = Field(sa_column=Column(SheetPoint(), nullable=False))
    pickup_contact_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    # The last stop, kept here for the hall's one-statement answer.
    dropoff_place: str
    dropoff_lat: float
    dropoff_lng: float
    pickup_code: str
    wrong_codes: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    locked_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    opens_at: datetime = Field(sa_column=moment())
    ready_at: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    accepted_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    accept_distance_m: float | None = None
    arrived_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    picked_up_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    pickup_proof: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True)
    )
    closed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())
    hall_card: str | None = Field(
        default=None, sa_column=Column(Text, Computed(_HALL_CARD, persisted=True), nullable=False)
    )
    hall_facts: bytes | None = Field(
        default=None,
        sa_column=Column(LargeBinary, Computed(_HALL_FACTS, persisted=True), nullable=False),
    )


class Statement(SQLModel, table=True):
    """What somebody said with an act, as an excuse or a complaint; sealed, never changed."""

    __tablename__ = "statements"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("statements_of_order", "order_id", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID
    author_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    # What was done (release, fail, cancel …), and the reason's code from its table.
    act: str
    reason: str
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment())


class Stop(SQLModel, table=True):
    """One drop-off of a job, for one order."""

    __tablename__ = "stops"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STOP_STATES}", name="stops_state"),
        CheckConstraint("(state = 'pending') = (closed_at IS NULL)", name="stops_closed_at"),
        CheckConstraint("state <> 'delivered' OR proof IS NOT NULL", name="stops_need_proof"),
        CheckConstraint(
            "proven_at IS NULL OR (state = 'delivered' AND proven_at <= closed_at)",
            name="stops_proven_before_closed",
        ),
        CheckConstraint("spent_fen >= 0", name="stops_spent"),
        CheckConstraint(
            "(person_id IS NULL) = (weight_g IS NULL) AND weight_g >= 0 AND stairs_fen >= 0"
            " AND (person_id IS NOT NULL OR stairs_fen = 0)",
            name="stops_shared",
        ),
    )

    job_id: UUID = Field(sa_column=Column(ForeignKey("jobs.id"), primary_key=True))
    n: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    order_id: UUID = Field(unique=True)
    # For whom a carer ordered: their wishes count at this door.
    beneficiary_id: UUID | None = None
    # Of a shared job: whose order it is, what it weighs, and what its stairs add to the fee.
    person_id: UUID | None = None
    weight_g: int | None = None
    stairs_fen: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    state: str = "pending"
    place: str
    lat: float
    lng: float
    floor: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False))
    has_lift: bool = True
    contact_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    # What to do, by kind (details.py); none where the order's own line says it all.
    details_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    # Whether the goods may be left at the door, and whether photos before and after are wanted.
    at_door: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    with_photos: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    # What the receipt says, in fen, where the kind has goods.
    spent_fen: int | None = None
    receipt_code: str
    wrong_codes: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    locked_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    fail_reason: str | None = None
    proof: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True)
    )
    closed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # When it was proven to be there, where that was earlier than the server heard of it.
    proven_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # Since when what is brought here is not to be handed over, whatever the reason.
    kept_back_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class PromisedHour(SQLModel, table=True):
    """An hour of the day in a community, as the past shows it: learned daily (promising.py)."""

    __tablename__ = "promised_hours"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "hour BETWEEN 0 AND 23 AND samples >= 0 AND median_s >= 0", name="promised_hours_sane"
        ),
    )

    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), primary_key=True))
    hour: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    samples: int
    median_s: float
    at: datetime = Field(sa_column=moment())


class VisitTime(SQLModel, table=True):
    """What visits of a kind at a place took in the past, whole: learned daily (visiting.py)."""

    __tablename__ = "visit_times"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "act IN ('deliver', 'pick_up') AND samples > 0 AND median_s >= 0",
            name="visit_times_sane",
        ),
    )

    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), primary_key=True))
    act: str = Field(primary_key=True)
    # Empty: of every kind, at every place; else the point of a building or counter.
    kind: str = Field(primary_key=True)
    spot: str = Field(primary_key=True)
    samples: int
    median_s: float
    at: datetime = Field(sa_column=moment())
