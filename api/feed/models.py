"""Tables of the feed: how far each person's and the places' have come, and their changes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment


class Feed(SQLModel, table=True):
    """How many changes a person's feed has had, and how many of the first are forgotten."""

    __tablename__ = "feeds"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("forgotten_n BETWEEN 0 AND n", name="feeds_forgotten"),)

    user_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), primary_key=True))
    n: int = Field(sa_column=Column(BigInteger, nullable=False))
    forgotten_n: int = Field(sa_column=Column(BigInteger, nullable=False))


class Change(SQLModel, table=True):
    """One change of one thing that concerns one person; their ``n`` has no gap."""

    __tablename__ = "changes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("changes_once", "event_seq", "user_id", unique=True),
        Index("changes_age", "at"),
    )

    user_id: UUID = Field(primary_key=True)
    n: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    event_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    subject: str
    subject_id: UUID
    version: int
    state: str | None = None
    at: datetime = Field(sa_column=moment())


class PlaceFeed(SQLModel, table=True):
    """One row: how many changes of all places together there were, and how many are forgotten."""

    __tablename__ = "place_feed"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("is_only", name="place_feed_only"),
        CheckConstraint("forgotten_n BETWEEN 1 AND n", name="place_feed_forgotten"),
    )

    is_only: bool = Field(primary_key=True, sa_column_kwargs={"server_default": text("true")})
    # From 1, which was nothing: a reader at 0 has not begun.
    n: int = Field(sa_column=Column(BigInteger, nullable=False))
    forgotten_n: int = Field(sa_column=Column(BigInteger, nullable=False))


class PlaceChange(SQLModel, table=True):
    """One change of one thing that staff of where it is are shown; ``n`` has no gap."""

    __tablename__ = "place_changes"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("place_changes_once", "event_seq", unique=True),
        Index("place_changes_of", "community_id", "n"),
    )

    n: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    community_id: UUID
    # Where the thing was then, with all places above: of a part of a community, or all of one.
    place_path: list[UUID] = Field(sa_column=ids())
    event_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    subject: str
    subject_id: UUID
    version: int
    state: str | None = None
    at: datetime = Field(sa_column=moment())
