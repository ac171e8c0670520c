"""Tables of cases: what it is about, its parties, who was asked, what was done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.board.rules import CATEGORIES
from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.mediation.rules import (
    ENDED_WHYS,
    GUEST_KINDS,
    INTO,
    PARTY_KINDS,
    RECORD_KINDS,
    RISKS,
    SOURCES,
)
from api.mediation.states import ASK, CASE, GUEST, MEDIATED, PARTY

_UNMEDIATED = ("opened", "offered", "accepted")


class Case(SQLModel, table=True):
    """A quarrel that is mediated: a private thing, apart from the posts that led to it.

    ``mediator_id`` is a mediator's, or that of community staff where nobody else was left.
    """

    __tablename__ = "cases"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(CASE.states))}", name="cases_state"),
        CheckConstraint(f"source IN {SOURCES}", name="cases_source"),
        CheckConstraint(f"category IN {CATEGORIES}", name="cases_category"),
        CheckConstraint(f"risk IN {RISKS}", name="cases_risk"),
        CheckConstraint(
            f"CASE WHEN state IN {MEDIATED} THEN mediator_id IS NOT NULL"
            f" WHEN state IN {_UNMEDIATED} THEN mediator_id IS NULL ELSE true END",
            name="cases_mediator",
        ),
        CheckConstraint(
            "state <> 'in_session' OR num_nulls(accepted_at, began_at, ends_at) = 0",
            name="cases_begun_whole",
        ),
        CheckConstraint(
            f"(state IN ('refused', 'failed')) <= coalesce(ended_why IN {ENDED_WHYS}, false)",
            name="cases_ended_why",
        ),
        CheckConstraint(
            f"state <> 'escalated' OR coalesce(escalated_to IN {INTO}, false)",
            name="cases_escalated_to",
        ),
        CheckConstraint("(source = 'order') = (order_id IS NOT NULL)", name="cases_order"),
        CheckConstraint(
            "(state = 'archived') = (archived_at IS NOT NULL)", name="cases_archived_at"
        ),
        CheckConstraint("meet_minute BETWEEN 0 AND 10079", name="cases_meet_minute"),
        Index(
            "cases_one_of_order",
            "order_id",
            unique=True,
            postgresql_where=text("state <> 'archived'"),
        ),
        Index("cases_of_place", "place_path", postgresql_using="gin"),
        Index("cases_of_mediator", "mediator_id"),
        Index("cases_of_opener", "opener_id"),
        Index("cases_mediated", "id", postgresql_where=text(f"state IN {MEDIATED}")),
        Index(
            "cases_to_fail",
            "ends_at",
            postgresql_where=text("state IN ('in_session', 'suspended')"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    source: str
    category: str
    state: str = "opened"
    risk: str = "low"
    # What it is about, in the words of whoever opened it.
    summary_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    opener_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    order_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("orders.id")))
    # What a mediator must speak, and the minute of the week at which the sides can meet.
    languages: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    meet_minute: int | None = Field(default=None, sa_column=Column(SmallInteger))
    mediator_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    committee_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("committees.id")))
    # Nobody was left to be asked.
    is_with_staff: bool = False
    ended_why: str | None = None
    escalated_to: str | None = None
    offered_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    accepted_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    began_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # When it fails by itself; whoever takes a broken agreement up again sets it anew.
    ends_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # When it came to an end that only archiving follows.
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    archived_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class CasePost(SQLModel, table=True):
    """A post that led to a case; each to one only."""

    __tablename__ = "case_posts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("case_posts_of_case", "case_id"),)

    post_id: UUID = Field(sa_column=Column(ForeignKey("posts.id"), primary_key=True))
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    joined_at: datetime = Field(sa_column=moment())


class CaseParty(SQLModel, table=True):
    """Somebody on one side. ``user_id``: themselves, or who speaks for a group or company.

    An unregistered person has a name instead; their consent is on paper (``upload_id``).
    """

    __tablename__ = "case_parties"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(PARTY.states))}", name="case_parties_state"),
        CheckConstraint(f"kind IN {PARTY_KINDS}", name="case_parties_kind"),
        CheckConstraint("side BETWEEN 1 AND 4", name="case_parties_side"),
        CheckConstraint(
            "CASE kind WHEN 'person' THEN user_id IS NOT NULL AND organisation_id IS NULL"
            " WHEN 'group' THEN user_id IS NOT NULL"
            " WHEN 'company' THEN organisation_id IS NOT NULL"
            " ELSE user_id IS NULL AND organisation_id IS NULL END",
            name="case_parties_whole",
        ),
        CheckConstraint(
            "(state IN ('consented', 'left')) <= (consented_at IS NOT NULL AND how IS NOT NULL)"
            " AND (how = 'paper') <= (upload_id IS NOT NULL AND recorded_by_id IS NOT NULL)",
            name="case_parties_consent_whole",
        ),
        Index(
            "case_parties_once",
            "case_id",
            "user_id",
            unique=True,
            postgresql_where=text("state IN ('invited', 'consented')"),
        ),
        Index("case_parties_of_user", "user_id"),
        Index(
            "case_parties_to_lapse",
            "answer_until",
            postgresql_where=text("state = 'invited'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False, index=True))
    side: int = Field(sa_column=Column(SmallInteger, nullable=False))
    kind: str
    user_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    organisation_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("organisations.id"))
    )
    employer_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("organisations.id")))
    # Where an unregistered person lives, as far as it is known.
    building_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("places.id")))
    # Of a group or an unregistered person; empty where an account or an organisation has one.
    name_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    phone_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "invited"
    # None: not asked yet.
    answer_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # applied, app or paper; of a consent or a refusal.
    how: str | None = None
    consented_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    upload_id: UUID | None = None
    recorded_by_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    joined_at: datetime = Field(sa_column=moment())
    version: int = 1


class CaseStaff(SQLModel, table=True):
    """A member of staff who is named for a case; all others of the place do not see into it."""

    __tablename__ = "case_staff"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("case_staff_of_user", "user_id"),)

    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), primary_key=True))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    named_at: datetime = Field(sa_column=moment())


class MediatorAsk(SQLModel, table=True):
    """Somebody was asked to mediate a case; one at a time."""

    __tablename__ = "mediator_asks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(ASK.states))}", name="mediator_asks_state"),
        Index(
            "mediator_asks_one_open",
            "case_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'accepted')"),
        ),
        Index("mediator_asks_of_user", "user_id", "id"),
        Index("mediator_asks_of_case", "case_id"),
        Index("mediator_asks_due", "until", postgresql_where=text("state = 'asked'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    state: str = "asked"
    asked_at: datetime = Field(sa_column=moment())
    until: datetime = Field(sa_column=moment())
    answered_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class CaseChoice(SQLModel, table=True):
    """What the rules said of one mediator in the n-th round: their rank, or why not."""

    __tablename__ = "case_choices"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("(rank IS NULL) = (reasons <> '{}')", name="case_choices_ranked_or_not"),
    )

    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), primary_key=True))
    n: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    rank: int | None = Field(default=None, sa_column=Column(SmallInteger))
    reasons: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    at: datetime = Field(sa_column=moment())


class CaseObjection(SQLModel, table=True):
    """A party, or the mediator of themselves, said that somebody else should mediate."""

    __tablename__ = "case_objections"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("\"by\" IN ('party', 'mediator')", name="case_objections_by"),
        Index("case_objections_of_case", "case_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    by: str
    by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    # A party's first one needs no reasons.
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=moment())


class CaseRecord(SQLModel, table=True):
    """A contact or a session as its mediator recorded it: written once, never changed."""

    __tablename__ = "case_records"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"kind IN {RECORD_KINDS}", name="case_records_kind"),
        CheckConstraint("happened_at <= recorded_at", name="case_records_past"),
        Index("case_records_once", "case_id", "n", unique=True),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    n: int = Field(sa_column=Column(SmallInteger, nullable=False))
    kind: str
    # visit, phone, meeting, online.
    how: str
    party_ids: list[UUID] = Field(sa_column=ids())
    # Who was there without being a party.
    guest_ids: list[UUID] = Field(
        sa_column=Column(ARRAY(Uuid()), nullable=False, server_default=text("'{}'"))
    )
    # What was said; forgotten when the law lets it.
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    happened_at: datetime = Field(sa_column=moment())
    recorded_at: datetime = Field(sa_column=moment())


class CaseGuest(SQLModel, table=True):
    """Somebody who is to join the talks without being a party: an account, or a name."""

    __tablename__ = "case_guests"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(GUEST.states))}", name="case_guests_state"),
        CheckConstraint(f"kind IN {GUEST_KINDS}", name="case_guests_kind"),
        Index(
            "case_guests_once",
            "case_id",
            "user_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'admitted')"),
        ),
        Index("case_guests_of_case", "case_id"),
        Index("case_guests_of_user", "user_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    kind: str
    user_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    # Of somebody without an account; forgotten when the law lets it.
    name_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "proposed"
    proposed_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    proposed_at: datetime = Field(sa_column=moment())
    version: int = 1


class CaseGuestConsent(SQLModel, table=True):
    """A party wants somebody there; given once, for its side."""

    __tablename__ = "case_guest_consents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("how IN ('app', 'paper')", name="case_guest_consents_how"),
        CheckConstraint(
            "(how = 'paper') = (upload_id IS NOT NULL)", name="case_guest_consents_shown"
        ),
    )

    guest_id: UUID = Field(sa_column=Column(ForeignKey("case_guests.id"), primary_key=True))
    party_id: UUID = Field(sa_column=Column(ForeignKey("case_parties.id"), primary_key=True))
    by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    how: str
    upload_id: UUID | None = None
    at: datetime = Field(sa_column=moment())
