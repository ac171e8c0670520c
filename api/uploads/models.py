"""The tables of uploads: what is known of a photo, and its pictures apart.

The pictures lie in PostgreSQL: docs/architecture.md says why.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlmodel import Field, SQLModel

from api.kit.columns import moment
from api.uploads.states import EVIDENCE, PURPOSES, SIZES, STATES


class Upload(SQLModel, table=True):
    """A photo; ``subject_id`` is the thing that claimed it. Sides in pixels."""

    __tablename__ = "uploads"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="uploads_state"),
        CheckConstraint(f"purpose IN {PURPOSES}", name="uploads_purpose"),
        CheckConstraint(
            "(state = 'claimed') = (num_nonnulls(subject_id, claimed_at) = 2)"
            " AND num_nonnulls(subject_id, claimed_at) <> 1",
            name="uploads_claimed_whole",
        ),
        CheckConstraint(
            "width_px BETWEEN 1 AND 1920 AND height_px BETWEEN 1 AND 1920", name="uploads_sides"
        ),
        CheckConstraint("received_bytes BETWEEN 1 AND 10485760", name="uploads_received"),
        CheckConstraint(
            "(masked_at IS NULL) = (masked_by_id IS NULL)", name="uploads_masked_by_somebody"
        ),
        Index("uploads_of_owner", "owner_id", "made_at"),
        Index("uploads_of_subject", "subject_id", postgresql_where=text("subject_id IS NOT NULL")),
        Index("uploads_unclaimed", "made_at", postgresql_where=text("state = 'kept'")),
    )

    id: UUID = Field(primary_key=True)
    owner_id: UUID = Field(sa_column=Column(ForeignKey("users.id"), nullable=False))
    purpose: str
    state: str = "kept"
    subject_id: UUID | None = None
    width_px: int = Field(sa_column=Column(SmallInteger, nullable=False))
    height_px: int = Field(sa_column=Column(SmallInteger, nullable=False))
    received_bytes: int
    version: int = 1
    made_at: datetime = Field(sa_column=moment())
    claimed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    # When areas of it were destroyed last, and by whom.
    masked_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    masked_by_id: UUID | None = None


class UploadPicture(SQLModel, table=True):
    """The bytes of a photo in one of its two sizes: plain JPEG."""

    __tablename__ = "upload_pictures"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"size IN {SIZES}", name="upload_pictures_size"),
        CheckConstraint("octet_length(jpeg) BETWEEN 100 AND 4194304", name="upload_pictures_bytes"),
    )

    upload_id: UUID = Field(
        sa_column=Column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    )
    size: str = Field(primary_key=True)
    jpeg: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class UploadOriginal(SQLModel, table=True):
    """A photo as it was before areas of it were destroyed: evidence, for a while, for managers."""

    __tablename__ = "upload_originals"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint(f"reason IN {EVIDENCE}", name="upload_originals_reason"),
        CheckConstraint(
            "octet_length(jpeg) BETWEEN 100 AND 4194304", name="upload_originals_bytes"
        ),
        Index("upload_originals_age", "kept_at"),
    )

    upload_id: UUID = Field(
        sa_column=Column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    )
    jpeg: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reason: str
    kept_by_id: UUID
    kept_at: datetime = Field(sa_column=moment())
