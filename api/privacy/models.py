"""The table of erasures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.privacy.states import ERASURE

STATES = tuple(sorted(ERASURE.states))


class Erasure(SQLModel, table=True):
    """A person's wish to be forgotten, and how far it has come."""

    __tablename__ = "erasures"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="erasures_state"),
        CheckConstraint("(state = 'erased') = (erased_at IS NOT NULL)", name="erasures_erased_at"),
        Index("erasures_due", "next_at", postgresql_where=text("state = 'restricted'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), unique=True, nullable=False))
    state: str = "restricted"
    requested_at: datetime = Field(sa_column=moment())
    # When to look again for what may go now.
    next_at: datetime = Field(sa_column=moment())
    erased_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
