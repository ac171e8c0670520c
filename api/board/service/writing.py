"""Writing posts and comments, changing them, and taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.events import (
    POST_DELETED,
    POST_EDITED,
    POST_RESOLVED,
    POST_SUBMITTED,
    POST_WITHDRAWN,
)
from api.board.models import Post
from api.board.queries import checks, counting, posts
from api.board.rules import (
    COMMENT,
    COMMENTS_PER_DAY,
    CONTENTS_MAX,
    DAY,
    POSTS_PER_DAY,
    REST,
    STRIKES,
    STRIKES_WITHIN,
    Category,
    PostKind,
    spot_of,
    squeezed,
)
from api.board.screening import danger, personal_data
from api.board.service.moving import TEXT_COLUMN, end_reports, move_post, new_text
from api.board.service.seeing import MEMBERS, own_post, refuse_beyond, seen_post
from api.board.service.settling import settle
from api.board.service.watching import hear
from api.board.states import POST
from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import STAFF, Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.places.queries import place
from api.places.service import community_of_place
from api.uploads.service import claim, remove_of

_DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Said:
    """Words and photos, in order, as their author sends them."""

    text: str
    upload_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What was just written: the numbers its words ask to call, and others' of the same topic."""

    post: Post
    hotlines: tuple[str, ...]
    similar: tuple[UUID, ...]


async def write_post(
    session: AsyncSession,
    *,
    place_id: UUID,
    kind: PostKind,
    category: Category,
    is_anonymous: bool,
    said: Said,
    is_phone_needed: bool,
    vault: Vault,
    caller: Caller,
) -> Written:
    """Write a post about a place; nobody else sees it before it is checked.

    Raises:
        AppError: not_found, role_missing, phone_needed, author_resting, board_day_used,
            post_repeated, upload_unknown.
    """
    where = await place(session, place_id=place_id)
    community = await community_of_place(session, place_id=place_id)
    assert where is not None, "a place of a community is there"
    caller.require(MEMBERS, community.path)
    apart = await _may_write(
        session, said, parent_id=None, is_phone_needed=is_phone_needed, vault=vault, caller=caller
    )
    post = Post(
        community_id=community.id,
        place_id=where.id,
        place_path=where.path,
        spot_id=spot_of(kind=where.kind, path=where.path),
        author_id=caller.user_id,
        kind=kind,
        category=category,
        is_anonymous=is_anonymous,
        created_at=caller.now,
    )
    hotlines = await _submit(session, post, said, vault=vault, caller=caller)
    post = await settle(session, post, now=caller.now)
    await hear(session, post=post, threshold=community.settings.pile_voices, now=caller.now)
    similar = await counting.similar(session, post=post, since=caller.now - DAY, apart=apart)
    return Written(post, hotlines, tuple(similar))


async def add_comment(
    session: AsyncSession,
    *,
    post_id: UUID,
    is_anonymous: bool,
    said: Said,
    is_phone_needed: bool,
    vault: Vault,
    caller: Caller,
) -> Written:
    """Write below a post that is shown; the author of an anonymous one stays so.

    Raises:
        AppError: not_found, comments_closed, phone_needed, author_resting, board_day_used,
            post_repeated.
    """
    parent = await seen_post(session, post_id=post_id, caller=caller)
    # While both sides sit together nobody adds to the heat.
    is_frozen = parent.case_status == "in_session"
    if parent.state != "published" or parent.parent_id is not None or is_frozen:
        raise AppError("comments_closed")
    await _may_write(
        session,
        said,
        parent_id=parent.id,
        is_phone_needed=is_phone_needed,
        vault=vault,
        caller=caller,
    )
    is_own = parent.author_id == caller.user_id
    post = Post(
        community_id=parent.community_id,
        place_id=parent.place_id,
        place_path=parent.place_path,
        spot_id=parent.spot_id,
        author_id=caller.user_id,
        parent_id=parent.id,
        kind=COMMENT,
        is_anonymous=is_anonymous or (is_own and parent.is_anonymous),
        created_at=caller.now,
    )
    hotlines = await _submit(session, post, said, vault=vault, caller=caller)
    return Written(await settle(session, post, now=caller.now), hotlines, ())


async def edit(
    session: AsyncSession,
    *,
    post_id: UUID,
    version: int,
    said: Said,
    vault: Vault,
    caller: Caller,
) -> Written:
    """Say it otherwise: it is taken off the board and checked anew, whatever it was before.

    Raises:
        AppError: not_found, version_changed, post_moved_on, post_edits_used, upload_unknown.
    """
    post = await own_post(session, post_id=post_id, caller=caller, version=version)
    if not POST.allows(post.state, "edit"):
        raise AppError("post_moved_on")
    # What staff are asked to look at again stays as it is until they did.
    if post.state == "pending_review" and post.appealed_content == post.content:
        raise AppError("post_moved_on")
    if post.content >= CONTENTS_MAX:
        raise AppError("post_edits_used")
    if post.parent_id is not None and said.upload_ids:
        raise AppError("upload_unknown")
    before, n = post.content, post.content + 1
    await checks.void_checks(session, subject_id=post.id)
    await checks.end_text(session, post_id=post.id, n=before, at=caller.now)
    hotlines = await _keep_text(session, post, n, said, vault=vault, caller=caller)
    post = await move_post(
        session, post, "edit", POST_EDITED, actor=caller.actor, now=caller.now,
        writes={
            "content": n, "held_why": None, "is_settled": False, "decided_by_id": None,
            "decided_for": None, "decided_at": None, "note_sealed": b"",
        },
        parent_id=_text(post.parent_id), danger=list(hotlines),
    )  # fmt: skip
    return Written(await settle(session, post, now=caller.now), hotlines, ())


async def resolve(session: AsyncSession, *, post_id: UUID, caller: Caller) -> Post:
    """Say that it is settled; it stays to be read.

    Raises:
        AppError: not_found, role_missing, post_moved_on.
    """
    post = await seen_post(session, post_id=post_id, caller=caller, lock=True)
    is_author = post.author_id == caller.user_id
    if not is_author and not caller.holds(STAFF, post.place_path):
        raise AppError("role_missing")
    if post.parent_id is not None or not POST.allows(post.state, "resolve"):
        raise AppError("post_moved_on")
    by = "author" if is_author else "staff"
    return await move_post(
        session, post, "resolve", POST_RESOLVED, actor=caller.actor, now=caller.now, by=by
    )


async def withdraw(session: AsyncSession, *, post_id: UUID, caller: Caller) -> Post:
    """Take a post off the board; its author still reads it, and may delete it.

    Raises:
        AppError: not_found, post_moved_on.
    """
    post = await own_post(session, post_id=post_id, caller=caller)
    if not POST.allows(post.state, "withdraw"):
        raise AppError("post_moved_on")
    await checks.void_checks(session, subject_id=post.id)
    await checks.end_text(session, post_id=post.id, n=post.content, at=caller.now)
    return await move_post(
        session, post, "withdraw", POST_WITHDRAWN, actor=caller.actor, now=caller.now,
        writes=_OFF_THE_BOARD,
    )  # fmt: skip


async def delete(session: AsyncSession, *, post_id: UUID, caller: Caller) -> None:
    """Forget words and photos; what was reported waits for its decision.

    Raises:
        AppError: not_found, reports_open.
    """
    post = await own_post(session, post_id=post_id, caller=caller)
    if await posts.open_reports(session, post_id=post.id):
        raise AppError("reports_open")
    await _delete(session, post, caller=caller)


async def delete_all(session: AsyncSession, *, caller: Caller) -> None:
    """Delete everything that the caller wrote: the account closes. Safe to repeat."""
    for post_id in await posts.living(session, author_id=caller.user_id):
        post = await own_post(session, post_id=post_id, caller=caller)
        await end_reports(session, post, "close", actor=SYSTEM, now=caller.now)
        await _delete(session, post, caller=caller)


_OFF_THE_BOARD = {"held_why": None, "hidden_by": None, "lapses_at": None}


async def _delete(session: AsyncSession, post: Post, *, caller: Caller) -> None:
    await checks.void_checks(session, subject_id=post.id)
    await checks.forget_texts(session, post_id=post.id, now=caller.now)
    await remove_of(session, subject_id=post.id, actor=caller.actor, now=caller.now)
    await move_post(
        session, post, "delete", POST_DELETED, actor=caller.actor, now=caller.now,
        writes={**_OFF_THE_BOARD, "note_sealed": b"", "appeal_sealed": b""},
    )  # fmt: skip


async def _may_write(
    session: AsyncSession,
    said: Said,
    *,
    parent_id: UUID | None,
    is_phone_needed: bool,
    vault: Vault,
    caller: Caller,
) -> frozenset[UUID]:
    """Refuse who may not write now; from whom blocks part those who may."""
    await counting.lock_person(session, user_id=caller.user_id)
    has_phone, apart = await counting.person(session, user_id=caller.user_id)
    if is_phone_needed and not has_phone:
        raise AppError("phone_needed")
    now = caller.now
    strikes, last_at = await counting.strikes_since(
        session, author_id=caller.user_id, since=now - STRIKES_WITHIN
    )
    if strikes >= STRIKES and last_at is not None and last_at + REST > now:
        raise AppError("author_resting", (last_at + REST).isoformat())
    is_comment = parent_id is not None
    written = await counting.written_since(
        session, author_id=caller.user_id, since=now - DAY, is_comment=is_comment
    )
    most = COMMENTS_PER_DAY if is_comment else POSTS_PER_DAY
    refuse_beyond(written, most, code="board_day_used", now=now)
    if await counting.repeated(
        session,
        indexes=vault.indexes(squeezed(said.text), column=TEXT_COLUMN),
        author_id=caller.user_id,
        since=now - DAY,
        parent_id=parent_id,
    ):
        raise AppError("post_repeated")
    return apart


async def _submit(
    session: AsyncSession, post: Post, said: Said, *, vault: Vault, caller: Caller
) -> tuple[str, ...]:
    post.id = new_id()
    await posts.add(session, rows=[post])
    hotlines = await _keep_text(session, post, 1, said, vault=vault, caller=caller)
    await emit(
        session,
        POST_SUBMITTED,
        subject_id=post.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=post.community_id,
        to_state="pending_review",
        kind=post.kind,
        category=post.category,
        parent_id=_text(post.parent_id),
        danger=list(hotlines),
    )
    return hotlines


async def _keep_text(
    session: AsyncSession, post: Post, n: int, said: Said, *, vault: Vault, caller: Caller
) -> tuple[str, ...]:
    """Keep a version of a text with its photos, and plan its checks; the numbers to call."""
    upload_ids = list(dict.fromkeys(said.upload_ids))
    await claim(
        session, upload_ids=upload_ids, owner_id=caller.user_id, purpose="post",
        subject_id=post.id, now=caller.now,
    )  # fmt: skip
    hotlines = danger(said.text)
    flags = [*personal_data(said.text), *([_DANGER] if hotlines else [])]
    row = new_text(
        said.text, post_id=post.id, n=n, flags=flags, upload_ids=upload_ids, vault=vault,
        now=caller.now,
    )  # fmt: skip
    await posts.add(session, rows=[row])
    await checks.add_checks(session, subject_id=post.id, n=n, upload_ids=upload_ids, now=caller.now)
    return hotlines


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
