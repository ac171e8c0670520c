"""The table of blocks and preferences between residents and runners."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id

# How many of each a person may hold: enough for a quarrel, too few for a list of favourites.
BLOCKS_MAX = 20
PREFERS_MAX = 5


class Block(SQLModel, table=True):
    """One person's stance to another. A `block` between two people holds in both directions.

    ``slot`` counts the rows of an owner and stance: the limit is a CHECK, so no race passes it.
    """

    __tablename__ = "blocks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("stance IN ('block', 'prefer')", name="blocks_stance"),
        CheckConstraint("target_is IN ('runner', 'resident')", name="blocks_target_is"),
        CheckConstraint("stance = 'block' OR target_is = 'runner'", name="blocks_prefer_runners"),
        CheckConstraint("owner_id <> target_id", name="blocks_not_oneself"),
        CheckConstraint(
            f"slot BETWEEN 1 AND CASE stance WHEN 'block' THEN {BLOCKS_MAX} ELSE {PREFERS_MAX} END",
            name="blocks_limited",
        ),
        UniqueConstraint("owner_id", "stance", "slot", name="blocks_slots"),
        UniqueConstraint("owner_id", "target_id", name="blocks_once"),
        Index("blocks_of_target", "target_id", postgresql_where=sql_text("stance = 'block'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    owner_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    target_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    target_is: str
    stance: str
    slot: int = Field(sa_column=Column(SmallInteger, nullable=False))
    version: int = 1
    created_at: datetime = Field(sa_column=moment())
