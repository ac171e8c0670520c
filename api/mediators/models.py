"""Tables of mediators: committees, organisations, appointments, complaints."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.mediators.rules import COMPLAINT_CODES, LOAD_DEFAULT, LOAD_MAX, ORGANISATION_KINDS
from api.mediators.states import COMPLAINT, MEDIATOR


class Committee(SQLModel, table=True):
    """A mediation committee (人民调解委员会) of a place."""

    __tablename__ = "committees"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("committees_once", "place_id", "name", unique=True),
        Index("committees_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    place_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    name: str
    made_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Organisation(SQLModel, table=True):
    """A property company, merchant or other employer: a party, or what ties people to one."""

    __tablename__ = "organisations"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"kind IN {ORGANISATION_KINDS}", name="organisations_kind"),
        Index("organisations_once", "place_id", "name", unique=True),
        Index("organisations_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    place_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    kind: str
    name: str
    made_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Mediator(SQLModel, table=True):
    """A volunteer's appointment, with what decides whether they are asked. The id is the user's.

    ``hours_from`` and ``hours_to`` pair up as spans of minutes of the week, from Monday 0:00 in
    China; none: at any time.
    """

    __tablename__ = "mediators"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(MEDIATOR.states))}", name="mediators_state"),
        CheckConstraint(f"load_max BETWEEN 1 AND {LOAD_MAX}", name="mediators_load"),
        CheckConstraint(
            "state NOT IN ('appointed', 'suspended')"
            " OR num_nulls(committee_id, appointed_on, appointed_until, decided_by_id) = 0"
            " AND appointed_on <= appointed_until",
            name="mediators_appointed_whole",
        ),
        CheckConstraint("decided_by_id <> id", name="mediators_not_by_oneself"),
        CheckConstraint(
            "cardinality(hours_from) = cardinality(hours_to)", name="mediators_hours_pair"
        ),
        Index("mediators_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    place_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    state: str = "applied"
    committee_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("committees.id")))
    categories: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    languages: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    hours_from: list[int] = Field(sa_column=Column(ARRAY(SmallInteger()), nullable=False))
    hours_to: list[int] = Field(sa_column=Column(ARRAY(SmallInteger()), nullable=False))
    # Cases at a time.
    load_max: int = Field(default=LOAD_DEFAULT, sa_column=Column(SmallInteger, nullable=False))
    # Their own switch: a journey, an illness.
    is_available: bool = True
    employer_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("organisations.id")))
    # First and last day, in China.
    appointed_on: date | None = None
    appointed_until: date | None = None
    # Why rejected or suspended.
    code: str | None = None
    applied_at: datetime = Field(sa_column=moment())
    decided_by_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class MediatorComplaint(SQLModel, table=True):
    """A party says that a mediator did wrong in a case (人民调解法 15)."""

    __tablename__ = "mediator_complaints"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(
            f"state IN {tuple(sorted(COMPLAINT.states))}", name="mediator_complaints_state"
        ),
        CheckConstraint(f"code IN {COMPLAINT_CODES}", name="mediator_complaints_code"),
        CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="mediator_complaints_decided",
        ),
        CheckConstraint(
            "decided_by_id NOT IN (mediator_id, by_id)", name="mediator_complaints_by_another"
        ),
        Index(
            "mediator_complaints_one_open",
            "case_id",
            "mediator_id",
            "by_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("mediator_complaints_of_mediator", "mediator_id", "id"),
        Index("mediator_complaints_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    mediator_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    code: str
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "open"
    created_at: datetime = Field(sa_column=moment())
    decided_by_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
