"""Masked photos, and originals kept as evidence."""

from alembic import op

revision = "0142"
down_revision = "0141"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE uploads ADD COLUMN masked_at TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE uploads ADD COLUMN masked_by_id UUID")
    op.execute(
        "ALTER TABLE uploads ADD CONSTRAINT uploads_masked_by_somebody"
        " CHECK ((masked_at IS NULL) = (masked_by_id IS NULL))"
    )
    op.execute("""
CREATE TABLE upload_originals (
    upload_id UUID NOT NULL,
    jpeg BYTEA NOT NULL,
    reason TEXT NOT NULL,
    kept_by_id UUID NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (upload_id),
    CONSTRAINT upload_originals_reason CHECK (reason IN ('dispute', 'case', 'legal_request')),
    CONSTRAINT upload_originals_bytes CHECK (octet_length(jpeg) BETWEEN 100 AND 4194304),
    FOREIGN KEY(upload_id) REFERENCES uploads (id) ON DELETE CASCADE
)
""")
    op.execute("ALTER TABLE upload_originals ALTER COLUMN jpeg SET STORAGE EXTERNAL")
    op.execute("CREATE INDEX upload_originals_age ON upload_originals (kept_at)")
