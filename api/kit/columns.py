"""Columns that many tables have, each made anew for the table that it stands in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import ARRAY


def moment(*, optional: bool = False) -> Column[datetime]:
    """A moment, in whatever zone it was said."""
    return Column(DateTime(timezone=True), nullable=optional)


def ids() -> Column[list[UUID]]:
    """Several ids in their order, e.g. a place and those above it."""
    return Column(ARRAY(Uuid()), nullable=False)


def of(table: str, *, key: str = "id", optional: bool = False) -> Column[UUID]:
    """The key of a row of another table."""
    return Column(ForeignKey(f"{table}.{key}"), nullable=optional)
