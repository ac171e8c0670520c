"""The table of consents, which is the evidence of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    text,
)
from sqlmodel import Field, SQLModel

from api.consents.states import CONSENT
from api.kit.columns import moment
from api.kit.ids import new_id

STATES = tuple(sorted(CONSENT.states))


class DataConsent(SQLModel, table=True):
    """One answer of one person to one text; kept at least three years after it ended."""

    __tablename__ = "data_consents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="data_consents_state"),
        CheckConstraint("(state = 'granted') = (ended_at IS NULL)", name="data_consents_ended_at"),
        CheckConstraint("octet_length(text_hash) = 32", name="data_consents_hash_length"),
        CheckConstraint("how IN ('app', 'demo')", name="data_consents_how"),
        Index(
            "data_consents_one_live",
            "user_id",
            "purpose",
            unique=True,
            postgresql_where=text("state = 'granted'"),
        ),
        Index("data_consents_of_user", "user_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    purpose: str
    # Which text was shown, by its date and by its hash.
    text_version: str
    text_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "granted"
    # Where the person agreed: in the app, under this session; or made with the demonstration.
    how: str
    session_id: UUID | None = None
    version: int = 1
    granted_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
