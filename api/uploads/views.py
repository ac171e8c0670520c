"""What the owner sees of a photo just uploaded."""

from datetime import UTC, datetime

from api.kit.crypto import Vault
from api.uploads.models import Upload
from api.uploads.rules import UNCLAIMED_KEPT, link_expires_s
from api.uploads.schemas import UploadOut
from api.uploads.service import signed_path


def upload_out(upload: Upload, *, vault: Vault, now: datetime) -> UploadOut:
    """The photo with addresses to show it at once."""
    expires_s = link_expires_s(now)
    return UploadOut(
        upload_id=upload.id,
        purpose=upload.purpose,  # pyright: ignore[reportArgumentType]
        width_px=upload.width_px,
        height_px=upload.height_px,
        is_masked=upload.masked_at is not None,
        photo_url=signed_path(vault, upload_id=upload.id, size="photo", expires_s=expires_s),
        thumb_url=signed_path(vault, upload_id=upload.id, size="thumb", expires_s=expires_s),
        expires_at=datetime.fromtimestamp(expires_s, UTC),
        claim_by=upload.made_at + UNCLAIMED_KEPT,
    )
