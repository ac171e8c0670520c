"""Packing: claims, what is in each bag, what really came."""

from alembic import op

revision = "0250"
down_revision = "0241"

_TABLES = """
CREATE TABLE packings (
    id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    state VARCHAR NOT NULL,
    packer_id UUID,
    claimed_at TIMESTAMP WITH TIME ZONE,
    packed_at TIMESTAMP WITH TIME ZONE,
    refund_fen INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT packings_state CHECK (state IN ('claimed', 'packed', 'waiting')),
    CONSTRAINT packings_packer CHECK (
        (state = 'waiting') = (packer_id IS NULL) AND (packer_id IS NULL) = (claimed_at IS NULL)),
    CONSTRAINT packings_packed_at CHECK ((state = 'packed') = (packed_at IS NOT NULL)),
    CONSTRAINT packings_refund CHECK (refund_fen >= 0 AND (state = 'packed' OR refund_fen = 0)),
    FOREIGN KEY(id) REFERENCES cycle_orders (order_id),
    FOREIGN KEY(cycle_id) REFERENCES cycles (id),
    FOREIGN KEY(packer_id) REFERENCES users (id)
);
CREATE INDEX packings_of_cycle ON packings (cycle_id);
CREATE TABLE packed_lines (
    order_id UUID NOT NULL,
    item_id UUID NOT NULL,
    packed_count SMALLINT NOT NULL,
    packed_g INTEGER,
    instead_item_id UUID,
    instead_count SMALLINT NOT NULL,
    due_fen INTEGER NOT NULL,
    refund_fen INTEGER NOT NULL,
    PRIMARY KEY (order_id, item_id),
    CONSTRAINT packed_lines_counts CHECK (packed_count >= 0 AND instead_count >= 0),
    CONSTRAINT packed_lines_instead CHECK (
        (instead_count > 0) = (instead_item_id IS NOT NULL) AND instead_item_id <> item_id),
    CONSTRAINT packed_lines_weight CHECK (packed_g BETWEEN 0 AND 1000000),
    CONSTRAINT packed_lines_money CHECK (due_fen >= 0 AND refund_fen >= 0),
    FOREIGN KEY(order_id) REFERENCES packings (id),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id),
    FOREIGN KEY(instead_item_id) REFERENCES cycle_items (id)
);
CREATE INDEX packed_lines_of_item ON packed_lines (item_id);
CREATE INDEX packed_lines_instead_of ON packed_lines (instead_item_id);
CREATE TABLE cycle_arrivals (
    item_id UUID NOT NULL,
    there_count INTEGER NOT NULL,
    noted_by_id UUID NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (item_id),
    CONSTRAINT cycle_arrivals_there CHECK (there_count >= 0),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id),
    FOREIGN KEY(noted_by_id) REFERENCES users (id)
);
"""


def upgrade() -> None:
    """Apply."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
