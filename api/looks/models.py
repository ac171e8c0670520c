"""The tables of looks at contact data and into cases, which only grow for three years."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.looks.rules import CASE_ROLES, REASONS, ROLES, STAGES


class ContactLook(SQLModel, table=True):
    """Somebody saw somebody's door, name or phone: masked in the course of a job, or whole."""

    __tablename__ = "contact_looks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"viewer_role IN {ROLES}", name="contact_looks_role"),
        CheckConstraint(f"reason IN {REASONS}", name="contact_looks_reason"),
        CheckConstraint("viewer_id <> person_id", name="contact_looks_of_another"),
        # Only the runner of a job in hand sees a contact without saying why.
        CheckConstraint(
            f"reason <> 'carrying' OR (viewer_role = 'runner' AND stage IN {STAGES}"
            " AND job_id IS NOT NULL AND NOT is_whole)",
            name="contact_looks_carrying",
        ),
        CheckConstraint(
            "viewer_role = 'runner' OR order_id IS NOT NULL", name="contact_looks_for_an_order"
        ),
        # Reading again in the same stage is the same look: the log cannot grow by polling.
        Index(
            "contact_looks_once",
            "job_id",
            "viewer_id",
            "stage",
            "person_id",
            unique=True,
            postgresql_where=text("reason = 'carrying'"),
        ),
        Index("contact_looks_of_person", "person_id", "id"),
        Index("contact_looks_by_viewer", "viewer_id", "at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(sa_column=moment())
    viewer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    viewer_role: str
    person_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    order_id: UUID | None = None
    job_id: UUID | None = None
    # The state of the job (or, before there is one, of the order) at that moment.
    stage: str
    reason: str
    # Whether the phone was shown whole.
    is_whole: bool = False


class CaseLook(SQLModel, table=True):
    """Somebody looked into a case that is mediated."""

    __tablename__ = "case_looks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"viewer_role IN {CASE_ROLES}", name="case_looks_role"),
        # Reading the same again on the same day is the same look.
        Index("case_looks_once", "case_id", "viewer_id", "what", "stage", "day", unique=True),
        Index("case_looks_by_viewer", "viewer_id", "at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(sa_column=moment())
    # In China.
    day: date
    viewer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    viewer_role: str
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    # Which part of it: the case, its records, its choices, its parties' contacts.
    what: str
    # Its state at that moment.
    stage: str
