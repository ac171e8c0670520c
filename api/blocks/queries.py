"""SQL of blocks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.blocks.models import Block
from api.identity.models import User
from api.kit.db import run
from api.kit.ids import new_id

# The people in the order of their ids, so that two who block each other never wait in a circle.
_LOCK_SQL = "SELECT id FROM users WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
# Counted anew from the blocks under the locks of both rows, never added to or taken from.
_PART_SQL = """
UPDATE users AS u SET apart = ARRAY(
    SELECT target_id FROM blocks WHERE owner_id = u.id AND stance = 'block'
    UNION SELECT owner_id FROM blocks WHERE target_id = u.id AND stance = 'block' ORDER BY 1)
WHERE id = ANY ($1::uuid[])
"""
_SET_SQL = """
INSERT INTO blocks (id, owner_id, target_id, target_is, stance, slot, version, created_at)
SELECT $1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, free.slot, 1, $6::timestamptz
FROM (SELECT n AS slot FROM generate_series(1, $7::int) AS n
      WHERE NOT EXISTS (SELECT 1 FROM blocks
                        WHERE owner_id = $2 AND stance = $5 AND blocks.slot = n)
      ORDER BY n LIMIT 1) AS free
ON CONFLICT (owner_id, target_id) DO UPDATE SET stance = excluded.stance, slot = excluded.slot,
    target_is = excluded.target_is, created_at = excluded.created_at, version = blocks.version + 1
RETURNING id, version
"""
_LIFT_SQL = "DELETE FROM blocks WHERE id = $1 AND owner_id = $2 RETURNING version"


async def lock_people(session: AsyncSession, *, user_ids: Sequence[UUID]) -> None:
    """Let one stance between or of these people change at a time."""
    await run(session, _LOCK_SQL, list(user_ids))


async def part(session: AsyncSession, *, a: UUID, b: UUID) -> None:
    """Write into both people's rows from whom blocks part them now; both are locked."""
    await run(session, _PART_SQL, [a, b])


async def own_block(session: AsyncSession, *, block_id: UUID, owner_id: UUID) -> Block | None:
    """One block of this owner."""
    statement = select(Block).where(Block.id == block_id, Block.owner_id == owner_id)
    return (await session.exec(statement)).one_or_none()


async def block_of(session: AsyncSession, *, owner_id: UUID, target_id: UUID) -> Block | None:
    """What an owner holds against, or for, somebody."""
    statement = select(Block).where(Block.owner_id == owner_id, Block.target_id == target_id)
    statement = statement.execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def blocks_with(session: AsyncSession, *, user_id: UUID) -> list[Block]:
    """What somebody holds and what others hold of them."""
    statement = select(Block).where(or_(Block.owner_id == user_id, Block.target_id == user_id))
    return list((await session.exec(statement.order_by(col(Block.id)))).all())


async def set_block(
    session: AsyncSession,
    *,
    owner_id: UUID,
    target_id: UUID,
    target_is: str,
    stance: str,
    slots: int,
    now: datetime,
) -> tuple[UUID, int] | None:
    """Set a stance in the lowest free slot; id and version, or ``None``: no slot is free."""
    rows = await run(
        session, _SET_SQL, new_id(), owner_id, target_id, target_is, stance, now, slots
    )
    return (rows[0][0], rows[0][1]) if rows else None


async def lift(session: AsyncSession, *, block_id: UUID, owner_id: UUID) -> int | None:
    """Delete a block of this owner; its last version, or ``None``: there is none."""
    rows = await run(session, _LIFT_SQL, block_id, owner_id)
    return rows[0][0] if rows else None


async def held(session: AsyncSession, *, owner_id: UUID) -> list[tuple[Block, str]]:
    """What an owner holds, newest first, each with the nickname of the other side."""
    statement = select(Block, User.nickname).join(User, col(User.id) == col(Block.target_id))
    statement = statement.where(Block.owner_id == owner_id).order_by(col(Block.id).desc())
    return [(b, n) for b, n in (await session.exec(statement.limit(100))).all()]
