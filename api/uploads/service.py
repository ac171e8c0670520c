"""Keeping, claiming, linking and removing photos.

For other features: `claim` binds photos to a thing of theirs in their own transaction; `links`
gives the addresses to whom they let see that thing; `erase_of` goes with an owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, by_user, emit
from api.identity.caller import Caller
from api.kit.crypto import Vault, same
from api.kit.ids import new_id
from api.kit.images.workshop import Photo
from api.uploads import queries
from api.uploads.events import (
    UPLOAD_CLAIMED,
    UPLOAD_KEPT,
    UPLOAD_MASKED,
    UPLOAD_ORIGINAL_READ,
    UPLOAD_REMOVED,
)
from api.uploads.models import Upload
from api.uploads.rules import (
    CLAIMED_AT_ONCE_MAX,
    ORIGINAL_KEPT,
    QUOTA_WINDOW,
    UNCLAIMED_KEPT,
    Quota,
    link_expires_s,
    refuse_beyond,
    signed_text,
)
from api.uploads.states import STATES

_SIGNING = "upload link"


@dataclass(frozen=True, slots=True)
class PhotoLink:
    """A claimed photo as a feature hands it on; the addresses have no host and expire."""

    upload_id: UUID
    purpose: str
    width_px: int
    height_px: int
    is_masked: bool
    photo_url: str
    thumb_url: str
    expires_at: datetime


async def keep(
    session: AsyncSession, *, purpose: str, photo: Photo, quota: Quota, caller: Caller
) -> Upload:
    """Keep a photo that was written anew; unclaimed, it is gone after `UNCLAIMED_KEPT`.

    Raises:
        AppError: upload_quota_used.
    """
    await queries.lock_owner(session, owner_id=caller.user_id)
    since = caller.now - QUOTA_WINDOW
    used = await queries.used(session, owner_id=caller.user_id, since=since)
    refuse_beyond(quota, used, more_bytes=photo.received_bytes)
    upload_id = new_id()
    await queries.insert(
        session,
        upload_id=upload_id,
        owner_id=caller.user_id,
        purpose=purpose,
        photo=photo,
        now=caller.now,
    )
    await emit(
        session,
        UPLOAD_KEPT,
        subject_id=upload_id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        to_state="kept",
        purpose=purpose,
    )
    upload = await queries.upload(session, upload_id=upload_id)
    assert upload is not None
    return upload


async def claim(
    session: AsyncSession,
    *,
    upload_ids: Sequence[UUID],
    owner_id: UUID,
    purpose: str,
    subject_id: UUID,
    now: datetime,
) -> None:
    """Bind photos to a thing, in the transaction of its change; the same again changes nothing.

    Raises:
        AppError: upload_unknown, unless each is this owner's, for this purpose, and unclaimed or
            claimed by this very thing.
    """
    wanted = set(upload_ids)
    assert len(wanted) <= CLAIMED_AT_ONCE_MAX, "the request's shape bounds them"
    if not wanted:
        return
    found = await queries.locked(session, upload_ids=sorted(wanted))
    fitting = [
        row
        for row in found
        if row[1] == owner_id and row[2] == purpose and row[4] in (None, subject_id)
    ]
    if len(fitting) != len(wanted):
        raise AppError("upload_unknown")
    free = [row[0] for row in fitting if row[3] == "kept"]
    for upload_id, version in await queries.claim(
        session, upload_ids=free, subject_id=subject_id, now=now
    ):
        await emit(
            session,
            UPLOAD_CLAIMED,
            subject_id=upload_id,
            subject_seq=version,
            actor=by_user(owner_id),
            now=now,
            from_state="kept",
            to_state="claimed",
            purpose=purpose,
            claimed_by=str(subject_id),
        )


async def links(
    session: AsyncSession, *, subject_ids: Sequence[UUID], vault: Vault, now: datetime
) -> dict[UUID, list[PhotoLink]]:
    """The photos of these things, oldest first, for whom the caller lets see them; one query."""
    found: dict[UUID, list[PhotoLink]] = {subject_id: [] for subject_id in subject_ids}
    for upload_id, subject_id, purpose, width_px, height_px, is_masked in await queries.of_subjects(
        session, subject_ids=subject_ids
    ):
        expires_s = link_expires_s(now)
        link = PhotoLink(
            upload_id=upload_id,
            purpose=purpose,
            width_px=width_px,
            height_px=height_px,
            is_masked=is_masked,
            photo_url=signed_path(vault, upload_id=upload_id, size="photo", expires_s=expires_s),
            thumb_url=signed_path(vault, upload_id=upload_id, size="thumb", expires_s=expires_s),
            expires_at=datetime.fromtimestamp(expires_s, UTC),
        )
        found[subject_id].append(link)
    return found


def signed_path(vault: Vault, *, upload_id: UUID, size: str, expires_s: int) -> str:
    """The path of a picture that needs no session until it expires."""
    signature = vault.sign(signed_text(upload_id, size, expires_s), purpose=_SIGNING)
    return f"/v1/uploads/{upload_id}?size={size}&expires={expires_s}&signature={signature}"


def check_link(
    vault: Vault, *, upload_id: UUID, size: str, expires_s: int, signature: str, now: datetime
) -> None:
    """Refuse a link that is not ours or not good any more.

    Raises:
        AppError: link_expired.
    """
    expected = vault.sign(signed_text(upload_id, size, expires_s), purpose=_SIGNING)
    if not same(signature, expected) or expires_s <= now.timestamp():
        raise AppError("link_expired")


async def picture(
    session: AsyncSession, *, upload_id: UUID, size: str, owner_id: UUID | None
) -> bytes:
    """The JPEG of a photo; ``owner_id`` none: a link was checked.

    Raises:
        AppError: not_found, where there is none, it is somebody else's, or it is an original
            that is shown by a link only.
    """
    if size == "original":
        jpeg = None if owner_id is not None else await queries.original(
            session, upload_id=upload_id
        )  # fmt: skip
        if jpeg is None:
            raise AppError("not_found")
        return jpeg
    jpeg = await queries.picture(session, upload_id=upload_id, size=size, owner_id=owner_id)
    if jpeg is None:
        raise AppError("not_found")
    return jpeg


async def store_masked(
    session: AsyncSession,
    *,
    upload: Upload,
    photo: Photo,
    areas: int,
    why: str,
    evidence: str | None,
    caller: Caller,
) -> datetime | None:
    """Put a masked photo in the place of what was read; until when the original is kept, if it is.

    ``evidence``: for what to keep it; without a reason it is gone.

    Raises:
        AppError: version_changed, where somebody else masked or removed it meanwhile.
    """
    if evidence is not None:
        await queries.keep_original(
            session,
            upload_id=upload.id,
            reason=evidence,
            by_id=caller.user_id,
            now=caller.now,
        )
    version = await queries.mask(
        session,
        upload_id=upload.id,
        version=upload.version,
        photo=photo,
        by_id=caller.user_id,
        now=caller.now,
    )
    if version is None:
        raise AppError("version_changed")
    since = await queries.original_since(session, upload_id=upload.id)
    until = None if since is None else since + ORIGINAL_KEPT
    await emit(
        session,
        UPLOAD_MASKED,
        subject_id=upload.id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        why=why,
        areas=areas,
        until=None if until is None else until.isoformat(),
    )
    return until


async def show_original(
    session: AsyncSession, *, upload_id: UUID, reason: str, vault: Vault, caller: Caller
) -> tuple[str, datetime]:
    """A link to a photo as it was before it was masked, and its end; the look is an event.

    Raises:
        AppError: not_found, where no original is kept.
    """
    if await queries.original_since(session, upload_id=upload_id) is None:
        raise AppError("not_found", "no original is kept")
    await emit(
        session,
        UPLOAD_ORIGINAL_READ,
        subject_id=upload_id,
        subject_seq=await queries.touch(session, upload_id=upload_id),
        actor=caller.actor,
        now=caller.now,
        reason=reason,
    )
    expires_s = link_expires_s(caller.now)
    path = signed_path(vault, upload_id=upload_id, size="original", expires_s=expires_s)
    return path, datetime.fromtimestamp(expires_s, UTC)


async def due_to_remove(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Photos that nobody claimed in time."""
    return await queries.unclaimed(session, before=now - UNCLAIMED_KEPT, limit=limit)


async def remove_unclaimed(session: AsyncSession, *, upload_id: UUID, now: datetime) -> bool:
    """Remove a photo that nobody claimed; ``False``: somebody just did."""
    return bool(
        await _remove(
            session,
            upload_ids=[upload_id],
            states=("kept",),
            reason="unclaimed",
            actor=SYSTEM,
            now=now,
        )
    )


async def erase_of(
    session: AsyncSession,
    *,
    owner_id: UUID,
    held_subject_ids: Sequence[UUID] = (),
    actor: Actor = SYSTEM,
    now: datetime,
) -> int:
    """Remove all photos of an owner but those of things that a law holds; safe to repeat."""
    ids = await queries.of_owner(session, owner_id=owner_id, held_subject_ids=held_subject_ids)
    return await _remove(
        session, upload_ids=ids, states=STATES, reason="erased", actor=actor, now=now
    )


async def remove_of(
    session: AsyncSession, *, subject_id: UUID, actor: Actor = SYSTEM, now: datetime
) -> int:
    """Remove all photos of a thing that is deleted; safe to repeat."""
    ids = [row[0] for row in await queries.of_subjects(session, subject_ids=[subject_id])]
    return await _remove(
        session, upload_ids=ids, states=("claimed",), reason="deleted", actor=actor, now=now
    )


async def _remove(
    session: AsyncSession,
    *,
    upload_ids: Sequence[UUID],
    states: Sequence[str],
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    removed = await queries.remove(session, upload_ids=upload_ids, states=states)
    for upload_id, state, version in removed:
        await emit(
            session,
            UPLOAD_REMOVED,
            subject_id=upload_id,
            subject_seq=version + 1,
            actor=actor,
            now=now,
            from_state=state,
            to_state="removed",
            reason=reason,
        )
    return len(removed)
