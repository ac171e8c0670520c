"""Newcomers and the lead runners who take them along."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0351"
down_revision = "0350"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "points_mentorships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("place_path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'asked', 'ended', 'graduated', 'lapsed', 'withdrawn')",
            name="points_mentorships_state",
        ),
        sa.CheckConstraint("mentor_id <> mentee_id", name="points_mentorships_two"),
        sa.CheckConstraint(
            "(mentor_id IS NULL) = (began_at IS NULL)"
            " AND (began_at IS NULL) = (state IN ('asked', 'withdrawn'))"
            " AND (ended_at IS NULL) = (state IN ('active', 'asked'))",
            name="points_mentorships_whole",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["mentee_id"], ["runners.id"]),
        sa.ForeignKeyConstraint(["mentor_id"], ["runners.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    # One at a time, and nobody graduates twice.
    op.create_index(
        "points_mentorships_once",
        "points_mentorships",
        ["mentee_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'active', 'graduated')"),
    )
    op.create_index("points_mentorships_of_mentor", "points_mentorships", ["mentor_id", "id"])
    op.create_index("points_mentorships_of_community", "points_mentorships", ["community_id", "id"])
