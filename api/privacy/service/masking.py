"""Destroying faces, plates and doors of others in a photo, by staff of the place it belongs to.

The picture is written anew between two transactions, by the process that writes every photo; the
second one takes it only where nobody changed the photo meanwhile.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import MANAGERS, STAFF, Caller
from api.kit.crypto import Vault
from api.kit.db import Database
from api.kit.images.reencode import Area
from api.kit.images.workshop import Workshop
from api.privacy import queries
from api.uploads import service as uploads
from api.uploads.models import Upload
from api.uploads.queries import upload as find_upload


async def mask(
    database: Database,
    workshop: Workshop,
    *,
    upload_id: UUID,
    areas: Sequence[Area],
    why: str,
    evidence: str | None,
    caller: Caller,
) -> tuple[Upload, datetime | None]:
    """Destroy areas of a photo that a thing of the caller's place uses, in both of its sizes.

    Returns the photo and until when its original is kept. ``evidence``: for what to keep it;
    without a reason it is gone at once, which a disputed order does not allow.

    Raises:
        AppError: role_missing, not_found, area_outside, evidence_needed, version_changed,
            image_unreadable, busy.
    """
    async with database.transaction() as (session, _):
        upload, is_disputed = await _photo(session, upload_id=upload_id, roles=STAFF, caller=caller)
        if any(not _is_within(area, upload) for area in areas):
            raise AppError("area_outside", f"of {upload.width_px} x {upload.height_px} pixels")
        if is_disputed and evidence is None:
            raise AppError("evidence_needed")
        jpeg = await uploads.picture(session, upload_id=upload_id, size="photo", owner_id=None)
    photo = await workshop.mask(jpeg, areas)
    async with database.transaction() as (session, now):
        until = await uploads.store_masked(
            session,
            upload=upload,
            photo=photo,
            areas=len(areas),
            why=why,
            evidence=evidence,
            caller=replace(caller, now=now),
        )
        masked = await find_upload(session, upload_id=upload_id)
        assert masked is not None
        return masked, until


async def show_original(
    session: AsyncSession, *, upload_id: UUID, reason: str, vault: Vault, caller: Caller
) -> tuple[str, datetime]:
    """A link for managers to a photo as it was before it was masked; every look is recorded.

    Raises:
        AppError: role_missing, not_found.
    """
    await _photo(session, upload_id=upload_id, roles=MANAGERS, caller=caller)
    return await uploads.show_original(
        session, upload_id=upload_id, reason=reason, vault=vault, caller=caller
    )


async def _photo(
    session: AsyncSession, *, upload_id: UUID, roles: tuple[str, ...], caller: Caller
) -> tuple[Upload, bool]:
    """A photo of the caller's place, and whether the order that it belongs to is disputed."""
    caller.require_anywhere(roles)
    upload = await find_upload(session, upload_id=upload_id)
    found = await queries.place_of_photo(session, upload_id=upload_id)
    if upload is None or found is None:
        raise AppError("not_found")
    place_path, is_disputed = found
    caller.require_there(roles, place_path)
    return upload, is_disputed


def _is_within(area: Area, upload: Upload) -> bool:
    return (
        area.left_px + area.width_px <= upload.width_px
        and area.top_px + area.height_px <= upload.height_px
    )
