"""SQL of merchants. A merchant is locked before its members, products and lots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.kit.geo import Point, metres_per_degree
from api.kit.state import Machine
from api.merchants.models import Lot, Merchant, MerchantMember, Product
from api.merchants.states import LOT, MEMBER, MERCHANT, PRODUCT


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


MACHINES: dict[type[SQLModel], tuple[Table, Machine]] = {
    Merchant: (_table(Merchant), MERCHANT),
    MerchantMember: (_table(MerchantMember), MEMBER),
    Product: (_table(Product), PRODUCT),
    Lot: (_table(Lot), LOT),
}

_TOUCH_SQL = "UPDATE merchants SET version = version + 1 WHERE id = $1 RETURNING version"
_OWNED_SQL = """
SELECT count(*) FROM merchants WHERE owner_id = $1 AND state <> 'withdrawn'
"""
# One at a time for each applicant, so that no two together pass the limit.
_LOCK_OWNER_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('merchants|' || $1::text, 0))"
_CODE_USED_SQL = """
SELECT 1 FROM merchants WHERE community_id = $1 AND credit_code = $2
  AND state IN ('approved', 'suspended') AND id <> $3
"""
# Planar metres decide the order only; what is shown is geodesic. Millimetres fit an integer.
_NEAR_SQL = """
SELECT id, far_mm FROM (
    SELECT m.id, round(sqrt(((m.lat - $2) * $4) ^ 2 + ((m.lng - $3) * $5) ^ 2) * 1000)::int4
        AS far_mm
    FROM merchants AS m
    WHERE m.community_id = $1 AND m.state = 'approved'
      AND ($6::text IS NULL OR position($6 IN m.name) > 0)
      AND ($7::text IS NULL OR EXISTS (
          SELECT 1 FROM products AS p
          WHERE p.merchant_id = m.id AND p.state = 'on_shelf' AND p.category = $7))) AS near
WHERE (far_mm, id) > ($8::int4, $9::uuid) ORDER BY far_mm, id LIMIT $10
"""
_ROLE_SQL = """
SELECT role FROM merchant_members WHERE merchant_id = $1 AND user_id = $2 AND state = 'active'
"""
_MEMBERS_COUNT_SQL = """
SELECT count(*) FROM merchant_members WHERE merchant_id = $1 AND state IN ('active', 'invited')
"""
# Whether some merchant of the community that serves people has this person at work.
_WORKS_SQL = """
SELECT EXISTS (
    SELECT 1 FROM merchant_members AS w JOIN merchants AS m ON m.id = w.merchant_id
    JOIN users AS u ON u.id = w.user_id
    WHERE w.user_id = $1 AND w.state = 'active' AND m.community_id = $2 AND m.state = 'approved'
      AND u.state = 'active')
"""
_TO_LAPSE_SQL = """
SELECT id FROM merchant_members WHERE state = 'invited' AND expires_at <= $1
ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_PRODUCTS_COUNT_SQL = """
SELECT count(*) FROM products WHERE merchant_id = $1 AND state <> 'removed'
"""
_LOTS_OF_DAY_SQL = """
SELECT count(*) FROM lots AS l JOIN products AS p ON p.id = l.product_id
WHERE p.merchant_id = $1 AND l.recorded_at > $2
"""
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Near:
    """After whom to go on in a list by distance."""

    far_mm: int = -1
    id: UUID = _NOBODY


async def add(session: AsyncSession, *, row: SQLModel) -> None:
    """Insert a merchant, a member, a product or a lot."""
    session.add(row)
    await session.flush()


async def move(
    session: AsyncSession, row: Merchant | MerchantMember | Product | Lot, event: str, **values: Any
) -> Row[Any] | None:
    """Move a row by an event of its machine; ``None``: it moved on meanwhile."""
    table, machine = MACHINES[type(row)]
    return await move_row(
        session,
        table,
        machine,
        key=row.id,
        event=event,
        from_state=row.state,
        **values,
    )


async def merchant(
    session: AsyncSession, *, merchant_id: UUID, lock: bool = False
) -> Merchant | None:
    """One merchant, locked until the transaction ends if asked."""
    return await session.get(
        Merchant, merchant_id, populate_existing=True, with_for_update=lock or None
    )


async def touch(session: AsyncSession, *, merchant_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, merchant_id))[0][0]


async def owned(session: AsyncSession, *, owner_id: UUID) -> int:
    """How many merchants somebody has, who are locked until the transaction ends."""
    await run(session, _LOCK_OWNER_SQL, str(owner_id))
    return (await run(session, _OWNED_SQL, owner_id))[0][0]


async def is_code_used(
    session: AsyncSession, *, community_id: UUID, credit_code: str, merchant_id: UUID
) -> bool:
    """Whether another shop of a community than this one holds a credit code."""
    return bool(await run(session, _CODE_USED_SQL, community_id, credit_code, merchant_id))


async def mine(session: AsyncSession, *, user_id: UUID, limit: int) -> list[tuple[Merchant, str]]:
    """The merchants that somebody works for, with their role, newest first."""
    statement = (
        select(Merchant, MerchantMember.role)
        .join(MerchantMember, col(MerchantMember.merchant_id) == col(Merchant.id))
        .where(MerchantMember.user_id == user_id, MerchantMember.state == "active")
        .order_by(col(Merchant.id).desc())
        .limit(limit)
    )
    return [(m, role) for m, role in (await session.exec(statement)).all()]


async def of_community(
    session: AsyncSession, *, community_id: UUID, state: str | None, after: UUID | None, limit: int
) -> list[Merchant]:
    """Merchants of a community in any state, in the order of their ids."""
    statement = select(Merchant).where(Merchant.community_id == community_id)
    if state is not None:
        statement = statement.where(Merchant.state == state)
    if after is not None:
        statement = statement.where(col(Merchant.id) > after)
    return list((await session.exec(statement.order_by(col(Merchant.id)).limit(limit))).all())


async def near(
    session: AsyncSession,
    *,
    community_id: UUID,
    point: Point,
    text: str | None,
    category: str | None,
    after: Near,
    limit: int,
) -> list[tuple[Merchant, int]]:
    """Approved merchants of a community, nearest first, each with its planar millimetres."""
    scale = metres_per_degree(point.lat)
    wanted = (text, category, after.far_mm, after.id, limit)
    rows = await run(session, _NEAR_SQL, community_id, point.lat, point.lng, *scale, *wanted)
    ids = [r[0] for r in rows]
    statement = select(Merchant).where(col(Merchant.id).in_(ids))
    found = {m.id: m for m in (await session.exec(statement)).all()}
    return [(found[r[0]], r[1]) for r in rows]


async def role_of(session: AsyncSession, *, merchant_id: UUID, user_id: UUID) -> str | None:
    """What somebody is at a merchant now: owner, clerk or nothing."""
    rows = await run(session, _ROLE_SQL, merchant_id, user_id)
    return rows[0][0] if rows else None


async def works_in(session: AsyncSession, *, user_id: UUID, community_id: UUID) -> bool:
    """Whether somebody works for any approved merchant of a community."""
    return (await run(session, _WORKS_SQL, user_id, community_id))[0][0]


async def members(
    session: AsyncSession, *, merchant_id: UUID, states: Sequence[str]
) -> list[MerchantMember]:
    """Who works for a merchant or is invited, oldest first; there are few."""
    statement = (
        select(MerchantMember)
        .where(MerchantMember.merchant_id == merchant_id)
        .where(col(MerchantMember.state).in_(states))
        .order_by(col(MerchantMember.id))
        .execution_options(populate_existing=True)
    )
    return list((await session.exec(statement)).all())


async def at_work(session: AsyncSession, *, user_id: UUID) -> list[MerchantMember]:
    """Where somebody works: at merchants that have not closed, in the order in which they lock."""
    statement = (
        select(MerchantMember)
        .join(Merchant, col(Merchant.id) == col(MerchantMember.merchant_id))
        .where(MerchantMember.user_id == user_id, MerchantMember.state == "active")
        .where(Merchant.state != "withdrawn")
        .order_by(col(Merchant.id))
    )
    return list((await session.exec(statement)).all())


async def member(session: AsyncSession, *, member_id: UUID) -> MerchantMember | None:
    """One member or invitation, locked until the transaction ends."""
    return await session.get(
        MerchantMember, member_id, populate_existing=True, with_for_update=True
    )


async def invitation(
    session: AsyncSession, *, code_hashes: Sequence[bytes]
) -> MerchantMember | None:
    """The invitation that a code opens, locked; under the current key or an older one."""
    statement = (
        select(MerchantMember).where(col(MerchantMember.code_hash).in_(code_hashes))
        .execution_options(populate_existing=True).with_for_update()
    )  # fmt: skip
    return (await session.exec(statement)).one_or_none()


async def members_count(session: AsyncSession, *, merchant_id: UUID) -> int:
    """How many work for a merchant or are invited."""
    return (await run(session, _MEMBERS_COUNT_SQL, merchant_id))[0][0]


async def to_lapse(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Invitations that nobody used in time, locked; others' are skipped."""
    return [r[0] for r in await run(session, _TO_LAPSE_SQL, now, limit)]


async def product(session: AsyncSession, *, product_id: UUID, lock: bool = False) -> Product | None:
    """One product, locked until the transaction ends if asked."""
    return await session.get(
        Product, product_id, populate_existing=True, with_for_update=lock or None
    )


async def products(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    states: Sequence[str],
    category: str | None,
    after: UUID | None,
    limit: int,
) -> list[Product]:
    """Products of a merchant in the order in which they were added."""
    statement = (
        select(Product)
        .where(Product.merchant_id == merchant_id)
        .where(col(Product.state).in_(states))
    )
    if category is not None:
        statement = statement.where(Product.category == category)
    if after is not None:
        statement = statement.where(col(Product.id) > after)
    return list((await session.exec(statement.order_by(col(Product.id)).limit(limit))).all())


async def products_count(session: AsyncSession, *, merchant_id: UUID) -> int:
    """How many products a merchant has that were not removed."""
    return (await run(session, _PRODUCTS_COUNT_SQL, merchant_id))[0][0]


async def save(session: AsyncSession, row: Merchant | Product, values: dict[str, Any]) -> list[str]:
    """Write what differs, counting the version up; which columns did. The row is locked."""
    changed = [k for k, v in values.items() if getattr(row, k) != v]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.version += 1
        session.add(row)
        await session.flush()
    return changed


async def lot(session: AsyncSession, *, lot_id: UUID) -> Lot | None:
    """One lot, locked until the transaction ends."""
    return await session.get(Lot, lot_id, populate_existing=True, with_for_update=True)


async def lots(
    session: AsyncSession, *, product_id: UUID, since: date | None, before: UUID | None, limit: int
) -> list[Lot]:
    """Lots of a product, newest first; ``since``: that arrived on this day or later."""
    statement = select(Lot).where(Lot.product_id == product_id)
    if since is not None:
        statement = statement.where(col(Lot.arrived_on) >= since)
    if before is not None:
        statement = statement.where(col(Lot.id) < before)
    return list((await session.exec(statement.order_by(col(Lot.id).desc()).limit(limit))).all())


async def lots_since(session: AsyncSession, *, merchant_id: UUID, since: datetime) -> int:
    """How many lots a merchant recorded since a moment."""
    return (await run(session, _LOTS_OF_DAY_SQL, merchant_id, since))[0][0]
