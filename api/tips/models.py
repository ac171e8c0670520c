"""The table of tips."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.kit.ids import new_id
from api.tips.rules import TIP_FEN_MAX, TIP_FEN_MIN
from api.tips.states import TIP

STATES = tuple(sorted(TIP.states))


class Tip(SQLModel, table=True):
    """What a customer wants to give, and whether it was paid; each order is tipped once."""

    __tablename__ = "tips"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="tips_state"),
        CheckConstraint(f"amount_fen BETWEEN {TIP_FEN_MIN} AND {TIP_FEN_MAX}", name="tips_amount"),
        CheckConstraint("payer_id <> runner_id", name="tips_not_own"),
        Index("tips_once", "order_id", unique=True, postgresql_where=text("state <> 'lapsed'")),
        Index("tips_to_lapse", "until", postgresql_where=text("state = 'offered'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(sa_column=Column(ForeignKey("orders.id"), nullable=False))
    payer_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    runner_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    amount_fen: int
    state: str = "offered"
    # Until when it can be paid.
    until: datetime = Field(sa_column=moment())
    created_at: datetime = Field(sa_column=moment())
    version: int = 1
