"""What follows from the checks of a text: it is shown, or a person has to look."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.events import POST_HELD, POST_PUBLISHED
from api.board.models import Post
from api.board.queries import checks
from api.board.rules import judge
from api.board.service.moving import move_post
from api.events.log import SYSTEM
from api.kit.ids import new_id


async def settle(session: AsyncSession, post: Post, *, now: datetime) -> Post:
    """Show a locked post whose every check passed; else tell why a person has to look, once.

    Safe to repeat: what is decided already stays as it is.
    """
    if post.state != "pending_review":
        return post
    text = await checks.text_of(session, post_id=post.id, n=post.content)
    verdict = judge(
        flags=text.flags,
        is_appealed=post.appealed_content == post.content,
        checks=await checks.checks(session, subject_id=post.id, n=post.content),
    )
    if verdict.may_show:
        await checks.approve_text(session, post_id=post.id, n=post.content, by="checks")
        return await move_post(
            session, post, "publish", POST_PUBLISHED, actor=SYSTEM, now=now,
            writes=shown(post, now=now), by="checks", parent_id=_parent(post),
        )  # fmt: skip
    if verdict.why is None or verdict.why == post.held_why:
        return post
    return await move_post(
        session, post, "hold", POST_HELD, actor=SYSTEM, now=now,
        writes={"held_why": verdict.why}, why=verdict.why,
    )  # fmt: skip


def shown(post: Post, *, now: datetime) -> dict[str, Any]:
    """What a post whose present text is shown has; its place in feeds is that of the first time."""
    return {
        "shown_content": post.content,
        "held_why": None,
        "rank_id": post.rank_id or new_id(),
        "shown_at": post.shown_at or now,
    }


def _parent(post: Post) -> str | None:
    return None if post.parent_id is None else str(post.parent_id)
