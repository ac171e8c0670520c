"""Photos and their pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0003"

_PURPOSES = (
    "('proof', 'receipt', 'condition', 'incident', 'evidence', 'post', 'ticket', 'case', 'product')"
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("width_px", sa.SmallInteger(), nullable=False),
        sa.Column("height_px", sa.SmallInteger(), nullable=False),
        sa.Column("received_bytes", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('kept', 'claimed')", name="uploads_state"),
        sa.CheckConstraint(f"purpose IN {_PURPOSES}", name="uploads_purpose"),
        sa.CheckConstraint(
            "(state = 'claimed') = (num_nonnulls(subject_id, claimed_at) = 2)"
            " AND num_nonnulls(subject_id, claimed_at) <> 1",
            name="uploads_claimed_whole",
        ),
        sa.CheckConstraint(
            "width_px BETWEEN 1 AND 1920 AND height_px BETWEEN 1 AND 1920", name="uploads_sides"
        ),
        sa.CheckConstraint("received_bytes BETWEEN 1 AND 10485760", name="uploads_received"),
    )
    op.create_table(
        "upload_pictures",
        sa.Column(
            "upload_id",
            sa.Uuid(),
            sa.ForeignKey("uploads.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("size", sa.Text(), primary_key=True),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size IN ('photo', 'thumb')", name="upload_pictures_size"),
        sa.CheckConstraint(
            "octet_length(jpeg) BETWEEN 100 AND 4194304", name="upload_pictures_bytes"
        ),
    )
    # A JPEG does not get smaller by compressing it again, and its first bytes are read alone.
    op.execute("ALTER TABLE upload_pictures ALTER COLUMN jpeg SET STORAGE EXTERNAL")
    op.create_index("uploads_of_owner", "uploads", ["owner_id", "made_at"])
    op.create_index(
        "uploads_of_subject",
        "uploads",
        ["subject_id"],
        postgresql_where=sa.text("subject_id IS NOT NULL"),
    )
    op.create_index(
        "uploads_unclaimed", "uploads", ["made_at"], postgresql_where=sa.text("state = 'kept'")
    )
