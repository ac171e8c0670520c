"""Tables of making good: what was reported of a line, and which lines are called back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from api.kit.columns import ids, moment, of
from api.kit.ids import new_id
from api.packing.rules import WRONGS
from api.remedies.states import RECALL, REPORT

REPORT_STATES = tuple(sorted(REPORT.states))
RECALL_STATES = tuple(sorted(RECALL.states))


class GoodsReport(SQLModel, table=True):
    """What somebody says was missing, spoilt or too light, with photos, once of a line."""

    __tablename__ = "goods_reports"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {REPORT_STATES}", name="goods_reports_state"),
        CheckConstraint(f"wrong IN {WRONGS}", name="goods_reports_wrong"),
        CheckConstraint(
            "(wrong = 'short_weight') = (real_g IS NOT NULL)"
            " AND (wrong = 'short_weight') = (count IS NULL) AND real_g >= 0 AND count >= 1",
            name="goods_reports_claim",
        ),
        CheckConstraint("asked_fen > 0", name="goods_reports_asked"),
        CheckConstraint(
            "refund_fen BETWEEN 0 AND asked_fen AND (state = 'refunded' OR refund_fen = 0)",
            name="goods_reports_refund",
        ),
        CheckConstraint(
            "(state IN ('refunded', 'declined')) = (decided_at IS NOT NULL)",
            name="goods_reports_decided",
        ),
        UniqueConstraint("order_id", "item_id", name="goods_reports_once"),
        Index("goods_reports_of_merchant", "merchant_id", "id"),
        Index("goods_reports_of_community", "community_id", "id"),
        Index("goods_reports_of_reporter", "reported_by_id", "id"),
        Index(
            "goods_reports_due",
            "decide_by",
            postgresql_where=text("state IN ('waiting', 'contested')"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community_id: UUID = Field(sa_column=of("places"))
    place_path: list[UUID] = Field(sa_column=ids())
    merchant_id: UUID = Field(sa_column=of("merchants"))
    order_id: UUID = Field(sa_column=of("packings"))
    item_id: UUID = Field(sa_column=of("cycle_items"))
    state: str
    wrong: str
    # So many pieces; where it weighs less: what all of them weigh.
    count: int | None = Field(default=None, sa_column=Column(SmallInteger))
    real_g: int | None = None
    # What the rule gives back if it is right, and what went back.
    asked_fen: int
    refund_fen: int = 0
    # What was said and shown (jobs).
    statement_id: UUID = Field(sa_column=of("statements"))
    reported_by_id: UUID = Field(sa_column=of("users"))
    reported_at: datetime = Field(sa_column=moment())
    # Where nobody decides until then, it is refunded.
    decide_by: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    version: int = 1


class RecalledLine(SQLModel, table=True):
    """A line of an order that has, or was to have, goods of a lot that is called back."""

    __tablename__ = "recalled_lines"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {RECALL_STATES}", name="recalled_lines_state"),
        CheckConstraint(
            "refund_fen >= 0 AND (state = 'refunded' OR refund_fen = 0)",
            name="recalled_lines_refund",
        ),
        UniqueConstraint("order_id", "item_id", "lot_id", name="recalled_lines_once"),
        Index("recalled_lines_of_lot", "lot_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    lot_id: UUID = Field(sa_column=of("lots"))
    order_id: UUID = Field(sa_column=of("cycle_orders", key="order_id"))
    item_id: UUID = Field(sa_column=of("cycle_items"))
    state: str
    refund_fen: int = 0
    found_at: datetime = Field(sa_column=moment())
    version: int = 1
