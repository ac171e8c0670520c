"""SQL of texts and their checks. First a post, or the case of an outcome, is locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import PostText
from api.board.rules import Check
from api.kit.db import run
from api.kit.ids import new_id
from api.wechat.gateway import Opinion

_ADD_CHECKS_SQL = """
INSERT INTO content_checks (id, post_id, outcome_id, n, upload_id, state, tries, next_at)
SELECT i, CASE $6 WHEN 'post' THEN $2::uuid END, CASE $6 WHEN 'outcome' THEN $2::uuid END, $3, u,
       'waiting', 0, $5
FROM unnest($1::uuid[], $4::uuid[]) AS c (i, u)
"""
_CHECKS_SQL = """
SELECT coalesce(post_id, outcome_id), state, why, tries FROM content_checks
WHERE coalesce(post_id, outcome_id) = ANY ($1::uuid[]) AND n = $2 ORDER BY id
"""
_VOID_CHECKS_SQL = """
UPDATE content_checks SET state = 'void', why = NULL
WHERE coalesce(post_id, outcome_id) = $1
  AND (state IN ('waiting', 'asked') OR state = 'held' AND why = 'no_answer')
"""
# The lease keeps others off while WeChat is asked; a worker that dies loses it.
_CLAIM_CHECKS_SQL = """
WITH due AS (
    SELECT id FROM content_checks
    WHERE state = 'waiting' AND next_at <= $1
      AND ($2::uuid IS NULL OR coalesce(post_id, outcome_id) = $2)
    ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED),
claimed AS (
    UPDATE content_checks AS c SET next_at = $4 FROM due
    WHERE c.id = due.id RETURNING c.id, c.post_id, c.outcome_id, c.n, c.upload_id)
SELECT c.id, 'post', c.post_id, c.upload_id, u.openid, 'post_texts.text|' || c.n, t.text_sealed,
       p.parent_id IS NOT NULL
FROM claimed AS c JOIN posts AS p ON p.id = c.post_id JOIN users AS u ON u.id = p.author_id
JOIN post_texts AS t ON t.post_id = c.post_id AND t.n = c.n
UNION ALL
SELECT c.id, 'outcome', c.outcome_id, c.upload_id, u.openid, 'outcomes.text', o.text_sealed, false
FROM claimed AS c JOIN outcomes AS o ON o.id = c.outcome_id
JOIN users AS u ON u.id = o.drafted_by_id
ORDER BY 1
"""
_RECORD_SQL = """
UPDATE content_checks SET state = $3, why = $4, label = coalesce($5, label), next_at = $6,
    trace_id = coalesce($7, trace_id),
    tries = tries + CASE WHEN $2 = 'waiting' THEN 1 ELSE 0 END
WHERE id = $1 AND (state = $2 OR $2 = 'asked' AND state = 'held' AND why = 'no_answer')
RETURNING id
"""
_TRIES_SQL = "SELECT tries FROM content_checks WHERE id = $1"
_ASKED_SQL = """
SELECT id, post_id FROM content_checks
WHERE trace_id = $1 AND (state = 'asked' OR state = 'held' AND why = 'no_answer')
"""
_ANSWERED_SQL = """
SELECT a.id FROM content_checks AS c JOIN media_answers AS a ON a.trace_id = c.trace_id
WHERE c.state = 'asked' AND c.next_at > $1 ORDER BY c.next_at LIMIT $2
"""
_UNANSWERED_SQL = """
SELECT id FROM content_checks WHERE state = 'asked' AND next_at <= $1 ORDER BY next_at LIMIT $2
"""
_POST_OF_CHECK_SQL = "SELECT post_id FROM content_checks WHERE id = $1"
_APPROVE_SQL = "UPDATE post_texts SET approved = $3, ended_at = NULL WHERE post_id = $1 AND n = $2"
_END_TEXT_SQL = "UPDATE post_texts SET ended_at = $3 WHERE post_id = $1 AND n = $2"
_FORGET_TEXTS_SQL = """
UPDATE post_texts SET text_sealed = '', ended_at = coalesce(ended_at, $2) WHERE post_id = $1
"""


# What has words that WeChat checks.
Subject = Literal["post", "outcome"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A check that is to be asked for: of the words, or of a photo; ``openid`` none: they left."""

    check_id: UUID
    subject: Subject
    subject_id: UUID
    upload_id: UUID | None
    openid: str | None
    # For which column its words are sealed.
    column: str
    text_sealed: bytes
    is_comment: bool


async def text_of(session: AsyncSession, *, post_id: UUID, n: int) -> PostText:
    """One version of a text."""
    return await session.get_one(PostText, (post_id, n), populate_existing=True)


async def add_checks(
    session: AsyncSession,
    *,
    subject: Subject = "post",
    subject_id: UUID,
    n: int = 1,
    upload_ids: Sequence[UUID] = (),
    now: datetime,
) -> None:
    """Plan the checks of a text: of its words and of every photo."""
    subjects = [None, *upload_ids]
    ids = [new_id() for _ in subjects]
    await run(session, _ADD_CHECKS_SQL, ids, subject_id, n, subjects, now, subject)


async def checks(session: AsyncSession, *, subject_id: UUID, n: int) -> list[Check]:
    """How the checks of one version stand."""
    return (await checks_of(session, subject_ids=[subject_id], n=n))[subject_id]


async def checks_of(
    session: AsyncSession, *, subject_ids: Sequence[UUID], n: int = 1
) -> dict[UUID, list[Check]]:
    """How the checks of one version of each stand."""
    found: dict[UUID, list[Check]] = {i: [] for i in subject_ids}
    for subject_id, *check in await run(session, _CHECKS_SQL, list(subject_ids), n):
        found[subject_id].append(Check(*check))
    return found


async def void_checks(session: AsyncSession, *, subject_id: UUID) -> None:
    """Let no answer count any more: the text changed, or a person decided."""
    await run(session, _VOID_CHECKS_SQL, subject_id)


async def claim_checks(
    session: AsyncSession, *, subject_id: UUID | None, until: datetime, now: datetime, limit: int
) -> list[Asked]:
    """Take checks that are due, for so long; asking counts as a try once its end is known."""
    rows = await run(session, _CLAIM_CHECKS_SQL, now, subject_id, limit, until)
    return [Asked(*r) for r in rows]


async def record_check(
    session: AsyncSession,
    *,
    check_id: UUID,
    from_state: str,
    state: str,
    next_at: datetime,
    why: str | None = None,
    opinion: Opinion | None = None,
    trace_id: str | None = None,
) -> bool:
    """Write what became of a check; false: it does not count any more, or is known already."""
    label = None if opinion is None else opinion.label
    arguments = (check_id, from_state, state, why, label, next_at, trace_id)
    return bool(await run(session, _RECORD_SQL, *arguments))


async def tries_of(session: AsyncSession, *, check_id: UUID) -> int:
    """How often a check was asked for."""
    return (await run(session, _TRIES_SQL, check_id))[0][0]


async def asked_under(session: AsyncSession, *, trace_id: str) -> tuple[UUID, UUID] | None:
    """The check that waits for an opinion under this number, and its post."""
    rows = await run(session, _ASKED_SQL, trace_id)
    return (rows[0][0], rows[0][1]) if rows else None


async def answered(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Opinions that came for checks that wait, also before their number was written."""
    return [r[0] for r in await run(session, _ANSWERED_SQL, now, limit)]


async def unanswered(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Checks of photos about which WeChat said nothing in time."""
    return [r[0] for r in await run(session, _UNANSWERED_SQL, now, limit)]


async def post_of_check(session: AsyncSession, *, check_id: UUID) -> UUID:
    """Of which post a check is."""
    return (await run(session, _POST_OF_CHECK_SQL, check_id))[0][0]


async def approve_text(session: AsyncSession, *, post_id: UUID, n: int, by: str) -> None:
    """Note who lets a text be shown: ``checks`` or ``staff``."""
    await run(session, _APPROVE_SQL, post_id, n, by)


async def end_text(session: AsyncSession, *, post_id: UUID, n: int, at: datetime | None) -> None:
    """Note since when a text is shown to nobody; none: it may be again."""
    await run(session, _END_TEXT_SQL, post_id, n, at)


async def forget_texts(session: AsyncSession, *, post_id: UUID, now: datetime) -> None:
    """Forget the words of all versions; their keyed hashes stay as evidence."""
    await run(session, _FORGET_TEXTS_SQL, post_id, now)
