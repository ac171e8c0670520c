"""The tables of dependants and of how they want to be delivered to."""

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
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.care.states import DEPENDANT
from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.people.models import asks_check, asks_column

DEPENDANT_STATES = tuple(sorted(DEPENDANT.states))


class Dependant(SQLModel, table=True):
    """Somebody for whom a carer orders: an address, a contact, and the terms consented to.

    Contact and phone are forgotten when it ends; orders keep their own sealed copy.
    """

    __tablename__ = "dependants"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {DEPENDANT_STATES}", name="dependants_state"),
        CheckConstraint("cap_fen >= 0", name="dependants_cap"),
        CheckConstraint(
            "(state IN ('refused', 'ended')) = (contact_sealed IS NULL)"
            " AND (contact_sealed IS NOT NULL OR phone_index IS NULL)",
            name="dependants_forgotten_at_end",
        ),
        CheckConstraint(
            "state <> 'active' OR (consented_at IS NOT NULL"
            " AND num_nonnulls(person_id, witness_id) = 1)",
            name="dependants_active_by_consent",
        ),
        CheckConstraint(
            "witness_id <> carer_id AND person_id <> carer_id", name="dependants_not_by_carer"
        ),
        Index(
            "dependants_of_carer",
            "carer_id",
            postgresql_where=text("state IN ('proposed', 'active')"),
        ),
        Index("dependants_by_phone", "phone_index"),
        Index("dependants_of_person", "person_id"),
        Index("dependants_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    carer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    state: str = "proposed"
    label: str
    building_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    floor: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False))
    has_lift: bool = True
    contact_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    phone_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    # Per calendar month in China.
    cap_fen: int
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    # Who consented: the person's own account, or the member of staff who heard it from them.
    person_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("users.id"), nullable=True)
    )
    witness_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("users.id"), nullable=True)
    )
    consented_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class DependantWishes(SQLModel, table=True):
    """How a dependant wants to be delivered to, as their carer or staff wrote it down.

    What they choose on an account of their own comes before it. Gone with the link.
    """

    __tablename__ = "dependant_wishes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (asks_check("dependant_wishes"),)

    id: UUID = Field(sa_column=Column(ForeignKey("dependants.id"), primary_key=True))
    may_be_called: bool = True
    leave_at_door: bool = False
    asks: list[str] = Field(default_factory=list[str], sa_column=asks_column())
    set_by_id: UUID
    version: int = 1
    changed_at: datetime = Field(sa_column=moment())
