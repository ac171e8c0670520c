"""The table of takeovers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.takeovers.states import TAKEOVER

TAKEOVER_STATES = tuple(sorted(TAKEOVER.states))
PROOFS = ("card", "phone", "visit")


class Takeover(SQLModel, table=True):
    """Somebody's claim to be a person whom staff enrolled, from asking to the joined accounts.

    What they said of themselves is forgotten at its end.
    """

    __tablename__ = "takeovers"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {TAKEOVER_STATES}", name="takeovers_state"),
        CheckConstraint(f"proof IN {PROOFS}", name="takeovers_proof"),
        CheckConstraint(
            "(state IN ('asked', 'agreed')) = (claim_sealed IS NOT NULL)"
            " AND (state IN ('asked', 'agreed')) = (ended_at IS NULL)",
            name="takeovers_forgotten_at_end",
        ),
        CheckConstraint(
            "num_nonnulls(person_id, proof, joins_at) = CASE"
            " WHEN state IN ('asked', 'rejected') THEN 0"
            " WHEN state = 'withdrawn' AND person_id IS NULL THEN 0 ELSE 3 END",
            name="takeovers_person",
        ),
        CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL)"
            " AND (decided_at IS NOT NULL) = (state = 'rejected' OR person_id IS NOT NULL)",
            name="takeovers_decided",
        ),
        CheckConstraint(
            "decided_by_id <> user_id AND person_id <> user_id", name="takeovers_not_by_oneself"
        ),
        CheckConstraint(
            "(state IN ('rejected', 'stopped')) = (reason IS NOT NULL)", name="takeovers_reason"
        ),
        Index(
            "takeovers_one_living",
            "user_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'agreed')"),
        ),
        # A person is one account's, whoever else asks.
        Index(
            "takeovers_person_once",
            "person_id",
            unique=True,
            postgresql_where=text("state IN ('agreed', 'joined')"),
        ),
        Index("takeovers_due", "joins_at", postgresql_where=text("state = 'agreed'")),
        Index("takeovers_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    building_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    claim_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    state: str = "asked"
    # Whom staff found to be the same person, and by what they know.
    person_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("users.id"), nullable=True)
    )
    proof: str | None = None
    reason: str | None = None
    asked_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    decided_by_id: UUID | None = None
    # Until then either side may stop it.
    joins_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
