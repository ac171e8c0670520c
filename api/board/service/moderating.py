"""What staff decide about texts, always of the version that they saw, and appeals against it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.events import (
    POST_APPEALED,
    POST_HIDDEN,
    POST_KEPT,
    POST_PUBLISHED,
    POST_REJECTED,
    POST_RESTORED,
)
from api.board.models import Post
from api.board.queries import checks, posts
from api.board.rules import APPEAL_WITHIN, DecisionCode
from api.board.service.moving import APPEAL_COLUMN, NOTE_COLUMN, end_reports, move_post
from api.board.service.seeing import own_post, staff_post
from api.board.service.settling import shown
from api.board.states import POST
from api.errors import AppError
from api.events.log import SYSTEM
from api.identity.caller import Caller
from api.kit.crypto import Vault

_VISIBLE_AGAIN = {"hidden_by": None, "lapses_at": None, "is_settled": True}


async def publish(session: AsyncSession, *, post_id: UUID, version: int, caller: Caller) -> Post:
    """Let a text be shown that a person looked at; what was reported of it is dismissed.

    Raises:
        AppError: role_missing, not_found, version_changed, post_moved_on, own_decision,
            another_must_decide.
    """
    post = await _to_decide(session, "publish", post_id=post_id, version=version, caller=caller)
    await checks.void_checks(session, subject_id=post.id)
    await checks.approve_text(session, post_id=post.id, n=post.content, by="staff")
    await end_reports(session, post, "dismiss", actor=caller.actor, now=caller.now)
    return await move_post(
        session, post, "publish", POST_PUBLISHED, actor=caller.actor, now=caller.now,
        writes={**shown(post, now=caller.now), **_decided(caller), "is_settled": True},
        by="staff", parent_id=None if post.parent_id is None else str(post.parent_id),
    )  # fmt: skip


async def reject(
    session: AsyncSession,
    *,
    post_id: UUID,
    version: int,
    code: DecisionCode,
    note: str,
    vault: Vault,
    caller: Caller,
) -> Post:
    """Do not let a text be shown, and tell its author why.

    Raises:
        AppError: role_missing, not_found, version_changed, post_moved_on, own_decision,
            another_must_decide.
    """
    post = await _to_decide(session, "reject", post_id=post_id, version=version, caller=caller)
    await checks.void_checks(session, subject_id=post.id)
    await checks.end_text(session, post_id=post.id, n=post.content, at=caller.now)
    await end_reports(session, post, "uphold", actor=caller.actor, now=caller.now)
    return await move_post(
        session, post, "reject", POST_REJECTED, actor=caller.actor, now=caller.now,
        writes={"held_why": None, **_decided(caller, code, _note(post, note, vault))}, code=code,
    )  # fmt: skip


async def hide(
    session: AsyncSession,
    *,
    post_id: UUID,
    version: int,
    code: DecisionCode,
    note: str,
    vault: Vault,
    caller: Caller,
) -> Post:
    """Take a text off the board, or confirm that reports did, and tell its author why.

    Raises:
        AppError: role_missing, not_found, version_changed, post_moved_on, own_decision.
    """
    post = await _to_decide(session, "hide", post_id=post_id, version=version, caller=caller)
    if post.hidden_by == "staff":
        raise AppError("post_moved_on")
    await checks.end_text(session, post_id=post.id, n=post.content, at=caller.now)
    await end_reports(session, post, "uphold", actor=caller.actor, now=caller.now)
    decided = _decided(caller, code, _note(post, note, vault))
    return await move_post(
        session, post, "hide", POST_HIDDEN, actor=caller.actor, now=caller.now,
        writes={**decided, "hidden_by": "staff", "lapses_at": None}, by="staff", code=code,
    )  # fmt: skip


async def keep(session: AsyncSession, *, post_id: UUID, version: int, caller: Caller) -> Post:
    """Leave a reported text, or bring a hidden one back: what was reported of it is dismissed.

    Raises:
        AppError: role_missing, not_found, version_changed, post_moved_on, own_decision.
    """
    event = "keep"
    post = await staff_post(session, post_id=post_id, caller=caller, version=version)
    if post.state == "hidden":
        event = "restore"
    _may_decide(post, event, caller)
    await checks.end_text(session, post_id=post.id, n=post.content, at=None)
    await end_reports(session, post, "dismiss", actor=caller.actor, now=caller.now)
    told: dict[str, str] = {"by": "staff"} if event == "restore" else {}
    return await move_post(
        session, post, event, POST_RESTORED if told else POST_KEPT, actor=caller.actor,
        now=caller.now, writes={**_VISIBLE_AGAIN, **_decided(caller)}, **told,
    )  # fmt: skip


async def appeal(
    session: AsyncSession, *, post_id: UUID, text: str, vault: Vault, caller: Caller
) -> Post:
    """Ask that somebody else of the staff looks at a text again; once for each text.

    Raises:
        AppError: not_found, post_moved_on, already_appealed, appeal_too_late.
    """
    post = await own_post(session, post_id=post_id, caller=caller)
    if not POST.allows(post.state, "appeal"):
        raise AppError("post_moved_on")
    if post.appealed_content == post.content:
        raise AppError("already_appealed")
    if post.decided_at is not None and post.decided_at + APPEAL_WITHIN < caller.now:
        raise AppError("appeal_too_late")
    await checks.end_text(session, post_id=post.id, n=post.content, at=None)
    sealed = vault.seal(text, column=APPEAL_COLUMN, row=post.id)
    return await move_post(
        session, post, "appeal", POST_APPEALED, actor=caller.actor, now=caller.now,
        writes={
            "appealed_content": post.content, "appeal_sealed": sealed, "held_why": "appealed",
            "hidden_by": None, "lapses_at": None,
        },
    )  # fmt: skip


async def lapse(session: AsyncSession, *, post_id: UUID, now: datetime) -> bool:
    """Bring back what reports hid and nobody looked at for a day; the reports stay open."""
    post = await posts.post(session, post_id=post_id, lock=True)
    if post is None or post.lapses_at is None or post.lapses_at > now:
        return False
    await move_post(
        session, post, "restore", POST_RESTORED, actor=SYSTEM, now=now,
        writes=_VISIBLE_AGAIN, by="time",
    )  # fmt: skip
    return True


async def _to_decide(
    session: AsyncSession, event: str, *, post_id: UUID, version: int, caller: Caller
) -> Post:
    post = await staff_post(session, post_id=post_id, caller=caller, version=version)
    _may_decide(post, event, caller)
    return post


def _may_decide(post: Post, event: str, caller: Caller) -> None:
    if not POST.allows(post.state, event):
        raise AppError("post_moved_on")
    if post.author_id == caller.user_id:
        raise AppError("own_decision")
    is_appealed = post.state == "pending_review" and post.appealed_content == post.content
    if is_appealed and post.decided_by_id == caller.user_id:
        raise AppError("another_must_decide")


def _decided(caller: Caller, code: str | None = None, note: bytes = b"") -> dict[str, Any]:
    return {
        "decided_by_id": caller.user_id,
        "decided_for": code,
        "decided_at": caller.now,
        "note_sealed": note,
    }


def _note(post: Post, note: str, vault: Vault) -> bytes:
    return vault.seal(note, column=NOTE_COLUMN, row=post.id) if note else b""
