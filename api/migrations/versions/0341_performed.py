"""A party says that it did what it promised; the other side says whether that is so."""

import sqlalchemy as sa
from alembic import op

revision = "0341"
down_revision = "0340"

_STATES = "state IN ('planned', 'reminded', 'claimed', 'kept', 'broken', 'void')"
_SETTLED = (
    "CASE state WHEN 'broken' THEN visit_id IS NOT NULL"
    " WHEN 'kept' THEN num_nonnulls(visit_id, confirmed_party_id) > 0"
    " ELSE num_nonnulls(visit_id, confirmed_party_id) = 0 END"
)


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.add_column("due_items", sa.Column("claimed_at", moment, nullable=True))
    op.add_column(
        "due_items", sa.Column("denials", sa.SmallInteger(), nullable=False, server_default="0")
    )
    op.add_column("due_items", sa.Column("confirmed_party_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "due_items_confirmed_party_id_fkey", "due_items", "case_parties", ["confirmed_party_id"],
        ["id"],
    )  # fmt: skip
    for name, check in (
        ("due_items_state", _STATES),
        ("due_items_settled", _SETTLED),
    ):
        op.drop_constraint(name, "due_items", type_="check")
        op.create_check_constraint(name, "due_items", check)
    op.create_check_constraint(
        "due_items_claimed", "due_items", "(state = 'claimed') <= (claimed_at IS NOT NULL)"
    )
    op.create_check_constraint("due_items_denials", "due_items", "denials BETWEEN 0 AND 3")
