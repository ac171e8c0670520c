"""Vegetable cycles: items, slots, stock, and the orders of kind vegetables that join them."""

from alembic import op

revision = "0240"
down_revision = "0230"

_ORDERS = (
    "ALTER TABLE orders ALTER COLUMN quote_id DROP NOT NULL",
    "ALTER TABLE orders ADD COLUMN cancel_until timestamptz",
    """
ALTER TABLE orders ADD CONSTRAINT orders_priced_by CHECK (
    (kind = 'vegetables') = (quote_id IS NULL)
    AND (kind = 'vegetables') = (cancel_until IS NOT NULL))
""",
)
_TABLES = """
CREATE TABLE cycles (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    place_path UUID[] NOT NULL,
    merchant_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    scope UUID[] NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delivers_on DATE NOT NULL,
    has_delivery BOOLEAN NOT NULL,
    has_collection BOOLEAN NOT NULL,
    collection_place_id UUID,
    fee_fen INTEGER NOT NULL,
    orders_min INTEGER NOT NULL,
    copied_from_id UUID,
    created_by_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancelled_why VARCHAR,
    is_unwound BOOLEAN DEFAULT 'false' NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT cycles_state CHECK (
        state IN ('cancelled', 'closed', 'completed', 'delivering', 'draft', 'open', 'packing')),
    CONSTRAINT cycles_fee CHECK (fee_fen >= 0),
    CONSTRAINT cycles_orders_min CHECK (orders_min >= 1),
    CONSTRAINT cycles_scope CHECK (cardinality(scope) BETWEEN 1 AND 100),
    CONSTRAINT cycles_some_way CHECK (has_delivery OR has_collection),
    CONSTRAINT cycles_collection_place CHECK (has_collection = (collection_place_id IS NOT NULL)),
    CONSTRAINT cycles_closes_after CHECK (closes_at > opened_at),
    CONSTRAINT cycles_stages_whole CHECK (
        (opened_at IS NOT NULL OR state IN ('draft', 'cancelled'))
        AND (state = 'cancelled') = (cancelled_at IS NOT NULL)
        AND (state = 'cancelled') = (cancelled_why IS NOT NULL)
        AND (closed_at IS NOT NULL)
            = (state IN ('closed', 'packing', 'delivering', 'completed'))),
    CONSTRAINT cycles_cancelled_why CHECK (cancelled_why IN ('merchant', 'staff', 'too_small')),
    CONSTRAINT cycles_unwound CHECK (NOT is_unwound OR state = 'cancelled'),
    FOREIGN KEY(community_id) REFERENCES places (id),
    FOREIGN KEY(merchant_id) REFERENCES merchants (id),
    FOREIGN KEY(collection_place_id) REFERENCES places (id),
    FOREIGN KEY(copied_from_id) REFERENCES cycles (id),
    FOREIGN KEY(created_by_id) REFERENCES users (id)
);
CREATE INDEX cycles_of_community ON cycles (community_id, id);
CREATE INDEX cycles_of_merchant ON cycles (merchant_id, id);
CREATE INDEX cycles_to_close ON cycles (closes_at) WHERE state = 'open';
CREATE INDEX cycles_to_open ON cycles (opens_at) WHERE state = 'draft';
CREATE INDEX cycles_to_unwind ON cycles (cancelled_at) WHERE state = 'cancelled' AND NOT is_unwound;
CREATE TABLE cycle_items (
    id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    n SMALLINT NOT NULL,
    product_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    sold_by VARCHAR NOT NULL,
    price_fen INTEGER NOT NULL,
    per_500g_fen INTEGER,
    weight_g INTEGER NOT NULL,
    stock_count INTEGER NOT NULL,
    left_count INTEGER NOT NULL,
    household_max INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT cycle_items_sold_by CHECK (sold_by IN ('piece', 'weight')),
    CONSTRAINT cycle_items_price CHECK (price_fen > 0 AND per_500g_fen > 0 AND (sold_by = 'weight') = (per_500g_fen IS NOT NULL)),
    CONSTRAINT cycle_items_weight CHECK (weight_g BETWEEN 1 AND 200000),
    CONSTRAINT cycle_items_left CHECK (left_count BETWEEN 0 AND stock_count),
    CONSTRAINT cycle_items_household_max CHECK (household_max BETWEEN 1 AND 999),
    CONSTRAINT cycle_items_n UNIQUE (cycle_id, n),
    FOREIGN KEY(cycle_id) REFERENCES cycles (id),
    FOREIGN KEY(product_id) REFERENCES products (id)
);
CREATE TABLE cycle_slots (
    id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    capacity_count INTEGER NOT NULL,
    left_count INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT cycle_slots_ends CHECK (ends_at > begins_at),
    CONSTRAINT cycle_slots_left CHECK (left_count BETWEEN 0 AND capacity_count),
    CONSTRAINT cycle_slots_begins UNIQUE (cycle_id, begins_at),
    FOREIGN KEY(cycle_id) REFERENCES cycles (id)
);
CREATE TABLE cycle_orders (
    order_id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    household_id UUID NOT NULL,
    building_id UUID NOT NULL,
    way VARCHAR NOT NULL,
    slot_id UUID,
    on_short VARCHAR NOT NULL,
    returned_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (order_id),
    CONSTRAINT cycle_orders_way CHECK (way IN ('delivery', 'collection')),
    CONSTRAINT cycle_orders_on_short CHECK (on_short IN ('substitute', 'refund', 'call')),
    CONSTRAINT cycle_orders_slot CHECK (way = 'collection' OR slot_id IS NULL),
    FOREIGN KEY(order_id) REFERENCES orders (id),
    FOREIGN KEY(cycle_id) REFERENCES cycles (id),
    FOREIGN KEY(building_id) REFERENCES places (id),
    FOREIGN KEY(slot_id) REFERENCES cycle_slots (id)
);
CREATE INDEX cycle_orders_of_cycle ON cycle_orders (cycle_id, building_id);
CREATE TABLE cycle_lines (
    order_id UUID NOT NULL,
    item_id UUID NOT NULL,
    count SMALLINT NOT NULL,
    paid_fen INTEGER NOT NULL,
    PRIMARY KEY (order_id, item_id),
    CONSTRAINT cycle_lines_count CHECK (count BETWEEN 1 AND 999),
    CONSTRAINT cycle_lines_paid CHECK (paid_fen > 0),
    FOREIGN KEY(order_id) REFERENCES cycle_orders (order_id),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id)
);
CREATE INDEX cycle_lines_of_item ON cycle_lines (item_id);
CREATE TABLE cycle_takings (
    item_id UUID NOT NULL,
    household_id UUID NOT NULL,
    count SMALLINT NOT NULL,
    count_max SMALLINT NOT NULL,
    PRIMARY KEY (item_id, household_id),
    CONSTRAINT cycle_takings_max CHECK (count BETWEEN 0 AND count_max),
    FOREIGN KEY(item_id) REFERENCES cycle_items (id)
);
"""


def upgrade() -> None:
    """Apply."""
    for statement in (*_ORDERS, *_TABLES.split(";")):
        if statement.strip():
            op.execute(statement)
