"""SQL of telling that a cycle opened: who wants to know, and one event for each of them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.events import CYCLE_ANNOUNCED
from api.cycles.models import CycleAlert
from api.events.queries import INSERT_COLUMNS
from api.kit.db import run

_SET_SQL = """
INSERT INTO cycle_alerts (id, user_id, merchant_id, created_at)
SELECT $1::uuid, $2::uuid, $3::uuid, $4::timestamptz
WHERE (SELECT count(*) FROM cycle_alerts WHERE user_id = $2) < $5
ON CONFLICT DO NOTHING RETURNING id
"""
_LIFT_SQL = "DELETE FROM cycle_alerts WHERE user_id = $1 AND merchant_id = $2 RETURNING id"
# Whoever asked for it or has a standing order there, and lives in scope; each once, whoever asks
# again. The pump makes a task of its own of each event, so that nobody waits for all others.
_ANNOUNCE_SQL = f"""
WITH open AS (
    SELECT id, merchant_id, community_id, scope FROM cycles
    WHERE id = $1 AND state = 'open' AND closes_at > $2),
whom AS (
    SELECT a.user_id FROM open JOIN cycle_alerts AS a ON a.merchant_id = open.merchant_id
    UNION
    SELECT s.customer_id FROM open JOIN standing_orders AS s ON s.merchant_id = open.merchant_id
    WHERE s.state = 'active'),
told AS (
    INSERT INTO cycle_announcements (id, cycle_id, user_id, announced_at)
    SELECT gen_random_uuid(), open.id, m.user_id, $2 FROM open CROSS JOIN whom
    JOIN memberships AS m ON m.user_id = whom.user_id AND m.state = 'joined'
        AND m.place_path && open.scope
    ON CONFLICT DO NOTHING RETURNING id, cycle_id)
INSERT INTO {INSERT_COLUMNS}
SELECT '{CYCLE_ANNOUNCED.name}', '{CYCLE_ANNOUNCED.subject}', told.id, 1, NULL, NULL, 'system',
    NULL, $2, open.community_id, jsonb_build_object('cycle_id', told.cycle_id)
FROM told JOIN open ON open.id = told.cycle_id RETURNING seq
"""


async def set_alert(session: AsyncSession, *, row: CycleAlert, at_most: int) -> bool:
    """Insert an alert; false: it is set already, or this person has as many as they may."""
    values = (row.id, row.user_id, row.merchant_id, row.created_at, at_most)
    return bool(await run(session, _SET_SQL, *values))


async def alert(session: AsyncSession, *, user_id: UUID, merchant_id: UUID) -> CycleAlert | None:
    """Somebody's alert of a merchant."""
    statement = select(CycleAlert).where(
        CycleAlert.user_id == user_id, CycleAlert.merchant_id == merchant_id
    )
    return (await session.exec(statement)).one_or_none()


async def alerts(
    session: AsyncSession, *, user_id: UUID, before: UUID | None, limit: int
) -> list[CycleAlert]:
    """Somebody's alerts, newest first."""
    statement = select(CycleAlert).where(CycleAlert.user_id == user_id)
    if before is not None:
        statement = statement.where(col(CycleAlert.id) < before)
    rows = await session.exec(statement.order_by(col(CycleAlert.id).desc()).limit(limit))
    return list(rows.all())


async def lift_alert(session: AsyncSession, *, user_id: UUID, merchant_id: UUID) -> UUID | None:
    """Delete an alert; ``None``: there is none."""
    rows = await run(session, _LIFT_SQL, user_id, merchant_id)
    return rows[0][0] if rows else None


async def announce(session: AsyncSession, *, cycle_id: UUID, now: datetime) -> int:
    """Write one event for each who is to be told and was not yet; how many they are."""
    return len(await run(session, _ANNOUNCE_SQL, cycle_id, now))
