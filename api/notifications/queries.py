"""SQL of inboxes, and of messages to be sent. An inbox is locked before its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.purposes import PURPOSES
from api.kit.db import run
from api.notifications.models import InboxRecord

# The people are locked, as an account that closes now waits, and forgets what is written here.
_PUT_SQL = """
INSERT INTO inbox_records (id, user_id, event_seq, kind, role, subject, subject_id, details, at)
SELECT t.id, user_id, $3, $4, role, $5, $6, details::jsonb, $7
FROM unnest($1::uuid[], $2::uuid[], $8::text[], $9::text[]) AS t (id, user_id, role, details)
JOIN users AS u ON u.id = t.user_id AND u.state <> 'closed'
ORDER BY user_id FOR KEY SHARE OF u
ON CONFLICT (event_seq, user_id) DO NOTHING RETURNING id, user_id
"""
# In the order of the people, so that two who tell the same ones do not stand in each other's way.
_COUNT_SQL = """
INSERT INTO inboxes AS i (user_id, unread, version)
SELECT user_id, 1, 1 FROM unnest($1::uuid[]) AS t (user_id) ORDER BY user_id
ON CONFLICT (user_id) DO UPDATE SET unread = i.unread + 1, version = i.version + 1
RETURNING user_id, version
"""
_UNCOUNT_SQL = """
UPDATE inboxes SET unread = unread - $2, version = version + 1 WHERE user_id = $1 RETURNING version
"""
_LOCK_SQL = "SELECT unread FROM inboxes WHERE user_id = $1 FOR UPDATE"
_UNREAD_SQL = "SELECT unread FROM inboxes WHERE user_id = $1"
_READ_ONE_SQL = """
UPDATE inbox_records SET read_at = $3 WHERE user_id = $1 AND id = $2 AND read_at IS NULL
RETURNING id
"""
_READ_UP_TO_SQL = """
UPDATE inbox_records SET read_at = $3 WHERE user_id = $1 AND id <= $2 AND read_at IS NULL
RETURNING id
"""
_OLD_SQL = """
SELECT DISTINCT user_id FROM (
    SELECT user_id FROM inbox_records WHERE at < $1 ORDER BY at LIMIT 1000) AS old
ORDER BY user_id LIMIT $2
"""
_FORGET_SQL = """
DELETE FROM inbox_records WHERE user_id = $1 AND at < $2 RETURNING read_at IS NULL
"""
_WISHED_SQL = """
SELECT s.user_id, s.template_id FROM subscriptions AS s JOIN users AS u ON u.id = s.user_id
WHERE s.user_id = ANY ($1::uuid[]) AND s.left_count > 0
  AND u.state = 'active' AND u.openid IS NOT NULL
  AND EXISTS (SELECT 1 FROM data_consents AS c WHERE c.user_id = s.user_id
      AND c.purpose = 'notifications' AND c.state = 'granted' AND c.text_version = $2)
"""

_DUE_SQL = """
SELECT id, user_id FROM deliveries WHERE state = 'pending' AND next_at <= $1
ORDER BY next_at LIMIT $2
"""
# What was held back over quiet hours for one person and template is one message: the newest.
_CLAIM_SQL = """
SELECT d.id, d.template, d.template_id, d.attempts, d.expires_at, r.read_at IS NOT NULL,
       CASE WHEN u.state = 'active' THEN u.openid END,
       r.kind, r.role, r.details::text, r.at, coalesce(f.language, 'zh')
FROM deliveries AS d
JOIN inbox_records AS r ON r.id = d.id
JOIN users AS u ON u.id = d.user_id
LEFT JOIN preferences AS f ON f.id = d.user_id
WHERE d.state = 'pending' AND d.next_at <= $2 AND (d.id = $1 OR (d.is_held AND EXISTS (
    SELECT 1 FROM deliveries AS first WHERE first.id = $1 AND first.is_held
      AND first.user_id = d.user_id AND first.template_id = d.template_id)))
ORDER BY d.id DESC LIMIT 100
FOR UPDATE OF d SKIP LOCKED
"""
# One worker at a time judges what waits for a person, so that all of it is folded together.
_TURN_SQL = "SELECT 1 FROM inboxes WHERE user_id = $1 FOR UPDATE SKIP LOCKED"
_SENDING_SQL = """
UPDATE deliveries SET state = 'sending', attempts = attempts + 1, claimed_at = clock_timestamp()
WHERE id = $1 AND state = 'pending'
"""
_END_SQL = """
UPDATE deliveries SET state = $2, ended_at = $3, outcome = left($4, 100)
WHERE id = ANY ($1::uuid[]) AND ended_at IS NULL
"""
_AGAIN_SQL = """
UPDATE deliveries SET state = 'pending', next_at = $2, outcome = left($3, 100)
WHERE id = $1 AND state = 'sending'
"""
# Its worker died between the call and the record: whether it was sent nobody can know.
_ABANDONED_SQL = """
UPDATE deliveries SET state = 'unknown', ended_at = $1, outcome = 'worker lost'
WHERE state = 'sending' AND claimed_at < clock_timestamp() - make_interval(secs => $2)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A message in hand: to whom, with which template, about which record."""

    id: UUID
    template: str
    template_id: str
    attempts: int
    expires_at: datetime
    is_seen: bool
    openid: str | None
    kind: str
    role: str
    details: dict[str, str]
    at: datetime
    language: str


async def put(
    session: AsyncSession,
    *,
    records: Sequence[InboxRecord],
    event_seq: int,
    kind: str,
    subject: str,
    subject_id: UUID,
    at: datetime,
    details: Sequence[str],
) -> dict[UUID, UUID]:
    """Insert the records of one event, with their details as JSON; those new, by their person."""
    rows = await run(
        session,
        _PUT_SQL,
        [r.id for r in records],
        [r.user_id for r in records],
        event_seq,
        kind,
        subject,
        subject_id,
        at,
        [r.role for r in records],
        list(details),
    )
    return {r[1]: r[0] for r in rows}


async def count(session: AsyncSession, *, user_ids: Sequence[UUID]) -> list[tuple[UUID, int]]:
    """Count one more unread for each; the people and the versions of their inboxes."""
    return [(r[0], r[1]) for r in await run(session, _COUNT_SQL, list(user_ids))]


async def uncount(session: AsyncSession, *, user_id: UUID, fewer: int) -> int:
    """Count so many fewer unread; the version of the inbox."""
    return (await run(session, _UNCOUNT_SQL, user_id, fewer))[0][0]


async def lock_inbox(session: AsyncSession, *, user_id: UUID) -> None:
    """Let nobody else count in this inbox until the transaction ends."""
    await run(session, _LOCK_SQL, user_id)


async def unread(session: AsyncSession, *, user_id: UUID) -> int:
    """How many records a person has not read."""
    rows = await run(session, _UNREAD_SQL, user_id)
    return rows[0][0] if rows else 0


async def record(session: AsyncSession, *, record_id: UUID, user_id: UUID) -> InboxRecord | None:
    """One record of this person, as it is now."""
    statement = select(InboxRecord).where(
        InboxRecord.id == record_id, InboxRecord.user_id == user_id
    )
    statement = statement.execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def records(
    session: AsyncSession,
    *,
    user_id: UUID,
    only_unread: bool,
    subject: str | None,
    before: UUID | None,
    limit: int,
) -> list[InboxRecord]:
    """A person's records, newest first."""
    statement = select(InboxRecord).where(InboxRecord.user_id == user_id)
    if only_unread:
        statement = statement.where(col(InboxRecord.read_at).is_(None))
    if subject is not None:
        statement = statement.where(InboxRecord.subject == subject)
    if before is not None:
        statement = statement.where(col(InboxRecord.id) < before)
    return list(
        (await session.exec(statement.order_by(col(InboxRecord.id).desc()).limit(limit))).all()
    )


async def mark_read(
    session: AsyncSession, *, user_id: UUID, record_id: UUID, now: datetime, and_older: bool
) -> int:
    """Mark one record as read, or all up to it; how many were unread."""
    sql = _READ_UP_TO_SQL if and_older else _READ_ONE_SQL
    return len(await run(session, sql, user_id, record_id, now))


async def with_old_records(session: AsyncSession, *, before: datetime, limit: int) -> list[UUID]:
    """People whose inboxes hold what is to be forgotten."""
    return [r[0] for r in await run(session, _OLD_SQL, before, limit)]


async def forget(session: AsyncSession, *, user_id: UUID, before: datetime) -> int:
    """Delete a person's old records; how many of them were unread."""
    return sum(r[0] for r in await run(session, _FORGET_SQL, user_id, before))


async def wished(session: AsyncSession, *, user_ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Which of these people let us send them which templates, by their ids at WeChat.

    They agree to messages at all, as that is worded today, and accepted one in WeChat's dialog.
    """
    version = PURPOSES["notifications"].version
    return {(r[0], r[1]) for r in await run(session, _WISHED_SQL, list(user_ids), version)}


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Messages whose time has come, with their people; locked by nobody yet."""
    return [(r[0], r[1]) for r in await run(session, _DUE_SQL, now, limit)]


async def take_turn(session: AsyncSession, *, user_id: UUID) -> bool:
    """Whether nobody else judges this person's messages at the moment; until the commit."""
    return bool(await run(session, _TURN_SQL, user_id))


async def claim(session: AsyncSession, *, delivery_id: UUID, now: datetime) -> list[Due]:
    """Lock a message, and what is to be sent together with it, newest first; empty: not free."""
    rows = await run(session, _CLAIM_SQL, delivery_id, now)
    return [Due(*r[:9], details=orjson.loads(r[9]), at=r[10], language=r[11]) for r in rows]


async def begin_sending(session: AsyncSession, *, delivery_id: UUID) -> None:
    """From here on the message may have been sent."""
    await run(session, _SENDING_SQL, delivery_id)


async def end(
    session: AsyncSession, *, delivery_ids: Sequence[UUID], state: str, outcome: str, now: datetime
) -> None:
    """Nothing more is done about these messages."""
    await run(session, _END_SQL, list(delivery_ids), state, now, outcome)


async def try_again(
    session: AsyncSession, *, delivery_id: UUID, next_at: datetime, outcome: str
) -> None:
    """It was surely not sent; later."""
    await run(session, _AGAIN_SQL, delivery_id, next_at, outcome)


async def end_abandoned(session: AsyncSession, *, now: datetime, after_s: float) -> int:
    """Give up on messages whose worker died with them in hand; how many there were."""
    return len(await run(session, _ABANDONED_SQL, now, after_s))
