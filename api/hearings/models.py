"""Tables of open talks: when and where, which parties want them open, who listens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, SmallInteger, text
from sqlmodel import Field, SQLModel

from api.hearings.rules import HOWS, ROOMS, SEATS_MAX
from api.hearings.states import HEARING, LISTENER, OPEN
from api.kit.columns import moment
from api.kit.ids import new_id


class Hearing(SQLModel, table=True):
    """Talks of a case that its community may listen to."""

    __tablename__ = "hearings"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(HEARING.states))}", name="hearings_state"),
        CheckConstraint(f"room IN {ROOMS}", name="hearings_room"),
        CheckConstraint(f"seats_max BETWEEN 1 AND {SEATS_MAX}", name="hearings_seats"),
        CheckConstraint(
            "num_nonnulls(held_at, record_n) = CASE state WHEN 'held' THEN 2 ELSE 0 END",
            name="hearings_held_whole",
        ),
        CheckConstraint("held_at >= starts_at", name="hearings_begun"),
        Index(
            "hearings_one_open", "case_id", unique=True, postgresql_where=text(f"state IN {OPEN}")
        ),
        Index("hearings_of_case", "case_id"),
        Index(
            "hearings_announced", "community_id", "id",
            postgresql_where=text("state = 'announced'"),
        ),
        Index("hearings_waiting", "starts_at", postgresql_where=text(f"state IN {OPEN}")),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(sa_column=Column(ForeignKey("cases.id"), nullable=False))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    category: str
    room: str
    starts_at: datetime = Field(sa_column=moment())
    seats_max: int = Field(sa_column=Column(SmallInteger, nullable=False))
    state: str = "proposed"
    proposed_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    proposed_at: datetime = Field(sa_column=moment())
    held_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # The session that is its minutes.
    record_n: int | None = Field(default=None, sa_column=Column(SmallInteger))
    version: int = 1


class HearingConsent(SQLModel, table=True):
    """One party's word that these talks are open, given once; whoever withdraws it closes them."""

    __tablename__ = "hearing_consents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"how IN {HOWS}", name="hearing_consents_how"),
        CheckConstraint("(how = 'paper') = (upload_id IS NOT NULL)", name="hearing_consents_shown"),
    )

    hearing_id: UUID = Field(sa_column=Column(ForeignKey("hearings.id"), primary_key=True))
    party_id: UUID = Field(sa_column=Column(ForeignKey("case_parties.id"), primary_key=True))
    # Themselves, or the mediator who holds their paper.
    by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    how: str
    upload_id: UUID | None = None
    at: datetime = Field(sa_column=moment())


class Listener(SQLModel, table=True):
    """Somebody of the community who comes to listen, and read what they owe."""

    __tablename__ = "listeners"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(LISTENER.states))}", name="listeners_state"),
        Index("listeners_once", "hearing_id", "user_id", unique=True),
        Index("listeners_of_user", "user_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(sa_column=Column(ForeignKey("hearings.id"), nullable=False))
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    state: str = "signed_up"
    # When they last read their duty of silence.
    duty_read_at: datetime = Field(sa_column=moment())
    version: int = 1
