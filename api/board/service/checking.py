"""Letting WeChat look at texts and photos: asked outside of transactions, never taken on trust.

Whatever goes wrong, a text waits: for another try, for an opinion that is pushed later, or for a
person. An answer counts for exactly the version that was asked about.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.queries import checks, posts
from api.board.queries.checks import Asked, Subject
from api.board.rules import ANSWER_WITHIN, LEASE, TRIES_MAX, pause_after
from api.board.service.settling import settle
from api.kit.crypto import Vault
from api.kit.db import Database
from api.pushes.queries import answer as pushed_answer
from api.uploads.service import signed_path
from api.wechat.gateway import (
    GatewayUnavailable,
    MiniProgram,
    NotCheckable,
    NotConfigured,
    Opinion,
    Throttled,
)

_NOW = timedelta()
_WHYS = {"review": "wechat_review", "risky": "wechat_risky"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One kind of what is checked: what to lock before an answer is written, and what follows."""

    lock: Callable[[AsyncSession, UUID], Awaitable[None]]
    settle: Callable[[AsyncSession, UUID, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Checker:
    """What checking needs. No ``media_base``: WeChat cannot reach our photos."""

    database: Database
    mini_program: MiniProgram
    vault: Vault
    media_base: str
    kinds: Mapping[Subject, Checked]


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: str
    why: str | None = None
    opinion: Opinion | None = None
    trace_id: str | None = None
    wait: timedelta = _NOW


_FAILED = _Outcome("waiting")


async def ask_checks(checker: Checker, *, subject_id: UUID | None = None, limit: int) -> int:
    """Ask for checks that are due (of one text, or of all); how many. Safe to repeat."""
    async with checker.database.transaction() as (session, now):
        due = await checks.claim_checks(
            session, subject_id=subject_id, until=now + LEASE, now=now, limit=limit
        )
    for asked in due:
        outcome = await _ask(checker, asked, now=now)
        async with checker.database.transaction() as (session, recorded_at):
            kind = checker.kinds[asked.subject]
            await _record(session, kind, asked, outcome, now=recorded_at)
    return len(due)


async def take_answer(session: AsyncSession, *, answer_id: UUID, now: datetime) -> bool:
    """Take in what WeChat pushed about a photo; false: it is about nothing that waits.

    It may come before its number is written: then a sweep finds it.
    """
    found = await pushed_answer(session, answer_id=answer_id)
    if found is None:
        return False
    trace_id, opinion = found
    asked = await checks.asked_under(session, trace_id=trace_id)
    if asked is None:
        return False
    check_id, post_id = asked
    outcome = _of(opinion)
    return await _write(session, POSTS, check_id, post_id, "asked", outcome, now=now)


async def give_up_waiting(session: AsyncSession, *, check_id: UUID, now: datetime) -> bool:
    """WeChat said nothing about a photo in time: a person looks."""
    post_id = await checks.post_of_check(session, check_id=check_id)
    outcome = _Outcome("held", "no_answer")
    return await _write(session, POSTS, check_id, post_id, "asked", outcome, now=now)


async def due_to_take(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Opinions that came for checks that wait."""
    return await checks.answered(session, now=now, limit=limit)


async def _ask(checker: Checker, asked: Asked, *, now: datetime) -> _Outcome:
    scene = "comment" if asked.is_comment else "forum"
    # Its author left, or its words were forgotten meanwhile.
    if asked.openid is None or not asked.text_sealed:
        return _Outcome("held", "not_checkable")
    try:
        if asked.upload_id is None:
            words = checker.vault.open(
                bytes(asked.text_sealed), column=asked.column, row=asked.subject_id
            )
            return _of(
                await checker.mini_program.check_text(
                    openid=asked.openid, content=words, scene=scene
                )
            )
        url = _address(checker, asked.upload_id, now=now)
        if url is None:
            return _Outcome("held", "not_configured")
        trace_id = await checker.mini_program.check_picture(
            openid=asked.openid, url=url, scene=scene
        )
        return _Outcome("asked", trace_id=trace_id, wait=ANSWER_WITHIN)
    except NotConfigured:
        return _Outcome("held", "not_configured")
    except NotCheckable:
        return _Outcome("held", "not_checkable")
    except (GatewayUnavailable, Throttled):
        return _FAILED


def _of(opinion: Opinion) -> _Outcome:
    if opinion.suggest == "pass":
        return _Outcome("passed", opinion=opinion)
    return _Outcome("held", _WHYS[opinion.suggest], opinion)


def _address(checker: Checker, upload_id: UUID, *, now: datetime) -> str | None:
    """Where WeChat fetches a photo, for as long as it may take its time."""
    if not checker.media_base:
        return None
    expires_s = int((now + ANSWER_WITHIN).timestamp())
    path = signed_path(checker.vault, upload_id=upload_id, size="photo", expires_s=expires_s)
    return checker.media_base + path


async def _record(
    session: AsyncSession, kind: Checked, asked: Asked, outcome: _Outcome, *, now: datetime
) -> None:
    if outcome is _FAILED:
        tries = 1 + await checks.tries_of(session, check_id=asked.check_id)
        outcome = _Outcome("waiting", wait=pause_after(tries))
        if tries >= TRIES_MAX:
            outcome = _Outcome("held", "check_unavailable")
    await _write(session, kind, asked.check_id, asked.subject_id, "waiting", outcome, now=now)


async def _write(
    session: AsyncSession,
    kind: Checked,
    check_id: UUID,
    subject_id: UUID,
    from_state: str,
    outcome: _Outcome,
    *,
    now: datetime,
) -> bool:
    """Write an outcome and what follows; false: it does not count any more."""
    await kind.lock(session, subject_id)
    is_new = await checks.record_check(
        session,
        check_id=check_id,
        from_state=from_state,
        state=outcome.state,
        why=outcome.why,
        opinion=outcome.opinion,
        trace_id=outcome.trace_id,
        next_at=now + outcome.wait,
    )
    if is_new:
        await kind.settle(session, subject_id, now)
    return is_new


async def _lock_post(session: AsyncSession, post_id: UUID) -> None:
    assert await posts.post(session, post_id=post_id, lock=True), "a check has its post"


async def _settle_post(session: AsyncSession, post_id: UUID, now: datetime) -> None:
    post = await posts.post(session, post_id=post_id)
    assert post is not None, "it was locked"
    await settle(session, post, now=now)


POSTS = Checked(_lock_post, _settle_post)
