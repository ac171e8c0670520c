"""Who reads what: one post, its author by a logged look, the places of a feed."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import AuthorLook, Post
from api.board.queries import counting, posts
from api.board.rules import DAY, LOOKS_PER_DAY, LookReason, Readable, Reader, may_read
from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.identity.service import PHONE_COLUMN
from api.kit.crypto import Vault, mask_phone
from api.places.service import community_of_place

# Who belongs to a community and reads its board; runners of another one do not.
MEMBERS = ("resident", "merchant_staff", "mediator", *STAFF)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something, as staff are told once they said why."""

    user_id: UUID
    nickname: str
    phone_masked: str | None


async def seen_post(
    session: AsyncSession, *, post_id: UUID, caller: Caller, lock: bool = False
) -> Post:
    """A post that the caller may read.

    Raises:
        AppError: not_found.
    """
    post = await posts.post(session, post_id=post_id, lock=lock)
    if post is None:
        raise AppError("not_found")
    parent = None
    if post.parent_id is not None:
        parent = await posts.post(session, post_id=post.parent_id)
    _, apart = await counting.person(session, user_id=caller.user_id)
    reader = Reader(
        user_id=caller.user_id,
        is_member=caller.holds(MEMBERS, post.place_path[:2]),
        is_staff=caller.holds(STAFF, post.place_path),
        apart=apart,
    )
    above = None if parent is None else _readable(parent)
    if not may_read(_readable(post), reader, parent=above):
        raise AppError("not_found")
    return post


async def own_post(
    session: AsyncSession, *, post_id: UUID, caller: Caller, version: int | None = None
) -> Post:
    """A post of the caller's, locked; with ``version`` as they saw it.

    Raises:
        AppError: not_found, version_changed.
    """
    post = await posts.post(session, post_id=post_id, lock=True)
    if post is None or post.author_id != caller.user_id or post.state == "deleted":
        raise AppError("not_found")
    if version is not None and post.version != version:
        raise AppError("version_changed")
    return post


async def staff_post(
    session: AsyncSession, *, post_id: UUID, caller: Caller, version: int | None = None
) -> Post:
    """A post that the caller decides about, locked; with ``version`` as they saw it.

    Raises:
        AppError: role_missing, not_found, version_changed.
    """
    post = await posts.post(session, post_id=post_id, lock=True)
    caller.require_there(STAFF, () if post is None else post.place_path)
    if post is None or post.state == "deleted":
        raise AppError("not_found")
    if version is not None and post.version != version:
        raise AppError("version_changed")
    return post


async def feed_place(session: AsyncSession, *, place_id: UUID, caller: Caller) -> UUID:
    """The community of a place whose feed the caller may read.

    Raises:
        AppError: not_found, role_missing.
    """
    community = await community_of_place(session, place_id=place_id)
    caller.require(MEMBERS, community.path)
    return community.id


def own_places(caller: Caller) -> list[UUID] | None:
    """The places of which the caller is a member; none: all."""
    held = [place_id for role, place_id in caller.grants if role in MEMBERS]
    return None if None in held else [place_id for place_id in held if place_id is not None]


async def look_at_author(
    session: AsyncSession, *, post_id: UUID, reason: LookReason, vault: Vault, caller: Caller
) -> Author:
    """Tell staff who wrote something, and note that they were told; thirty times a day.

    Raises:
        AppError: role_missing, not_found, rate_limited.
    """
    post = await staff_post(session, post_id=post_id, caller=caller)
    await counting.lock_person(session, user_id=caller.user_id)
    looked = await counting.looked_since(session, viewer_id=caller.user_id, since=caller.now - DAY)
    refuse_beyond(looked, LOOKS_PER_DAY, code="rate_limited", now=caller.now)
    nickname, phone_sealed = await counting.author(session, user_id=post.author_id)
    row = AuthorLook(at=caller.now, viewer_id=caller.user_id, post_id=post.id, reason=reason)
    await posts.add(session, rows=[row])
    masked = None
    if phone_sealed is not None:
        phone = vault.open(bytes(phone_sealed), column=PHONE_COLUMN, row=post.author_id)
        masked = mask_phone(phone)
    return Author(post.author_id, nickname, masked)


def refuse_beyond(
    used: tuple[int, datetime | None], most: int, *, code: str, now: datetime
) -> None:
    """Refuse one more than so many in a day.

    Raises:
        AppError: of this code, with the seconds until there is room again.
    """
    count, first_at = used
    if count >= most and first_at is not None:
        wait_s = ceil((first_at + DAY - now).total_seconds())
        raise AppError(code, retry_after_s=max(1, wait_s))


def _readable(post: Post) -> Readable:
    return Readable(post.state, post.author_id, post.is_anonymous)
