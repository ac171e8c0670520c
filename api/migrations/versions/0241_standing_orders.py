"""Standing orders: what a household wants of every cycle of a merchant."""

from alembic import op

revision = "0241"
down_revision = "0240"

_TABLES = """
CREATE TABLE standing_orders (
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    merchant_id UUID NOT NULL,
    community_id UUID NOT NULL,
    state VARCHAR NOT NULL,
    wishes JSONB NOT NULL,
    way VARCHAR NOT NULL,
    on_short VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT standing_orders_state CHECK (state IN ('active', 'ended', 'paused')),
    CONSTRAINT standing_orders_way CHECK (way IN ('delivery', 'collection')),
    CONSTRAINT standing_orders_on_short CHECK (on_short IN ('substitute', 'refund', 'call')),
    CONSTRAINT standing_orders_wishes CHECK (jsonb_typeof(wishes) = 'array'),
    CONSTRAINT standing_orders_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    FOREIGN KEY(customer_id) REFERENCES users (id),
    FOREIGN KEY(merchant_id) REFERENCES merchants (id),
    FOREIGN KEY(community_id) REFERENCES places (id)
);
CREATE INDEX standing_orders_active ON standing_orders (merchant_id, id) WHERE state = 'active';
CREATE UNIQUE INDEX standing_orders_one ON standing_orders (customer_id, merchant_id) WHERE state <> 'ended';
CREATE TABLE standing_runs (
    standing_id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    order_id UUID,
    code VARCHAR,
    PRIMARY KEY (standing_id, cycle_id),
    CONSTRAINT standing_runs_outcome CHECK ((order_id IS NULL) <> (code IS NULL)),
    FOREIGN KEY(standing_id) REFERENCES standing_orders (id),
    FOREIGN KEY(cycle_id) REFERENCES cycles (id),
    UNIQUE (order_id),
    FOREIGN KEY(order_id) REFERENCES orders (id)
);
"""


def upgrade() -> None:
    """Apply."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
