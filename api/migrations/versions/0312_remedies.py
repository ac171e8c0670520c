"""Of which lots bags are packed; lines that are called back; what was reported of goods."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0312"
down_revision = "0311"

_TABLES = """
CREATE TABLE item_lots (
    item_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    noted_by_id UUID NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (item_id, lot_id),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id),
    FOREIGN KEY(lot_id) REFERENCES lots (id),
    FOREIGN KEY(noted_by_id) REFERENCES users (id)
);
CREATE INDEX cycle_items_of_product ON cycle_items (product_id);
CREATE INDEX lots_recalled ON lots (recalled_at) WHERE state = 'recalled';
CREATE TABLE goods_reports (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    place_path UUID[] NOT NULL,
    merchant_id UUID NOT NULL,
    order_id UUID NOT NULL,
    item_id UUID NOT NULL,
    state VARCHAR NOT NULL,
    wrong VARCHAR NOT NULL,
    count SMALLINT,
    real_g INTEGER,
    asked_fen INTEGER NOT NULL,
    refund_fen INTEGER NOT NULL,
    statement_id UUID NOT NULL,
    reported_by_id UUID NOT NULL,
    reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decide_by TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT goods_reports_state CHECK (
        state IN ('contested', 'declined', 'refunded', 'waiting')),
    CONSTRAINT goods_reports_wrong CHECK (wrong IN ('missing', 'spoilt', 'short_weight')),
    CONSTRAINT goods_reports_claim CHECK (
        (wrong = 'short_weight') = (real_g IS NOT NULL)
        AND (wrong = 'short_weight') = (count IS NULL) AND real_g >= 0 AND count >= 1),
    CONSTRAINT goods_reports_asked CHECK (asked_fen > 0),
    CONSTRAINT goods_reports_refund CHECK (
        refund_fen BETWEEN 0 AND asked_fen AND (state = 'refunded' OR refund_fen = 0)),
    CONSTRAINT goods_reports_decided CHECK (
        (state IN ('refunded', 'declined')) = (decided_at IS NOT NULL)),
    CONSTRAINT goods_reports_once UNIQUE (order_id, item_id),
    FOREIGN KEY(community_id) REFERENCES places (id),
    FOREIGN KEY(merchant_id) REFERENCES merchants (id),
    FOREIGN KEY(order_id) REFERENCES packings (id),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id),
    FOREIGN KEY(statement_id) REFERENCES statements (id),
    FOREIGN KEY(reported_by_id) REFERENCES users (id)
);
CREATE INDEX goods_reports_of_merchant ON goods_reports (merchant_id, id);
CREATE INDEX goods_reports_of_community ON goods_reports (community_id, id);
CREATE INDEX goods_reports_of_reporter ON goods_reports (reported_by_id, id);
CREATE INDEX goods_reports_due ON goods_reports (decide_by)
    WHERE state IN ('waiting', 'contested');
CREATE TABLE recalled_lines (
    id UUID NOT NULL,
    lot_id UUID NOT NULL,
    order_id UUID NOT NULL,
    item_id UUID NOT NULL,
    state VARCHAR NOT NULL,
    refund_fen INTEGER NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT recalled_lines_state CHECK (state IN ('refunded', 'withheld')),
    CONSTRAINT recalled_lines_refund CHECK (
        refund_fen >= 0 AND (state = 'refunded' OR refund_fen = 0)),
    CONSTRAINT recalled_lines_once UNIQUE (order_id, item_id, lot_id),
    FOREIGN KEY(lot_id) REFERENCES lots (id),
    FOREIGN KEY(order_id) REFERENCES cycle_orders (order_id),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id)
);
CREATE INDEX recalled_lines_of_lot ON recalled_lines (lot_id, id);
"""


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "packed_lines",
        sa.Column("lot_ids", ARRAY(sa.Uuid()), nullable=False, server_default=sa.text("'{}'")),
    )
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
