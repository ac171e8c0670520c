"""The table of tickets, with which clients that cannot send headers open their line."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary
from sqlmodel import Field, SQLModel

from api.kit.columns import moment


class Ticket(SQLModel, table=True):
    """A ticket of a session, good once and shortly. Only its hash is stored; used, it is gone."""

    __tablename__ = "ws_tickets"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("octet_length(ticket_hash) = 32", name="ws_tickets_hash_length"),
        Index("ws_tickets_age", "expires_at"),
    )

    ticket_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    session_id: UUID = Field(
        sa_column=Column(ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False)
    )
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    expires_at: datetime = Field(sa_column=moment())
