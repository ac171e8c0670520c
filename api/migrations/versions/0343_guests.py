"""Relatives, neighbours, experts who join talks, as every side wants."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0343"
down_revision = "0342"

_CONSENTS = """
CREATE TRIGGER case_guest_consents_only_grow BEFORE UPDATE OR DELETE ON case_guest_consents
FOR EACH ROW EXECUTE FUNCTION linli_keep_names()
"""


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.add_column(
        "case_records",
        sa.Column("guest_ids", pg.ARRAY(sa.Uuid()), nullable=False, server_default="{}"),
    )
    op.create_table(
        "case_guests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('admitted', 'left', 'proposed', 'refused')", name="case_guests_state"
        ),
        sa.CheckConstraint(
            "kind IN ('relative', 'neighbour', 'colleague', 'expert', 'organisation')",
            name="case_guests_kind",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "case_guests_once",
        "case_guests",
        ["case_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'admitted')"),
    )
    op.create_index("case_guests_of_case", "case_guests", ["case_id"])
    op.create_index("case_guests_of_user", "case_guests", ["user_id", "id"])
    op.create_table(
        "case_guest_consents",
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("how IN ('app', 'paper')", name="case_guest_consents_how"),
        sa.CheckConstraint(
            "(how = 'paper') = (upload_id IS NOT NULL)", name="case_guest_consents_shown"
        ),
        sa.ForeignKeyConstraint(["guest_id"], ["case_guests.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["case_parties.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("guest_id", "party_id"),
    )
    op.execute(_CONSENTS)
