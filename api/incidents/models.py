"""The table of incidents."""

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

from api.incidents.rules import CODES
from api.incidents.states import INCIDENT
from api.kit.columns import ids, moment
from api.kit.ids import new_id

STATES = tuple(sorted(INCIDENT.states))


class Incident(SQLModel, table=True):
    """Trouble with one stop of a job; what was said is sealed."""

    __tablename__ = "incidents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="incidents_state"),
        CheckConstraint(f"code IN {CODES}", name="incidents_code"),
        CheckConstraint("side IN ('resident', 'runner')", name="incidents_side"),
        CheckConstraint(
            "(state = 'resolved') = (resolved_at IS NOT NULL)"
            " AND (state = 'resolved') = (resolution IS NOT NULL)",
            name="incidents_resolved_whole",
        ),
        Index("incidents_of_place", "place_path", postgresql_using="gin"),
        Index("incidents_of_reporter", "reporter_id", "id"),
        Index("incidents_unresolved", "job_id", postgresql_where=text("state <> 'resolved'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    job_id: UUID = Field(sa_column=Column(ForeignKey("jobs.id"), nullable=False))
    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), nullable=False))
    reporter_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    side: str
    code: str
    state: str = "open"
    text_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    resolution: str | None = None
    resolved_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    created_at: datetime = Field(sa_column=moment())
    version: int = 1
