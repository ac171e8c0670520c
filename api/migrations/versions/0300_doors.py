"""From the packed bag to the door: shared jobs, stairs, collection points."""

from alembic import op

revision = "0300"
down_revision = "0370"

_TABLES = """
ALTER TABLE places ADD COLUMN has_lift BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE jobs ADD COLUMN is_shared BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE stops
    ADD COLUMN person_id UUID,
    ADD COLUMN weight_g INTEGER,
    ADD COLUMN stairs_fen INTEGER NOT NULL DEFAULT 0,
    ADD CONSTRAINT stops_shared CHECK (
        (person_id IS NULL) = (weight_g IS NULL) AND weight_g >= 0 AND stairs_fen >= 0
        AND (person_id IS NOT NULL OR stairs_fen = 0));
ALTER TABLE orders
    ADD COLUMN collected_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT orders_collected CHECK (collected_at IS NULL OR kind = 'vegetables');
UPDATE orders AS o SET merchant_id = c.merchant_id
FROM cycle_orders AS j JOIN cycles AS c ON c.id = j.cycle_id WHERE j.order_id = o.id;
DROP INDEX contact_looks_once;
CREATE UNIQUE INDEX contact_looks_once ON contact_looks (job_id, viewer_id, stage, person_id)
    WHERE reason = 'carrying';
CREATE INDEX cycles_to_complete ON cycles (closed_at)
    WHERE state IN ('closed', 'packing', 'delivering');
CREATE TABLE collections (
    id UUID NOT NULL,
    cycle_id UUID NOT NULL,
    state VARCHAR NOT NULL,
    begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    code VARCHAR NOT NULL,
    wrong_codes SMALLINT NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    collected_at TIMESTAMP WITH TIME ZONE,
    handed_by_id UUID,
    how VARCHAR,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT collections_state CHECK (state IN ('collected', 'lapsed', 'ready')),
    CONSTRAINT collections_ends CHECK (ends_at > begins_at),
    CONSTRAINT collections_code CHECK (code ~ '^[0-9]{6}$'),
    CONSTRAINT collections_wrong_codes CHECK (wrong_codes >= 0),
    CONSTRAINT collections_how CHECK (how IN ('code', 'known')),
    CONSTRAINT collections_collected CHECK (
        (state = 'collected') = (collected_at IS NOT NULL)
        AND (collected_at IS NULL) = (handed_by_id IS NULL)
        AND (collected_at IS NULL) = (how IS NULL)),
    FOREIGN KEY(id) REFERENCES packings (id),
    FOREIGN KEY(cycle_id) REFERENCES cycles (id),
    FOREIGN KEY(handed_by_id) REFERENCES users (id)
);
CREATE INDEX collections_of_cycle ON collections (cycle_id, id);
CREATE INDEX collections_to_lapse ON collections (ends_at) WHERE state = 'ready';
"""


def upgrade() -> None:
    """Apply."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
