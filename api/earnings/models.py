"""The table of settled days."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id


def _big() -> Column[int]:
    return Column(BigInteger, nullable=False)


class Settlement(SQLModel, table=True):
    """What one day did to a runner's account: a run of its entries, without a gap to the last.

    An entry that was written while midnight passed may stand with its neighbours of the other day;
    none is left out, and none stands in two.
    """

    __tablename__ = "settlements"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("runner_id", "day", name="settlements_once"),
        CheckConstraint("first_seq >= 1 AND last_seq >= first_seq", name="settlements_entries"),
        CheckConstraint(
            "income_fen >= 0 AND repaid_fen >= 0 AND paid_out_fen >= 0 AND platform_fen >= 0"
            " AND opening_fen + income_fen + repaid_fen - paid_out_fen = closing_fen",
            name="settlements_sum",
        ),
        Index("settlements_of_community", "community_id", "day"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    runner_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    # Where the runner ran when it was settled.
    community_id: UUID = Field(sa_column=Column(ForeignKey("places.id"), nullable=False))
    # On clocks in China.
    day: date
    # Which entries of the account, both included.
    first_seq: int
    last_seq: int
    opening_fen: int = Field(sa_column=_big())
    # Earned, after the platform's share; their own money that came back; paid out to WeChat.
    income_fen: int = Field(sa_column=_big())
    repaid_fen: int = Field(sa_column=_big())
    paid_out_fen: int = Field(sa_column=_big())
    closing_fen: int = Field(sa_column=_big())
    # What the platform kept of the fees of these orders.
    platform_fen: int = Field(sa_column=_big())
    orders_count: int
    version: int = 1
    made_at: datetime = Field(sa_column=moment())
