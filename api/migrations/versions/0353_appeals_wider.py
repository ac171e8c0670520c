"""Appeals also against ratings and against decisions about a tier."""

import sqlalchemy as sa
from alembic import op

revision = "0353"
down_revision = "0352"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "points_appeals",
        sa.Column("about", sa.String(), nullable=False, server_default="penalty"),
    )
    op.alter_column("points_appeals", "about", server_default=None)
    op.alter_column("points_appeals", "entry_id", nullable=True)
    op.add_column("points_appeals", sa.Column("decision_seq", sa.BigInteger(), nullable=True))
    op.add_column("points_appeals", sa.Column("tier_from", sa.String(), nullable=True))
    op.add_column("points_appeals", sa.Column("tier_to", sa.String(), nullable=True))
    op.drop_constraint("points_appeals_left", "points_appeals", type_="check")
    op.create_check_constraint(
        "points_appeals_left",
        "points_appeals",
        "(about = 'penalty') = (penalty_cp > 0) AND (state = 'reduced') = (left_cp IS NOT NULL)"
        " AND left_cp BETWEEN 1 AND penalty_cp - 1",
    )
    op.create_check_constraint(
        "points_appeals_about",
        "points_appeals",
        "about IN ('penalty', 'rating', 'tier') AND (about = 'tier') = (entry_id IS NULL)"
        " AND num_nulls(decision_seq, tier_from, tier_to)"
        " = CASE about WHEN 'tier' THEN 0 ELSE 3 END",
    )
    op.create_unique_constraint(
        "points_appeals_of_decision_once", "points_appeals", ["decision_seq", "step"]
    )
