"""What others say to a post: "me too", and that it should not stand there."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.events import ME_TOO_GIVEN, ME_TOO_TAKEN_BACK, POST_HIDDEN, REPORT_FILED
from api.board.models import Post, PostReport
from api.board.queries import counting, piles, posts
from api.board.rules import (
    DAY,
    HIDDEN_BY_REPORTS,
    REPORTS_PER_DAY,
    REPORTS_THAT_HIDE,
    ReportCode,
    is_urgent,
    report_within,
)
from api.board.service.moving import REPORT_COLUMN, move_post
from api.board.service.seeing import refuse_beyond, seen_post
from api.board.service.watching import hear
from api.board.states import ME_TOO, POST
from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.places.service import community_of_place


async def give_me_too(session: AsyncSession, *, post_id: UUID, caller: Caller) -> Post:
    """Say that it is the same for the caller; saying it twice changes nothing.

    Raises:
        AppError: not_found, own_post, post_moved_on.
    """
    post = await seen_post(session, post_id=post_id, caller=caller)
    if post.author_id == caller.user_id:
        raise AppError("own_post")
    if post.state != "published":
        raise AppError("post_moved_on")
    given = await piles.give_me_too(
        session, post_id=post.id, user_id=caller.user_id, now=caller.now
    )
    if given is None:
        return post
    me_too_id, version = given
    await emit(
        session,
        ME_TOO_GIVEN,
        subject_id=me_too_id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=post.community_id,
        from_state=None if version == 1 else "taken_back",
        to_state="given",
    )
    community = await community_of_place(session, place_id=post.place_id)
    await hear(session, post=post, threshold=community.settings.pile_voices, now=caller.now)
    return post


async def cancel_me_too(session: AsyncSession, *, post_id: UUID, caller: Caller) -> None:
    """Take it back; where nothing was given, nothing changes."""
    me_too_id = await piles.given_me_too(session, post_id=post_id, user_id=caller.user_id)
    if me_too_id is None:
        return
    moved = await posts.move(session, ME_TOO, key=me_too_id, event="take_back", from_state="given")
    if moved is None:
        return
    await emit(
        session,
        ME_TOO_TAKEN_BACK,
        subject_id=me_too_id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        from_state="given",
        to_state="taken_back",
    )


async def report(
    session: AsyncSession,
    *,
    post_id: UUID,
    code: ReportCode,
    text: str,
    vault: Vault,
    caller: Caller,
) -> PostReport:
    """Say that a text should not stand there: its number; once open for each person and text.

    Many people's reports hide it until staff look, or for a day: hiding is not judging.

    Raises:
        AppError: not_found, own_post, post_moved_on, board_day_used.
    """
    post = await seen_post(session, post_id=post_id, caller=caller, lock=True)
    if post.author_id == caller.user_id:
        raise AppError("own_post")
    if not POST.allows(post.state, "hide") or post.state == "hidden":
        raise AppError("post_moved_on")
    before = await posts.open_report_by(session, post_id=post.id, reporter_id=caller.user_id)
    if before is not None:
        return before
    await counting.lock_person(session, user_id=caller.user_id)
    filed = await counting.filed_since(session, reporter_id=caller.user_id, since=caller.now - DAY)
    refuse_beyond(filed, REPORTS_PER_DAY, code="board_day_used", now=caller.now)
    row = await _file(session, post, code=code, text=text, vault=vault, caller=caller)
    reports = await posts.open_reports(session, post_id=post.id)
    if len(reports) >= REPORTS_THAT_HIDE and not post.is_settled:
        await move_post(
            session, post, "hide", POST_HIDDEN, actor=SYSTEM, now=caller.now,
            writes={"hidden_by": "reports", "lapses_at": caller.now + HIDDEN_BY_REPORTS},
            by="reports", code=None,
        )  # fmt: skip
    return row


async def _file(
    session: AsyncSession, post: Post, *, code: ReportCode, text: str, vault: Vault, caller: Caller
) -> PostReport:
    report_id = new_id()
    row = PostReport(
        id=report_id,
        post_id=post.id,
        content=post.content,
        reporter_id=caller.user_id,
        code=code,
        text_sealed=vault.seal(text, column=REPORT_COLUMN, row=report_id),
        due_at=caller.now + report_within(code),
        created_at=caller.now,
    )
    await posts.add(session, rows=[row])
    await emit(
        session,
        REPORT_FILED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=post.community_id,
        to_state="open",
        code=code,
        urgent=is_urgent(code),
    )
    return row
