"""What a person of the staff should look at in the ledgers of points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0262"
down_revision = "0261"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "points_findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("runner_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("counted", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('acted', 'cleared', 'open')", name="points_findings_state"),
        sa.CheckConstraint(
            "kind IN ('own_household', 'pair', 'relative_decided', 'retaliation', 'review_bomb',"
            " 'ring')",
            name="points_findings_kind",
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="points_findings_decided",
        ),
        sa.CheckConstraint(
            "NOT (decided_by_id = ANY (runner_ids)) AND decided_by_id <> person_id",
            name="points_findings_by_another",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("community_id", "key", name="points_findings_once"),
    )
    op.create_index(
        "points_findings_of_place", "points_findings", ["place_path"], postgresql_using="gin"
    )
    op.create_index(
        "points_findings_of_runners", "points_findings", ["runner_ids"], postgresql_using="gin"
    )
    op.create_table(
        "points_watches",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("watched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.PrimaryKeyConstraint("community_id"),
    )
