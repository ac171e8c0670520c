"""Tables of places and of people's addresses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.places.states import EMERGENCY, EMERGENCY_KINDS

KINDS = ("office", "community", "grid", "compound", "building")
# What may stand directly below what; a level may be left out, but never the community.
PARENTS = {
    "office": (),
    "community": ("office",),
    "grid": ("community",),
    "compound": ("community", "grid"),
    "building": ("community", "grid", "compound"),
}


class Place(SQLModel, table=True):
    """A node of the tree. ``path`` runs from the office down to the place itself."""

    __tablename__ = "places"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="places_kind"),
        CheckConstraint("(kind = 'office') = (parent_id IS NULL)", name="places_root_is_office"),
        CheckConstraint(
            "(kind = 'office') = (sheet_number IS NOT NULL)", name="places_office_has_sheet"
        ),
        CheckConstraint(
            "(kind = 'community') = (settings IS NOT NULL)", name="places_community_has_settings"
        ),
        CheckConstraint(
            "cardinality(path) > 0 AND path[cardinality(path)] = id", name="places_path_ends_here"
        ),
        Index("places_path", "path", postgresql_using="gin"),
        Index("places_parent", "parent_id"),
        Index("places_name", "parent_id", "name", unique=True, postgresql_nulls_not_distinct=True),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    parent_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("places.id")))
    path: list[UUID] = Field(sa_column=ids())
    community_id: UUID | None = None
    name: str
    lat: float
    lng: float
    # Of a building: whoever brings something up is paid for stairs where there is none.
    has_lift: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    # The flat plane of an office, see kit/geo.py.
    sheet_number: int | None = Field(default=None, sa_column=Column(Integer, unique=True))
    settings: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True))
    )
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Address(SQLModel, table=True):
    """Where a person lets things be brought; door, name and phone are sealed."""

    __tablename__ = "addresses"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("addresses_of_user", "user_id", postgresql_where=text("deleted_at IS NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    building_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    label: str
    floor: int = 1
    has_lift: bool = True
    detail_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment())
    deleted_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class Emergency(SQLModel, table=True):
    """Heat, storm, a closed compound: a time with longer limits and without minus points."""

    __tablename__ = "emergencies"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(sorted(EMERGENCY.states))}", name="emergencies_state"),
        CheckConstraint(f"kind IN {EMERGENCY_KINDS}", name="emergencies_kind"),
        CheckConstraint("due_percent BETWEEN 100 AND 400", name="emergencies_due"),
        CheckConstraint("ends_at > began_at", name="emergencies_last"),
        CheckConstraint("(state = 'over') = (ended_at IS NOT NULL)", name="emergencies_ended_at"),
        Index(
            "emergencies_one_at_a_time",
            "community_id",
            unique=True,
            postgresql_where=text("state = 'on'"),
        ),
        Index("emergencies_of_community", "community_id", "began_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    state: str = "on"
    kind: str
    # What people are told.
    note: str
    # The time promised for an errand, in per cent of the usual one.
    due_percent: int = Field(sa_column=Column(SmallInteger, nullable=False))
    began_at: datetime = Field(sa_column=moment())
    # Announced; it ends by itself then.
    ends_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1
