"""One move of a post and its event, for every act of the board."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.events import REPORT_CLOSED, REPORT_DISMISSED, REPORT_UPHELD
from api.board.models import Post, PostText
from api.board.queries import posts
from api.board.rules import squeezed
from api.board.states import POST, REPORT
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.kit.crypto import Vault

NOTE_COLUMN, APPEAL_COLUMN = "posts.note", "posts.appeal"
TEXT_COLUMN, REPORT_COLUMN = "post_texts.text", "post_reports.text"
_OUTCOMES = {"uphold": REPORT_UPHELD, "dismiss": REPORT_DISMISSED, "close": REPORT_CLOSED}


async def move_post(
    session: AsyncSession,
    post: Post,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> Post:
    """Move a locked post that may move so, write what changes with it, and tell; the row anew."""
    before = post.state
    moved = await posts.move(
        session, POST, key=post.id, event=event, from_state=before, **(writes or {})
    )
    assert moved is not None, "the post was locked"
    await emit(
        session,
        kind,
        subject_id=post.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=post.community_id,
        from_state=before,
        to_state=moved.state,
        **data,
    )
    again = await posts.post(session, post_id=post.id)
    assert again is not None
    return again


async def end_reports(
    session: AsyncSession, post: Post, event: str, *, actor: Actor, now: datetime
) -> None:
    """Decide all open reports of a post alike: ``uphold``, ``dismiss`` or ``close``."""
    for report_id in await posts.open_reports(session, post_id=post.id):
        moved = await posts.move(
            session, REPORT, key=report_id, event=event, from_state="open", decided_at=now
        )
        assert moved is not None, "the report was locked"
        await emit(
            session,
            _OUTCOMES[event],
            subject_id=report_id,
            subject_seq=moved.version,
            actor=actor,
            now=now,
            community_id=post.community_id,
            from_state="open",
            to_state=moved.state,
        )


def new_text(
    text: str,
    *,
    post_id: UUID,
    n: int,
    flags: list[str],
    upload_ids: list[UUID],
    vault: Vault,
    now: datetime,
) -> PostText:
    """The row of a version of a text."""
    return PostText(
        post_id=post_id,
        n=n,
        text_sealed=vault.seal(text, column=f"{TEXT_COLUMN}|{n}", row=post_id),
        text_index=vault.index(squeezed(text), column=TEXT_COLUMN),
        flags=flags,
        upload_ids=upload_ids,
        made_at=now,
    )


def open_text(sealed: bytes, *, post_id: UUID, n: int, vault: Vault) -> str:
    """The words of a version; empty, where they were forgotten."""
    if not sealed:
        return ""
    return vault.open(bytes(sealed), column=f"{TEXT_COLUMN}|{n}", row=post_id)
