"""SQL of uploads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.kit.images.workshop import Photo
from api.uploads.models import Upload
from api.uploads.rules import Used

# One at a time for each owner, so that no two together pass the quota; ends with the transaction.
_LOCK_OWNER_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('uploads|' || $1::text, 0))"
_USED_SQL = """
SELECT count(*), coalesce(sum(received_bytes), 0)::bigint FROM uploads
WHERE owner_id = $1 AND made_at > $2
"""
_INSERT_SQL = """
WITH made AS (
    INSERT INTO uploads (id, owner_id, purpose, state, width_px, height_px, received_bytes,
                         version, made_at)
    VALUES ($1, $2, $3, 'kept', $4, $5, $6, 1, $7) RETURNING id)
INSERT INTO upload_pictures (upload_id, size, jpeg)
SELECT id, size, jpeg
FROM made, (VALUES ('photo', $8::bytea), ('thumb', $9::bytea)) AS p (size, jpeg)
"""
# In the order of their ids: two claims that overlap wait for each other instead of locking up.
_LOCK_SQL = """
SELECT id, owner_id, purpose, state, subject_id FROM uploads WHERE id = ANY($1::uuid[])
ORDER BY id FOR UPDATE
"""
_CLAIM_SQL = """
UPDATE uploads SET state = 'claimed', subject_id = $2, claimed_at = $3, version = version + 1
WHERE id = ANY($1::uuid[]) AND state = 'kept' RETURNING id, version
"""
_OF_SUBJECTS_SQL = """
SELECT id, subject_id, purpose, width_px, height_px, masked_at IS NOT NULL FROM uploads
WHERE subject_id = ANY($1::uuid[]) ORDER BY id
"""
_PICTURE_SQL = """
SELECT p.jpeg FROM upload_pictures AS p JOIN uploads AS u ON u.id = p.upload_id
WHERE u.id = $1 AND p.size = $2 AND ($3::uuid IS NULL OR u.owner_id = $3)
"""
_UNCLAIMED_SQL = """
SELECT id FROM uploads WHERE state = 'kept' AND made_at < $1 ORDER BY made_at LIMIT $2
"""
_REMOVE_SQL = """
DELETE FROM uploads WHERE id = ANY($1::uuid[]) AND state = ANY($2::text[])
RETURNING id, state, version
"""
_OF_OWNER_SQL = """
SELECT id FROM uploads
WHERE owner_id = $1 AND (subject_id IS NULL OR subject_id <> ALL($2::uuid[])) ORDER BY id FOR UPDATE
"""

_ORIGINAL_SQL = "SELECT jpeg FROM upload_originals WHERE upload_id = $1"
_ORIGINAL_SINCE_SQL = "SELECT kept_at FROM upload_originals WHERE upload_id = $1"
# Only what nobody masked before is the original.
_KEEP_ORIGINAL_SQL = """
INSERT INTO upload_originals (upload_id, jpeg, reason, kept_by_id, kept_at)
SELECT p.upload_id, p.jpeg, $2, $3, $4
FROM upload_pictures AS p JOIN uploads AS u ON u.id = p.upload_id
WHERE u.id = $1 AND p.size = 'photo' AND u.masked_at IS NULL
ON CONFLICT (upload_id) DO NOTHING RETURNING kept_at
"""
_MASK_SQL = """
UPDATE uploads SET masked_at = $3, masked_by_id = $4, version = version + 1
WHERE id = $1 AND version = $2 RETURNING version
"""
_REWRITE_SQL = """
UPDATE upload_pictures AS p SET jpeg = n.jpeg
FROM (VALUES ('photo', $2::bytea), ('thumb', $3::bytea)) AS n (size, jpeg)
WHERE p.upload_id = $1 AND p.size = n.size
"""
_TOUCH_SQL = "UPDATE uploads SET version = version + 1 WHERE id = $1 RETURNING version"


async def lock_owner(session: AsyncSession, *, owner_id: UUID) -> None:
    """Wait for other uploads of this owner that are being written."""
    await run(session, _LOCK_OWNER_SQL, str(owner_id))


async def used(session: AsyncSession, *, owner_id: UUID, since: datetime) -> Used:
    """What somebody uploaded since a moment."""
    pictures, received_bytes = (await run(session, _USED_SQL, owner_id, since))[0]
    return Used(pictures, received_bytes)


async def insert(
    session: AsyncSession,
    *,
    upload_id: UUID,
    owner_id: UUID,
    purpose: str,
    photo: Photo,
    now: datetime,
) -> None:
    """Write a photo and its pictures."""
    sizes = (photo.width_px, photo.height_px, photo.received_bytes)
    arguments = (upload_id, owner_id, purpose, *sizes, now, photo.photo, photo.thumb)
    await run(session, _INSERT_SQL, *arguments)


async def upload(session: AsyncSession, *, upload_id: UUID) -> Upload | None:
    """One upload, without its pictures."""
    return await session.get(Upload, upload_id, populate_existing=True)


async def locked(session: AsyncSession, *, upload_ids: Sequence[UUID]) -> Sequence[tuple[Any, ...]]:
    """Id, owner, purpose, state and subject of those that there are, locked."""
    return await run(session, _LOCK_SQL, list(upload_ids))


async def claim(
    session: AsyncSession, *, upload_ids: Sequence[UUID], subject_id: UUID, now: datetime
) -> Sequence[tuple[UUID, int]]:
    """Claim those not claimed yet; ids and versions."""
    rows = await run(session, _CLAIM_SQL, list(upload_ids), subject_id, now)
    return [(row[0], row[1]) for row in rows]


async def of_subjects(
    session: AsyncSession, *, subject_ids: Sequence[UUID]
) -> Sequence[tuple[Any, ...]]:
    """Id, subject, purpose, sides and whether it is masked, of all that these things claimed."""
    return await run(session, _OF_SUBJECTS_SQL, list(subject_ids))


async def picture(
    session: AsyncSession, *, upload_id: UUID, size: str, owner_id: UUID | None
) -> bytes | None:
    """The JPEG; ``owner_id`` none: of whomever."""
    rows = await run(session, _PICTURE_SQL, upload_id, size, owner_id)
    return rows[0][0] if rows else None


async def unclaimed(session: AsyncSession, *, before: datetime, limit: int) -> list[UUID]:
    """The oldest that nobody claimed before a moment."""
    return [row[0] for row in await run(session, _UNCLAIMED_SQL, before, limit)]


async def of_owner(
    session: AsyncSession, *, owner_id: UUID, held_subject_ids: Sequence[UUID]
) -> list[UUID]:
    """All of an owner but those that held things claimed; locked."""
    return [row[0] for row in await run(session, _OF_OWNER_SQL, owner_id, list(held_subject_ids))]


async def remove(
    session: AsyncSession, *, upload_ids: Sequence[UUID], states: Sequence[str]
) -> Sequence[tuple[UUID, str, int]]:
    """Delete those in these states, pictures and all; ids, states and versions they had."""
    rows = await run(session, _REMOVE_SQL, list(upload_ids), list(states))
    return [(row[0], row[1], row[2]) for row in rows]


async def original(session: AsyncSession, *, upload_id: UUID) -> bytes | None:
    """The JPEG as it was before it was masked, where that is kept."""
    rows = await run(session, _ORIGINAL_SQL, upload_id)
    return rows[0][0] if rows else None


async def original_since(session: AsyncSession, *, upload_id: UUID) -> datetime | None:
    """Since when the original is kept; ``None``: it is not."""
    rows = await run(session, _ORIGINAL_SINCE_SQL, upload_id)
    return rows[0][0] if rows else None


async def keep_original(
    session: AsyncSession, *, upload_id: UUID, reason: str, by_id: UUID, now: datetime
) -> None:
    """Keep a photo as it is now, unless it was masked before; twice changes nothing."""
    await run(session, _KEEP_ORIGINAL_SQL, upload_id, reason, by_id, now)


async def mask(
    session: AsyncSession,
    *,
    upload_id: UUID,
    version: int,
    photo: Photo,
    by_id: UUID,
    now: datetime,
) -> int | None:
    """Put masked pictures in the place of those of this version; ``None``: it changed meanwhile."""
    rows = await run(session, _MASK_SQL, upload_id, version, now, by_id)
    if not rows:
        return None
    await run(session, _REWRITE_SQL, upload_id, photo.photo, photo.thumb)
    return rows[0][0]


async def touch(session: AsyncSession, *, upload_id: UUID) -> int:
    """Count the version up, for an event that is no change."""
    return (await run(session, _TOUCH_SQL, upload_id))[0][0]
