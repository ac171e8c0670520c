"""Tables of the points ledger, which only grows."""

from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.points.rules import RECORDABLE
from api.points.states import APPEAL, FINDING, MENTORSHIP
from scoring.guarding import CaseKind

APPEAL_STATES = tuple(sorted(APPEAL.states))
FINDING_STATES = tuple(sorted(FINDING.states))
MENTORSHIP_STATES = tuple(sorted(MENTORSHIP.states))
RECORD_KINDS = tuple(sorted(RECORDABLE))
FINDING_KINDS = tuple(sorted(get_args(CaseKind)))


class PointsEntry(SQLModel, table=True):
    """One fact about a runner and what it changed, line by line. Never edited."""

    __tablename__ = "points_entries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("runner_id", "seq", name="points_entries_gapless"),
        # By its own name, by which other facts name it.
        Index("points_entries_fact_once", "runner_id", text("(fact ->> 'id')"), unique=True),
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
    at: datetime = Field(sa_column=moment())
    delta_cp: int
    balance_cp: int
    rules_version: str
    fact: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    lines: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    created_at: datetime = Field(sa_column=moment())


class PointsBalance(SQLModel, table=True):
    """The fold of a runner's entries, kept in the same transaction."""

    __tablename__ = "points_balances"  # pyright: ignore[reportAssignmentType]

    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), primary_key=True))
    balance_cp: int = 0
    seq: int = 0


class PointsAppeal(SQLModel, table=True):
    """An appeal against a penalty, a rating or a tier, and its answer. Words are sealed."""

    __tablename__ = "points_appeals"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {APPEAL_STATES}", name="points_appeals_state"),
        CheckConstraint("step IN (1, 2)", name="points_appeals_step"),
        CheckConstraint(
            "(state = 'filed') = (decided_at IS NULL)"
            " AND (decided_by_id IS NOT NULL) = (state IN ('reduced', 'reversed', 'upheld'))",
            name="points_appeals_decided",
        ),
        # Nobody answers what they filed, or what is about themselves.
        CheckConstraint(
            "decided_by_id <> runner_id AND decided_by_id <> filed_by_id",
            name="points_appeals_by_another",
        ),
        CheckConstraint(
            "(about = 'penalty') = (penalty_cp > 0) AND (state = 'reduced') = (left_cp IS NOT NULL)"
            " AND left_cp BETWEEN 1 AND penalty_cp - 1",
            name="points_appeals_left",
        ),
        CheckConstraint(
            "about IN ('penalty', 'rating', 'tier') AND (about = 'tier') = (entry_id IS NULL)"
            " AND num_nulls(decision_seq, tier_from, tier_to)"
            " = CASE about WHEN 'tier' THEN 0 ELSE 3 END",
            name="points_appeals_about",
        ),
        UniqueConstraint("entry_id", "step", name="points_appeals_once"),
        UniqueConstraint("decision_seq", "step", name="points_appeals_of_decision_once"),
        Index("points_appeals_due", "due_at", postgresql_where=text("state = 'filed'")),
        Index("points_appeals_of_runner", "runner_id", "id"),
        Index("points_appeals_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    about: str = "penalty"
    # Of a penalty or a rating.
    entry_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("points_entries.id")))
    # Of a tier: the event of the decision, from which tier, to which.
    decision_seq: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    tier_from: str | None = None
    tier_to: str | None = None
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    # 2: asked once more, after the first answer.
    step: int = Field(sa_column=Column(SmallInteger, nullable=False))
    state: str = "filed"
    # The runner, or staff to whom they spoke.
    filed_by_id: UUID
    # What the penalty was when it was filed (of anything else 0), and what was left of it.
    penalty_cp: int
    left_cp: int | None = None
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    answer_sealed: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    filed_at: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    decided_by_id: UUID | None = None
    version: int = 1


class PointsFinding(SQLModel, table=True):
    """Something that a person of the staff should look at; by itself it changes nothing."""

    __tablename__ = "points_findings"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {FINDING_STATES}", name="points_findings_state"),
        CheckConstraint(f"kind IN {FINDING_KINDS}", name="points_findings_kind"),
        CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="points_findings_decided",
        ),
        # Nobody looks at what is about themselves.
        CheckConstraint(
            "NOT (decided_by_id = ANY (runner_ids)) AND decided_by_id <> person_id",
            name="points_findings_by_another",
        ),
        # The same is listed once, however often it is seen.
        UniqueConstraint("community_id", "key", name="points_findings_once"),
        Index("points_findings_of_place", "place_path", postgresql_using="gin"),
        Index("points_findings_of_runners", "runner_ids", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    kind: str
    key: str
    runner_ids: list[UUID] = Field(sa_column=ids())
    # Whose household it is, or who of the staff decided.
    person_id: UUID | None = None
    since: datetime = Field(sa_column=moment())
    until: datetime = Field(sa_column=moment())
    # Names of facts in the ledgers of these runners.
    facts: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    counted: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))
    state: str = "open"
    found_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    decided_by_id: UUID | None = None
    version: int = 1


class PointsWatch(SQLModel, table=True):
    """Up to how many entries the ledgers of a community were looked at, and when."""

    __tablename__ = "points_watches"  # pyright: ignore[reportAssignmentType]

    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), primary_key=True))
    entries: int = Field(sa_column=Column(BigInteger, nullable=False))
    watched_at: datetime = Field(sa_column=moment())


class PointsReview(SQLModel, table=True):
    """A runner's closed month and the tier that it proposes; people decide the tier. Only grows."""

    __tablename__ = "points_reviews"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "tier IN ('trainee', 'runner', 'lead') AND proposed IN ('trainee', 'runner', 'lead')",
            name="points_reviews_tiers",
        ),
        CheckConstraint("month = date_trunc('month', month)::date", name="points_reviews_month"),
        CheckConstraint(
            "0 <= lower AND lower <= mean AND mean <= upper AND upper <= 1",
            name="points_reviews_interval",
        ),
        UniqueConstraint("runner_id", "month", name="points_reviews_once"),
        Index("points_reviews_of_community", "community_id", "month"),
        Index("points_reviews_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    # Its first local day.
    month: date
    rules_version: str
    tier: str
    proposed: str
    # On leave, or too few orders to judge.
    is_frozen: bool
    # In a row: months that a lead, or a runner, fell short in.
    misses: int = Field(sa_column=Column(SmallInteger, nullable=False))
    lows: int = Field(sa_column=Column(SmallInteger, nullable=False))
    # Local day, counted from 1970.
    demoted_day: int | None = None
    lacking: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    orders: int
    households: int
    points_cp: int
    civic_cp: int
    mean: float = Field(sa_column=Column(Double, nullable=False))
    lower: float = Field(sa_column=Column(Double, nullable=False))
    upper: float = Field(sa_column=Column(Double, nullable=False))
    sd: float = Field(sa_column=Column(Double, nullable=False))
    mean_before: float | None = Field(default=None, sa_column=Column(Double, nullable=True))
    reviewed_at: datetime = Field(sa_column=moment())


class PointsPublication(SQLModel, table=True):
    """What is published of a community's closed month: ids and figures, never names. Only grows."""

    __tablename__ = "points_publications"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "month = date_trunc('month', month)::date AND published_at >= closed_at",
            name="points_publications_closed",
        ),
        UniqueConstraint("community_id", "month", name="points_publications_once"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    month: date
    rules_version: str
    boards: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    figures: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    sha256: str
    closed_at: datetime = Field(sa_column=moment())
    published_at: datetime = Field(sa_column=moment())


class PointsRules(SQLModel, table=True):
    """A version of the rules as it was announced, whole. Only grows.

    The version that the product began with is in the package (`service/knowing.py`).
    """

    __tablename__ = "points_rules"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        # 人社厅发 (2023) 50: rules are published seven days before they take effect.
        CheckConstraint(
            "effective_from >= announced_at + interval '7 days'", name="points_rules_notice"
        ),
        UniqueConstraint("version", name="points_rules_version"),
        UniqueConstraint("effective_from", name="points_rules_one_at_a_time"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: str
    # TOML, as `scoring/rules` reads it.
    text: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str
    announced_at: datetime = Field(sa_column=moment())
    effective_from: datetime = Field(sa_column=moment())
    announced_by_id: UUID


class PointsNotice(SQLModel, table=True):
    """What one runner was told of an announced version: their own last days. Only grows."""

    __tablename__ = "points_notices"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("version", "runner_id", name="points_notices_once"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: str = Field(sa_column=Column(ForeignKey("points_rules.version"), nullable=False))
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    since: datetime = Field(sa_column=moment())
    before_cp: int
    after_cp: int
    quality_before: float = Field(sa_column=Column(Double, nullable=False))
    quality_after: float = Field(sa_column=Column(Double, nullable=False))
    told_at: datetime = Field(sa_column=moment())


class Mentorship(SQLModel, table=True):
    """A newcomer and the lead who takes them along, from the asking to its end."""

    __tablename__ = "points_mentorships"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {MENTORSHIP_STATES}", name="points_mentorships_state"),
        CheckConstraint("mentor_id <> mentee_id", name="points_mentorships_two"),
        CheckConstraint(
            "(mentor_id IS NULL) = (began_at IS NULL)"
            " AND (began_at IS NULL) = (state IN ('asked', 'withdrawn'))"
            " AND (ended_at IS NULL) = (state IN ('active', 'asked'))",
            name="points_mentorships_whole",
        ),
        # One at a time, and nobody graduates twice.
        Index(
            "points_mentorships_once",
            "mentee_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'active', 'graduated')"),
        ),
        Index("points_mentorships_of_mentor", "mentor_id", "id"),
        Index("points_mentorships_of_community", "community_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    mentee_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    mentor_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("runners.id")))
    state: str = "asked"
    asked_at: datetime = Field(sa_column=moment())
    began_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class PointsRecord(SQLModel, table=True):
    """What staff found true of a runner, and what it rests on, sealed. Rows are never changed."""

    __tablename__ = "points_records"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"kind IN {RECORD_KINDS}", name="points_records_kind"),
        CheckConstraint(
            "(kind = 'complaint.upheld') = (severity IS NOT NULL)"
            " AND (kind = 'volunteer.hours') = (minutes IS NOT NULL)"
            " AND severity IN ('minor', 'moderate', 'serious') AND minutes BETWEEN 1 AND 1440",
            name="points_records_whole",
        ),
        # Nobody records what is about themselves.
        CheckConstraint(
            "recorded_by_id <> runner_id AND happened_at <= recorded_at",
            name="points_records_by_another",
        ),
        Index("points_records_of_runner", "runner_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    runner_id: UUID = Field(sa_column=Column(ForeignKey("runners.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    kind: str
    happened_at: datetime = Field(sa_column=moment())
    severity: str | None = None
    # Of volunteering, as the organiser signed.
    minutes: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    evidence_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    recorded_by_id: UUID
    recorded_at: datetime = Field(sa_column=moment())


class PointsCalibration(SQLModel, table=True):
    """What was learned at the close of a community's month, and from whose facts. Only grows."""

    __tablename__ = "points_calibrations"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            "month = date_trunc('month', month)::date", name="points_calibrations_month"
        ),
        UniqueConstraint("community_id", "month", name="points_calibrations_once"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    month: date
    rules_version: str
    runner_ids: list[UUID] = Field(sa_column=ids())
    # `scoring.quality.storing`: offsets by household, building and cell; refitted priors.
    learned: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    made_at: datetime = Field(sa_column=moment())
