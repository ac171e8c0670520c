"""Tables of packing: who packs what, what went into each bag, what really came."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from api.kit.columns import moment, of
from api.packing.rules import HANDED_HOW
from api.packing.states import COLLECTION, PACKING

STATES = tuple(sorted(PACKING.states))
COLLECTION_STATES = tuple(sorted(COLLECTION.states))


class Packing(SQLModel, table=True):
    """The bag of one order of a cycle, once somebody has claimed it."""

    __tablename__ = "packings"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="packings_state"),
        CheckConstraint(
            "(state = 'waiting') = (packer_id IS NULL)"
            " AND (packer_id IS NULL) = (claimed_at IS NULL)",
            name="packings_packer",
        ),
        CheckConstraint("(state = 'packed') = (packed_at IS NOT NULL)", name="packings_packed_at"),
        CheckConstraint(
            "refund_fen >= 0 AND (state = 'packed' OR refund_fen = 0)", name="packings_refund"
        ),
        CheckConstraint("kept_back_at IS NULL OR state = 'packed'", name="packings_kept_back"),
        Index("packings_of_cycle", "cycle_id"),
    )

    # The order's own.
    id: UUID = Field(sa_column=Column(ForeignKey("cycle_orders.order_id"), primary_key=True))
    cycle_id: UUID = Field(sa_column=of("cycles"))
    state: str
    packer_id: UUID | None = Field(default=None, sa_column=of("users", optional=True))
    claimed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    packed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # What went back, because it is not in the bag or weighs less than was paid for.
    refund_fen: int = 0
    # Since when it is not to be handed over, as goods of a lot that is called back are in it.
    kept_back_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class PackedLine(SQLModel, table=True):
    """What of one line is in the bag, and what it costs in the end."""

    __tablename__ = "packed_lines"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("packed_count >= 0 AND instead_count >= 0", name="packed_lines_counts"),
        CheckConstraint(
            "(instead_count > 0) = (instead_item_id IS NOT NULL) AND instead_item_id <> item_id",
            name="packed_lines_instead",
        ),
        CheckConstraint("packed_g BETWEEN 0 AND 1000000", name="packed_lines_weight"),
        CheckConstraint("due_fen >= 0 AND refund_fen >= 0", name="packed_lines_money"),
        Index("packed_lines_of_item", "item_id"),
        Index("packed_lines_instead_of", "instead_item_id"),
    )

    order_id: UUID = Field(sa_column=Column(ForeignKey("packings.id"), primary_key=True))
    item_id: UUID = Field(sa_column=Column(ForeignKey("cycle_items.id"), primary_key=True))
    packed_count: int = Field(sa_column=Column(SmallInteger, nullable=False))
    # Of all its pieces together, where it is weighed.
    packed_g: int | None = None
    instead_item_id: UUID | None = Field(default=None, sa_column=of("cycle_items", optional=True))
    instead_count: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    due_fen: int
    refund_fen: int
    # Of which lots it may be, as was noted when it was packed; none: nobody noted any.
    lot_ids: list[UUID] = Field(
        default_factory=list[UUID],
        sa_column=Column(ARRAY(Uuid()), nullable=False, server_default=text("'{}'")),
    )


class Arrival(SQLModel, table=True):
    """How many pieces of an item really came; an item without one came as it was ordered."""

    __tablename__ = "cycle_arrivals"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("there_count >= 0", name="cycle_arrivals_there"),)

    item_id: UUID = Field(sa_column=Column(ForeignKey("cycle_items.id"), primary_key=True))
    there_count: int
    noted_by_id: UUID = Field(sa_column=of("users"))
    noted_at: datetime = Field(sa_column=moment())


class ItemLot(SQLModel, table=True):
    """A lot of which an item is packed at the moment; there may be several."""

    __tablename__ = "item_lots"  # pyright: ignore[reportAssignmentType]

    item_id: UUID = Field(sa_column=Column(ForeignKey("cycle_items.id"), primary_key=True))
    lot_id: UUID = Field(sa_column=Column(ForeignKey("lots.id"), primary_key=True))
    noted_by_id: UUID = Field(sa_column=of("users"))
    noted_at: datetime = Field(sa_column=moment())


class Collection(SQLModel, table=True):
    """A packed bag that waits at the cycle's collection point for whoever has its code."""

    __tablename__ = "collections"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {COLLECTION_STATES}", name="collections_state"),
        CheckConstraint("ends_at > begins_at", name="collections_ends"),
        CheckConstraint("code ~ '^[0-9]{6}$'", name="collections_code"),
        CheckConstraint("wrong_codes >= 0", name="collections_wrong_codes"),
        CheckConstraint(f"how IN {HANDED_HOW}", name="collections_how"),
        CheckConstraint(
            "(state = 'collected') = (collected_at IS NOT NULL)"
            " AND (collected_at IS NULL) = (handed_by_id IS NULL)"
            " AND (collected_at IS NULL) = (how IS NULL)",
            name="collections_collected",
        ),
        Index("collections_of_cycle", "cycle_id", "id"),
        Index("collections_to_lapse", "ends_at", postgresql_where=text("state = 'ready'")),
    )

    # The order's own.
    id: UUID = Field(sa_column=Column(ForeignKey("packings.id"), primary_key=True))
    cycle_id: UUID = Field(sa_column=of("cycles"))
    state: str = "ready"
    # The slot that was chosen, or the whole day of delivery.
    begins_at: datetime = Field(sa_column=moment())
    ends_at: datetime = Field(sa_column=moment())
    # Whoever says it gets the bag.
    code: str
    wrong_codes: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    locked_until: datetime | None = Field(default=None, sa_column=moment(optional=True))
    collected_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    handed_by_id: UUID | None = Field(default=None, sa_column=of("users", optional=True))
    how: str | None = None
    version: int = 1
