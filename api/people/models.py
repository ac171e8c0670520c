"""Tables of real names, households, enrolled people and preferences."""

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
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment
from api.kit.ids import new_id
from api.people.states import MEMBERSHIP, REAL_NAME

REAL_NAME_STATES = tuple(sorted(REAL_NAME.states))
MEMBERSHIP_STATES = tuple(sorted(MEMBERSHIP.states))
AGE_BANDS = ("adult", "minor_14_17", "under_14")
ASKS = ("knock_loudly", "speak_slowly", "wait_longer", "write_large")
RELATIONS = ("owner", "family", "tenant", "carer", "other")


def _sealed(*, optional: bool = False) -> Column[bytes]:
    return Column(LargeBinary, nullable=optional)


def asks_check(table: str) -> CheckConstraint:
    """Only what there is to ask of whoever comes to the door."""
    known = ", ".join(f"'{ask}'" for ask in ASKS)
    return CheckConstraint(f"asks <@ ARRAY[{known}]", name=f"{table}_asks")


def asks_column() -> Column[list[str]]:
    """What somebody asks of whoever comes to their door, as codes."""
    return Column(ARRAY(Text), nullable=False, server_default=text("'{}'"))


class RealName(SQLModel, table=True):
    """Who a person is by law. A photo of the card is never kept, and of the age only its band.

    ``number_index`` finds a number by its keyed hash; a rejected row has forgotten name and number.
    """

    __tablename__ = "real_names"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {REAL_NAME_STATES}", name="real_names_state"),
        CheckConstraint(f"age_band IN {AGE_BANDS}", name="real_names_age_band"),
        CheckConstraint(
            "CASE WHEN state = 'rejected'"
            " THEN num_nonnulls(name_sealed, number_sealed, number_index, age_band) = 0"
            " ELSE num_nulls(name_sealed, number_sealed, number_index, age_band) = 0 END",
            name="real_names_whole_or_forgotten",
        ),
        CheckConstraint("(state = 'rejected') = (reason IS NOT NULL)", name="real_names_reason"),
        CheckConstraint(
            # Nobody decides the end of whoever closes their account.
            "(state = 'submitted') = (decided_at IS NULL)"
            " AND (decided_by_id IS NULL OR decided_at IS NOT NULL)"
            " AND (decided_by_id IS NOT NULL OR state <> 'verified')",
            name="real_names_decided",
        ),
        CheckConstraint("decided_by_id <> id", name="real_names_not_by_oneself"),
        Index("real_names_of_community", "community_id", "state"),
    )

    id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    state: str
    name_sealed: bytes | None = Field(default=None, sa_column=_sealed(optional=True))
    number_sealed: bytes | None = Field(default=None, sa_column=_sealed(optional=True))
    number_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    age_band: str | None = None
    reason: str | None = None
    submitted_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    decided_by_id: UUID | None = None
    version: int = 1


class Household(SQLModel, table=True):
    """A household: one door of one building. It is there from its first approved member on."""

    __tablename__ = "households"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("building_id", "door_index", name="households_door"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    building_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    door_index: bytes = Field(sa_column=_sealed())
    door_sealed: bytes = Field(sa_column=_sealed())
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Membership(SQLModel, table=True):
    """One person's belonging to a household: asked for, decided by staff of the place, ended."""

    __tablename__ = "memberships"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {MEMBERSHIP_STATES}", name="memberships_state"),
        CheckConstraint(f"relation IN {RELATIONS}", name="memberships_relation"),
        CheckConstraint(
            "(state IN ('joined', 'left')) = (household_id IS NOT NULL)",
            name="memberships_household_where_joined",
        ),
        CheckConstraint(
            "(state IN ('joined', 'left', 'rejected')) = (decided_by_id IS NOT NULL)"
            " AND (decided_by_id IS NULL) = (decided_at IS NULL)",
            name="memberships_decided",
        ),
        CheckConstraint("decided_by_id <> user_id", name="memberships_not_by_oneself"),
        CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name="memberships_left_at"),
        # One person, one household at a time; a move waits beside the household that it leaves.
        Index(
            "memberships_one_joined",
            "user_id",
            unique=True,
            postgresql_where=text("state = 'joined'"),
        ),
        Index(
            "memberships_one_requested",
            "user_id",
            unique=True,
            postgresql_where=text("state = 'requested'"),
        ),
        Index("memberships_of_household", "household_id"),
        Index("memberships_of_place", "place_path", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    building_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    door_index: bytes = Field(sa_column=_sealed())
    door_sealed: bytes = Field(sa_column=_sealed())
    relation: str
    state: str = "requested"
    household_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("households.id"), nullable=True)
    )
    reason: str | None = None
    requested_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    decided_by_id: UUID | None = None
    left_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class Enrolled(SQLModel, table=True):
    """A person without a phone of their own, made by staff, who order for them."""

    __tablename__ = "enrolled"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("enrolled_of_place", "place_path", postgresql_using="gin"),)

    id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    address_id: UUID = Field(sa_column=Column(ForeignKey("addresses.id"), nullable=False))
    building_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    place_path: list[UUID] = Field(sa_column=ids())
    enrolled_by_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())


class Preferences(SQLModel, table=True):
    """How a person likes to be served; without a row everything stands at its default."""

    __tablename__ = "preferences"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("language IN ('zh', 'en')", name="preferences_language"),
        CheckConstraint(
            "(quiet_from_min IS NULL) = (quiet_to_min IS NULL)"
            " AND quiet_from_min BETWEEN 0 AND 1439 AND quiet_to_min BETWEEN 0 AND 1439"
            " AND quiet_from_min <> quiet_to_min",
            name="preferences_quiet_hours",
        ),
        asks_check("preferences"),
    )

    id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    # Minutes after midnight in China; from later than to: over midnight.
    quiet_from_min: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    quiet_to_min: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    language: str = "zh"
    may_be_called: bool = True
    leave_at_door: bool = False
    # What to do, not what somebody has: none of it tells of an illness.
    asks: list[str] = Field(default_factory=list[str], sa_column=asks_column())
    version: int = 1
    changed_at: datetime = Field(sa_column=moment())
