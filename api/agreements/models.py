"""Tables of agreements: their texts, the names under them, what is due, visits afterwards."""

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
from sqlmodel import Field, SQLModel

from api.agreements.rules import (
    ANSWERS,
    DENIALS_MAX,
    FORMS,
    HOWS,
    SATISFACTIONS,
    SIDES,
    SPLIT_OUTCOMES,
)
from api.agreements.states import AGREEMENT, COURT, ITEM_STATES, VISIT
from api.kit.columns import ids, moment
from api.kit.ids import new_id

_PARTS = "split_resident_fen, split_runner_fen, split_platform_fen"


class Agreement(SQLModel, table=True):
    """The n-th text that was proposed in a case, and what became of it.

    The text is sealed and never changes; whoever signs names its hash. ``parties``: whose names it
    takes, all who consented when it was proposed. ``number`` counts in a community and ``year``.
    """

    __tablename__ = "agreements"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(AGREEMENT.states))}", name="agreements_state"),
        CheckConstraint(f"form IN {FORMS}", name="agreements_form"),
        CheckConstraint("cardinality(party_ids) BETWEEN 2 AND 30", name="agreements_parties"),
        CheckConstraint(
            "(state IN ('in_force', 'ended')) = (effective_at IS NOT NULL)"
            " AND (effective_at IS NULL OR num_nulls(year, number, court,"
            " court_last_day, court_closes_at) = 0)",
            name="agreements_effective_whole",
        ),
        CheckConstraint(f"court IN {tuple(sorted(COURT.states))}", name="agreements_court"),
        CheckConstraint(
            "coalesce(court NOT IN ('applied', 'confirmed', 'refused'), true)"
            " OR court_asked_ids @> party_ids AND court_applied_on <= court_last_day",
            name="agreements_court_together",
        ),
        CheckConstraint(
            "(coalesce(court, 'lapsed') = 'open') >= (court_remind_at IS NOT NULL)",
            name="agreements_court_reminded",
        ),
        CheckConstraint(
            f"CASE WHEN split_outcome IS NULL THEN num_nonnulls({_PARTS}) = 0"
            f" ELSE split_outcome IN {SPLIT_OUTCOMES} AND num_nulls({_PARTS}) = 0"
            f" AND least({_PARTS}) >= 0 END",
            name="agreements_split_whole",
        ),
        Index("agreements_once", "case_id", "n", unique=True),
        # One text at a time is signed, and one binds.
        Index(
            "agreements_one_open",
            "case_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'in_force')"),
        ),
        Index("agreements_numbered", "community_id", "year", "number", unique=True),
        Index(
            "agreements_to_close",
            "court_closes_at",
            postgresql_where=text("court = 'open'"),
        ),
        Index(
            "agreements_to_remind",
            "court_remind_at",
            postgresql_where=text("court_remind_at IS NOT NULL"),
        ),
        Index(
            "agreements_to_perform",
            "performs_at",
            postgresql_where=text("state = 'in_force' AND NOT is_performing"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    n: int = Field(sa_column=Column(SmallInteger, nullable=False))
    form: str
    state: str = "proposed"
    content_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text_hash: str
    party_ids: list[UUID] = Field(sa_column=ids())
    proposed_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    # What the order's money becomes when it takes effect; none: it is about no order's money.
    split_outcome: str | None = None
    split_resident_fen: int | None = None
    split_runner_fen: int | None = None
    split_platform_fen: int | None = None
    proposed_at: datetime = Field(sa_column=moment())
    effective_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    year: int | None = Field(default=None, sa_column=Column(SmallInteger))
    number: int | None = None
    # The midnight with which the first of its terms is due, and whether it was seen to.
    performs_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    is_performing: bool = False
    court: str | None = None
    # The parties who want a court to confirm it.
    court_asked_ids: list[UUID] = Field(sa_column=ids())
    court_last_day: date | None = None
    court_closes_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # The next reminder of that; none: no further one.
    court_remind_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    court_applied_on: date | None = None
    court_decided_on: date | None = None
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class AgreementSignature(SQLModel, table=True):
    """A name under a text, given once: a party's, the mediator's, or the committee's seal."""

    __tablename__ = "agreement_signatures"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES}", name="agreement_signatures_side"),
        CheckConstraint(f"how IN {HOWS}", name="agreement_signatures_how"),
        CheckConstraint(
            "(side = 'party') = (party_id IS NOT NULL)", name="agreement_signatures_party"
        ),
        # What was signed on paper, or sealed, is shown.
        CheckConstraint(
            "(how IN ('paper', 'seal')) = (upload_id IS NOT NULL)"
            " AND (how = 'seal') = (side = 'committee')",
            name="agreement_signatures_shown",
        ),
        Index(
            "agreement_signatures_once",
            "agreement_id",
            "side",
            "party_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("agreement_signatures_by", "by_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    agreement_id: UUID = Field(sa_column=Column(ForeignKey("agreements.id"), nullable=False))
    side: str
    party_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("case_parties.id")))
    # Who gave it: the party itself, or the mediator who holds its paper.
    by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    how: str
    upload_id: UUID | None = None
    text_hash: str
    at: datetime = Field(sa_column=moment())


class DueItem(SQLModel, table=True):
    """One time that a term of an agreement is due."""

    __tablename__ = "due_items"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {ITEM_STATES}", name="due_items_state"),
        CheckConstraint("begins_on <= ends_on", name="due_items_days"),
        CheckConstraint(
            "(state = 'reminded') <= (reminded_at IS NOT NULL)", name="due_items_reminded"
        ),
        # Kept: a visit saw it, or the other side says so; broken: a visit saw it.
        CheckConstraint(
            "CASE state WHEN 'broken' THEN visit_id IS NOT NULL"
            " WHEN 'kept' THEN num_nonnulls(visit_id, confirmed_party_id) > 0"
            " ELSE num_nonnulls(visit_id, confirmed_party_id) = 0 END",
            name="due_items_settled",
        ),
        CheckConstraint(
            "(state = 'claimed') <= (claimed_at IS NOT NULL)", name="due_items_claimed"
        ),
        CheckConstraint(f"denials BETWEEN 0 AND {DENIALS_MAX}", name="due_items_denials"),
        Index("due_items_once", "agreement_id", "term_n", "begins_on", unique=True),
        Index(
            "due_items_to_remind",
            "remind_at",
            postgresql_where=text("state = 'planned' AND remind_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    agreement_id: UUID = Field(sa_column=Column(ForeignKey("agreements.id"), nullable=False))
    term_n: int = Field(sa_column=Column(SmallInteger, nullable=False))
    party_id: UUID = Field(sa_column=Column(ForeignKey("case_parties.id"), nullable=False))
    begins_on: date
    ends_on: date
    # Done once, so that the case is not over before it was.
    is_once: bool
    remind_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    reminded_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    state: str = "planned"
    # When its party last said that it is done, and how often the other side said that it is not.
    claimed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    denials: int = Field(
        default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0"))
    )
    # Who of the other side said that it is done.
    confirmed_party_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("case_parties.id"))
    )
    visit_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("visits.id")))


class Visit(SQLModel, table=True):
    """Somebody asks afterwards how it stands (回访): a week and thirty days on, or as wanted."""

    __tablename__ = "visits"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(VISIT.states))}", name="visits_state"),
        CheckConstraint("kind IN ('week', 'month', 'extra')", name="visits_kind"),
        CheckConstraint(
            "(state = 'recorded') = (recorded_at IS NOT NULL)"
            " AND (state = 'recorded') <= (visitor_id IS NOT NULL)",
            name="visits_recorded_whole",
        ),
        Index(
            "visits_once",
            "agreement_id",
            "kind",
            unique=True,
            postgresql_where=text("kind <> 'extra'"),
        ),
        Index("visits_of_case", "case_id"),
        Index("visits_of_visitor", "visitor_id", "id"),
        Index(
            "visits_to_call",
            "due_at",
            postgresql_where=text("state = 'planned' AND called_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    agreement_id: UUID = Field(sa_column=Column(ForeignKey("agreements.id"), nullable=False))
    kind: str
    state: str = "planned"
    due_on: date
    # When staff are told, once.
    due_at: datetime = Field(sa_column=moment())
    called_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    visitor_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    recorded_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class VisitAnswer(SQLModel, table=True):
    """What one party said at a visit."""

    __tablename__ = "visit_answers"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"answer IN {ANSWERS}", name="visit_answers_answer"),
        CheckConstraint(f"satisfaction IN {SATISFACTIONS}", name="visit_answers_satisfaction"),
    )

    visit_id: UUID = Field(sa_column=Column(ForeignKey("visits.id"), primary_key=True))
    party_id: UUID = Field(sa_column=Column(ForeignKey("case_parties.id"), primary_key=True))
    # None: they could not be reached, or did not want to say.
    answer: str | None = None
    satisfaction: str | None = None
