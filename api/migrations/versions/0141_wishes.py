"""How whoever an errand is for wants to be delivered to."""

from alembic import op

revision = "0141"
down_revision = "0140"

_ASKS = "ARRAY['knock_loudly', 'speak_slowly', 'wait_longer', 'write_large']"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE preferences ADD COLUMN asks TEXT[] NOT NULL DEFAULT '{}'")
    op.execute(f"ALTER TABLE preferences ADD CONSTRAINT preferences_asks CHECK (asks <@ {_ASKS})")
    op.execute(f"""
CREATE TABLE dependant_wishes (
    id UUID NOT NULL,
    may_be_called BOOLEAN NOT NULL,
    leave_at_door BOOLEAN NOT NULL,
    asks TEXT[] NOT NULL DEFAULT '{{}}',
    set_by_id UUID NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT dependant_wishes_asks CHECK (asks <@ {_ASKS}),
    FOREIGN KEY(id) REFERENCES dependants (id)
)
""")
    op.execute("ALTER TABLE stops ADD COLUMN beneficiary_id UUID")
    op.execute("""
UPDATE stops AS s SET beneficiary_id = o.beneficiary_id
FROM orders AS o WHERE o.id = s.order_id AND o.beneficiary_id IS NOT NULL
""")
