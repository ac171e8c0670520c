"""What is told of a case goes through the same content check as what is posted."""

import sqlalchemy as sa
from alembic import op

revision = "0440"
down_revision = "0431"

# What waits to be told is checked; what is seen already was read by a person, and by nobody else.
_CHECKS_SQL = """
INSERT INTO content_checks (id, outcome_id, n, state, why, tries, next_at)
SELECT gen_random_uuid(), id, 1, CASE state WHEN 'drafted' THEN 'waiting' ELSE 'held' END,
       CASE state WHEN 'drafted' THEN NULL ELSE 'not_checkable' END, 0, now()
FROM outcomes WHERE state IN ('drafted', 'published')
"""
_DESPITE_SQL = "UPDATE outcomes SET despite = 'not_checkable' WHERE state = 'published'"


def upgrade() -> None:
    """Apply."""
    op.alter_column("content_checks", "post_id", nullable=True)
    op.add_column(
        "content_checks",
        sa.Column("outcome_id", sa.Uuid(), sa.ForeignKey("outcomes.id"), nullable=True),
    )
    op.create_check_constraint(
        "content_checks_of_one", "content_checks", "num_nonnulls(post_id, outcome_id) = 1"
    )
    op.drop_index("content_checks_once", "content_checks")
    op.create_index(
        "content_checks_once",
        "content_checks",
        [sa.text("coalesce(post_id, outcome_id)"), "n", "upload_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.add_column("outcomes", sa.Column("despite", sa.String(), nullable=True))
    op.create_check_constraint(
        "outcomes_despite",
        "outcomes",
        "despite IN ('wechat_review', 'not_checkable', 'not_configured', 'check_unavailable')",
    )
    op.execute(_CHECKS_SQL)
    op.execute(_DESPITE_SQL)
