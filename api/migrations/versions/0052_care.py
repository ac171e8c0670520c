"""Dependants, and who asked for an order, who pays it and who benefits."""

from alembic import op

revision = "0052"
down_revision = "0051"

_DEPENDANTS = """
CREATE TABLE dependants (
    id UUID NOT NULL,
    carer_id UUID NOT NULL,
    state TEXT NOT NULL,
    label TEXT NOT NULL,
    building_id UUID NOT NULL,
    place_path UUID[] NOT NULL,
    floor SMALLINT NOT NULL,
    has_lift BOOLEAN NOT NULL,
    contact_sealed BYTEA,
    phone_index BYTEA,
    cap_fen INTEGER NOT NULL,
    kinds TEXT[] NOT NULL,
    person_id UUID,
    witness_id UUID,
    consented_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT dependants_state CHECK (state IN ('active', 'ended', 'proposed', 'refused')),
    CONSTRAINT dependants_cap CHECK (cap_fen >= 0),
    CONSTRAINT dependants_forgotten_at_end CHECK ((state IN ('refused', 'ended')) = (contact_sealed IS NULL) AND (contact_sealed IS NOT NULL OR phone_index IS NULL)),
    CONSTRAINT dependants_active_by_consent CHECK (state <> 'active' OR (consented_at IS NOT NULL AND num_nonnulls(person_id, witness_id) = 1)),
    CONSTRAINT dependants_not_by_carer CHECK (witness_id <> carer_id AND person_id <> carer_id),
    FOREIGN KEY(carer_id) REFERENCES users (id),
    FOREIGN KEY(building_id) REFERENCES places (id),
    FOREIGN KEY(person_id) REFERENCES users (id),
    FOREIGN KEY(witness_id) REFERENCES users (id)
)
"""
_DEPENDANTS_INDEXES = (
    "CREATE INDEX dependants_by_phone ON dependants (phone_index)",
    "CREATE INDEX dependants_of_carer ON dependants (carer_id) WHERE state IN ('proposed', 'active')",
    "CREATE INDEX dependants_of_person ON dependants (person_id)",
    "CREATE INDEX dependants_of_place ON dependants USING gin (place_path)",
)
_ORDERS = (
    (
        "ALTER TABLE orders ADD COLUMN placed_by_id uuid REFERENCES users (id),"
        " ADD COLUMN payer_id uuid REFERENCES users (id),"
        " ADD COLUMN beneficiary_id uuid REFERENCES dependants (id)"
    ),
    "UPDATE orders SET placed_by_id = customer_id, payer_id = customer_id",
    "ALTER TABLE orders ALTER COLUMN placed_by_id SET NOT NULL, ALTER COLUMN payer_id SET NOT NULL",
    "CREATE INDEX orders_of_asker ON orders (placed_by_id, id)",
    (
        "CREATE INDEX orders_of_beneficiary ON orders (beneficiary_id, created_at)"
        " WHERE beneficiary_id IS NOT NULL"
    ),
)


def upgrade() -> None:
    """Apply."""
    for statement in (_DEPENDANTS, *_DEPENDANTS_INDEXES, *_ORDERS):
        op.execute(statement)
