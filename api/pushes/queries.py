"""SQL of pushed messages and of consents."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.kit.ids import new_id
from api.pushes.models import LEFT_MAX
from api.wechat.gateway import Opinion

_NOTE_SQL = """
INSERT INTO pushes (key, kind, received_at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO NOTHING RETURNING key
"""
_KEEP_ANSWER_SQL = """
INSERT INTO media_answers (id, trace_id, suggest, label, version, received_at)
VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (trace_id) DO NOTHING RETURNING id
"""
_ANSWER_SQL = "SELECT trace_id, suggest, label FROM media_answers WHERE id = $1"
# `$4` is added, `$5` kept of what was there (1 or 0): 1, 1 counts up; -1, 1 down; 0, 0 clears.
_COUNT_SQL = f"""
INSERT INTO subscriptions AS s (id, user_id, template_id, left_count, version, changed_at)
VALUES ($1, $2, $3, greatest($4::int, 0), 1, $6)
ON CONFLICT (user_id, template_id) DO UPDATE SET
    left_count = least(greatest(s.left_count * $5::int + $4::int, 0), {LEFT_MAX}),
    version = s.version + 1, changed_at = $6
RETURNING id, version, left_count
"""
# Before the message is sent, so that two can never go on one consent.
_SPEND_SQL = """
UPDATE subscriptions SET left_count = left_count - 1, version = version + 1, changed_at = $3
WHERE user_id = $1 AND template_id = $2 AND left_count > 0
RETURNING id, version, left_count
"""
# Unless WeChat, or the person, took all back meanwhile.
_GIVE_BACK_SQL = f"""
UPDATE subscriptions AS s SET left_count = least(left_count + 1, {LEFT_MAX}),
    version = version + 1, changed_at = $3
WHERE user_id = $1 AND template_id = $2 AND NOT EXISTS (
    SELECT 1 FROM events AS e WHERE e.subject = 'subscription' AND e.subject_id = s.id
      AND e.subject_seq > $4 AND e.data ->> 'why' = 'withdrawn')
RETURNING id, version, left_count
"""
_ALL_LEFT_SQL = """
SELECT template_id, left_count FROM subscriptions WHERE user_id = $1 ORDER BY 1 LIMIT 200
"""
_LEFT_SQL = "SELECT left_count FROM subscriptions WHERE user_id = $1 AND template_id = $2"


async def note_push(session: AsyncSession, *, key: bytes, kind: str, now: datetime) -> bool:
    """Remember that a message came; false: it came before."""
    return bool(await run(session, _NOTE_SQL, key, kind, now))


async def keep_answer(
    session: AsyncSession, *, trace_id: str, opinion: Opinion, now: datetime
) -> UUID | None:
    """Keep what WeChat thinks of a picture; ``None``: it was told before."""
    rows = await run(
        session, _KEEP_ANSWER_SQL, new_id(), trace_id, opinion.suggest, opinion.label, now
    )
    return rows[0][0] if rows else None


async def answer(session: AsyncSession, *, answer_id: UUID) -> tuple[str, Opinion] | None:
    """The number and what WeChat thinks; ``None``: forgotten."""
    rows = await run(session, _ANSWER_SQL, answer_id)
    return (rows[0][0], Opinion(rows[0][1], rows[0][2])) if rows else None


async def count_consent(
    session: AsyncSession,
    *,
    user_id: UUID,
    template_id: str,
    add: int,
    keep: int,
    now: datetime,
) -> tuple[UUID, int, int]:
    """Count a consent up or down, or clear it: the row's id, its version and what is left."""
    rows = await run(session, _COUNT_SQL, new_id(), user_id, template_id, add, keep, now)
    return rows[0][0], rows[0][1], rows[0][2]


async def consents_left(session: AsyncSession, *, user_id: UUID, template_id: str) -> int:
    """How many messages of a template a person still lets us send, as far as we know."""
    rows = await run(session, _LEFT_SQL, user_id, template_id)
    return rows[0][0] if rows else 0


async def spend_consent(
    session: AsyncSession, *, user_id: UUID, template_id: str, now: datetime
) -> tuple[UUID, int, int] | None:
    """Take one consent: the row's id, its version and what is left; ``None``: there is none."""
    rows = await run(session, _SPEND_SQL, user_id, template_id, now)
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


async def give_back_consent(
    session: AsyncSession, *, user_id: UUID, template_id: str, spent_version: int, now: datetime
) -> tuple[UUID, int, int] | None:
    """Give back a consent that was taken and not used; ``None``: all were withdrawn meanwhile."""
    rows = await run(session, _GIVE_BACK_SQL, user_id, template_id, now, spent_version)
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


async def all_consents_left(session: AsyncSession, *, user_id: UUID) -> dict[str, int]:
    """What is left of each of a person's consents, by template id."""
    return {r[0]: r[1] for r in await run(session, _ALL_LEFT_SQL, user_id)}
