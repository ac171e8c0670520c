"""Tables of outcomes: the texts, and who consented to which."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.outcomes.rules import HOWS, UNSURE
from api.outcomes.states import OPEN, OUTCOME


class Outcome(SQLModel, table=True):
    """A text about how a case ended that names nobody. ``party_ids``: whose consent it takes."""

    __tablename__ = "outcomes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(OUTCOME.states))}", name="outcomes_state"),
        CheckConstraint("cardinality(party_ids) >= 2", name="outcomes_parties"),
        CheckConstraint(
            "(state = 'published') <= (num_nulls(approved_by_id, published_at) = 0)",
            name="outcomes_published_whole",
        ),
        CheckConstraint(f"despite IN {UNSURE}", name="outcomes_despite"),
        CheckConstraint("approved_by_id <> drafted_by_id", name="outcomes_read_by_another"),
        Index(
            "outcomes_one_open", "case_id", unique=True, postgresql_where=text(f"state IN {OPEN}")
        ),
        Index("outcomes_of_case", "case_id"),
        Index("outcomes_shown", "community_id", "id", postgresql_where=text("state = 'published'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    agreement_id: UUID = Field(sa_column=Column(ForeignKey("agreements.id"), nullable=False))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    category: str
    state: str = "drafted"
    # Sealed while it waits as well as afterwards; forgotten when the law lets it.
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text_hash: str
    party_ids: list[UUID] = Field(sa_column=ids())
    drafted_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    drafted_at: datetime = Field(sa_column=moment())
    # Who read it, and let it be seen.
    approved_by_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("users.id")))
    # Why its check did not pass, where they decided all the same.
    despite: str | None = None
    published_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class OutcomeConsent(SQLModel, table=True):
    """One party's written consent to one text, given once; whoever withdraws it ends the text."""

    __tablename__ = "outcome_consents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"how IN {HOWS}", name="outcome_consents_how"),
        CheckConstraint("(how = 'paper') = (upload_id IS NOT NULL)", name="outcome_consents_shown"),
    )

    outcome_id: UUID = Field(sa_column=Column(ForeignKey("outcomes.id"), primary_key=True))
    party_id: UUID = Field(sa_column=Column(ForeignKey("case_parties.id"), primary_key=True))
    # Themselves, or the mediator who holds their paper.
    by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    how: str
    upload_id: UUID | None = None
    text_hash: str
    at: datetime = Field(sa_column=moment())
