"""SQL of joining a cycle: one statement that reads what it needs, one that writes all of it.

Both are constant text: on a bare connection where thousands join at once, inside the session of
whoever orders for somebody else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.purposes import PURPOSES
from api.events.queries import INSERT_COLUMNS
from api.identity.caller import STAFF
from api.kinds import VEGETABLES
from api.kit.db import run
from api.orders.events import ORDER_PLACED

# The guard of a household's own limit.
LIMIT = "cycle_takings_max"
_MAY_ORDER = ", ".join(f"'{role}'" for role in ("resident", "merchant_staff", *STAFF))

# What is offered: the cycle, what was asked for of it, and what the household has taken already.
_OFFER = """
c.id AS cycle_id, c.community_id, c.place_path, c.state, c.opens_at, c.closes_at, c.title,
c.fee_fen, c.has_delivery, c.has_collection, spot.name AS collection_place,
(p.settings->>'pay_window_s')::int AS pay_window_s,
coalesce((p.settings->>'fee_share_percent')::int, 0) AS fee_share_percent,
(SELECT json_agg(json_build_array(i.id, i.name, i.price_fen, i.left_count, i.household_max,
                                  coalesce(t.count, 0)))::text
 FROM cycle_items AS i
 LEFT JOIN cycle_takings AS t ON t.item_id = i.id AND t.household_id = {household}
 WHERE i.cycle_id = c.id AND i.id = ANY ({items})) AS items,
EXISTS (SELECT 1 FROM cycle_slots AS s WHERE s.cycle_id = c.id) AS has_slots,
(SELECT s.left_count FROM cycle_slots AS s WHERE s.cycle_id = c.id AND s.id = {slot}) AS slot_left
"""
_PLACES = """
LEFT JOIN places AS p ON p.id = c.community_id
LEFT JOIN places AS spot ON spot.id = c.collection_place_id
"""
# A hot route's first statement: who calls, from which household, what there is.
JOIN_READ_SQL = f"""
SELECT linli_now() AS now, s.user_id, s.expires_at AS session_expires_at, u.state AS user_state,
       u.phone_sealed, k.request_hash, k.status, k.body,
       EXISTS (SELECT 1 FROM data_consents AS d
               WHERE d.user_id = s.user_id AND d.purpose = 'privacy_rules' AND d.state = 'granted'
                 AND d.text_version = '{PURPOSES["privacy_rules"].version}') AS has_agreed,
       EXISTS (SELECT 1 FROM grants AS g
               WHERE g.user_id = s.user_id AND g.revoked_at IS NULL AND g.role IN ({_MAY_ORDER})
                 AND (g.place_id IS NULL OR g.place_id = ANY (c.place_path))) AS may_order,
       m.id AS membership_id, m.household_id, m.building_id, m.door_sealed, b.name AS building,
       coalesce(m.place_path && c.scope, false) AS is_in_scope,
       {_OFFER.format(household="m.household_id", items="$4::uuid[]", slot="$5::uuid")}
FROM sessions AS s
JOIN users AS u ON u.id = s.user_id
LEFT JOIN cycles AS c ON c.id = $2
{_PLACES}
LEFT JOIN memberships AS m ON m.user_id = s.user_id AND m.state = 'joined'
LEFT JOIN places AS b ON b.id = m.building_id
LEFT JOIN idempotency_keys AS k ON k.user_id = s.user_id AND k.key = $3
WHERE s.token_hash = $1 AND s.ended_at IS NULL
"""
# The same of a cycle alone, where somebody else than the customer asks.
OFFER_SQL = f"""
SELECT {_OFFER.format(household="$2::uuid", items="$3::uuid[]", slot="$4::uuid")},
       c.scope && $5::uuid[] AS is_in_scope
FROM cycles AS c {_PLACES} WHERE c.id = $1
"""

# The order, all of it or nothing. Whoever closes or cancels the cycle waits for those who join at
# this moment. Items are locked one by one in the order of their ids, so that nobody waits in a
# ring, and none but those that are wanted; what is left of them is what everybody before took.
# The slot comes after them, and the household's own row last, which only its members share: its
# CHECK fails the whole where two of them were faster than what was read.
JOIN_WRITE_SQL = f"""
WITH gate AS MATERIALIZED (
    SELECT $1::text IS NULL
        OR pg_try_advisory_xact_lock(hashtextextended($2::uuid::text || $1::text, 0)) AS is_free),
wanted AS MATERIALIZED (
    SELECT item_id, count FROM unnest($4::uuid[], $5::int2[]) AS w (item_id, count)),
standing AS MATERIALIZED (
    SELECT id, merchant_id FROM cycles
    WHERE id = $3 AND state = 'open' AND closes_at > $6 AND (SELECT is_free FROM gate)
    FOR SHARE),
locked AS MATERIALIZED (
    SELECT i.id, i.left_count, i.price_fen, i.household_max, w.count
    FROM standing AS c JOIN cycle_items AS i ON i.cycle_id = c.id
    JOIN wanted AS w ON w.item_id = i.id
    ORDER BY i.id FOR NO KEY UPDATE OF i),
enough AS MATERIALIZED (
    SELECT count(*) = cardinality($4::uuid[]) AND coalesce(bool_and(left_count >= count), false)
        AS is_there FROM locked),
slot AS (
    UPDATE cycle_slots SET left_count = left_count - 1
    WHERE id = $7 AND left_count > 0 AND (SELECT is_there FROM enough) RETURNING id),
going AS MATERIALIZED (
    SELECT 1 FROM enough WHERE is_there AND ($7::uuid IS NULL OR EXISTS (SELECT 1 FROM slot))),
taken AS (
    UPDATE cycle_items AS i SET left_count = i.left_count - l.count
    FROM locked AS l, going WHERE i.id = l.id),
placed AS (
    INSERT INTO orders (id, community_id, place_path, customer_id, placed_by_id, payer_id,
        merchant_id, kind, state, fee_fen, fee_share_percent, goods_fen, item, pickup_place,
        dropoff_place, details_sealed, created_at, pay_by, cancel_until, beneficiary_id,
        cost_fen, refunded_fen, version)
    SELECT $8, $9, $10::uuid[], $11, $2, $2,
        (SELECT merchant_id FROM standing), '{VEGETABLES}', 'awaiting_payment', $12, $13,
        (SELECT sum(count * price_fen) FROM locked), $14, $15, $16, $17, $6, $18, $19, $29, 0, 0, 1
    FROM going RETURNING id, number),
joined AS (
    INSERT INTO cycle_orders (order_id, cycle_id, household_id, building_id, way, slot_id, on_short)
    SELECT id, $3, $20, $21, $22, $7, $23 FROM placed),
lines AS (
    INSERT INTO cycle_lines (order_id, item_id, count, paid_fen)
    SELECT p.id, l.id, l.count, l.count * l.price_fen FROM locked AS l, placed AS p),
takings AS (
    INSERT INTO cycle_takings AS t (item_id, household_id, count, count_max)
    SELECT l.id, $20, l.count, l.household_max FROM locked AS l, placed ORDER BY l.id
    ON CONFLICT (item_id, household_id) DO UPDATE SET count = t.count + excluded.count),
told AS (
    INSERT INTO {INSERT_COLUMNS}
    SELECT '{ORDER_PLACED.name}', '{ORDER_PLACED.subject}', id, 1, NULL, 'awaiting_payment', $24,
        $25::uuid, $6, $9, jsonb_build_object('number', number) || $26::jsonb FROM placed),
kept AS (
    INSERT INTO idempotency_keys (user_id, key, request_hash, status, body, created_at)
    SELECT $2, $1, $27, 201, convert_to('{{"number":' || number || ',', 'UTF8') || $28::bytea, $6
    FROM placed WHERE $1::text IS NOT NULL)
SELECT (SELECT is_free FROM gate) AS is_free, (SELECT number FROM placed) AS number
"""
# What a cancelled order took goes back, once; in the order of the locks above.
_RETURN_SQL = """
WITH gone AS (
    UPDATE cycle_orders SET returned_at = $2 WHERE order_id = $1 AND returned_at IS NULL
    RETURNING order_id, slot_id, household_id),
locked AS MATERIALIZED (
    SELECT i.id, l.count FROM gone AS g JOIN cycle_lines AS l ON l.order_id = g.order_id
    JOIN cycle_items AS i ON i.id = l.item_id ORDER BY i.id FOR NO KEY UPDATE OF i),
back AS (
    UPDATE cycle_items AS i SET left_count = i.left_count + l.count
    FROM locked AS l WHERE i.id = l.id),
slot AS (
    UPDATE cycle_slots AS s SET left_count = s.left_count + 1
    FROM gone AS g WHERE s.id = g.slot_id AND EXISTS (SELECT 1 FROM locked)),
less AS (
    UPDATE cycle_takings AS t SET count = t.count - l.count
    FROM locked AS l, gone AS g WHERE t.item_id = l.id AND t.household_id = g.household_id)
SELECT order_id FROM gone
"""

# Whose limit it counts to: the household of the dependant's own account, or they by themselves.
_HOUSEHOLD_OF_DEPENDANT_SQL = """
SELECT coalesce(m.household_id, d.person_id, d.id) FROM dependants AS d
LEFT JOIN memberships AS m ON m.user_id = d.person_id AND m.state = 'joined'
WHERE d.id = $1
"""


async def offer(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    household_id: UUID,
    item_ids: list[UUID],
    slot_id: UUID | None,
    place_path: list[UUID],
) -> RowMapping | None:
    """What a cycle offers a household that lives at the end of a path."""
    connection = await session.connection()
    arguments = (cycle_id, household_id, item_ids, slot_id, place_path)
    return (await connection.exec_driver_sql(OFFER_SQL, arguments)).mappings().one_or_none()


async def household_of_dependant(session: AsyncSession, *, dependant_id: UUID) -> UUID:
    """Whose limit an order for a dependant counts to."""
    return (await run(session, _HOUSEHOLD_OF_DEPENDANT_SQL, dependant_id))[0][0]


async def write(session: AsyncSession, arguments: tuple[Any, ...]) -> RowMapping | None:
    """Join in a session's transaction; ``None``: a household's limit was reached meanwhile."""
    try:
        async with session.begin_nested():
            connection = await session.connection()
            result = await connection.exec_driver_sql(JOIN_WRITE_SQL, arguments)
            return result.mappings().one()
    except IntegrityError as error:
        if LIMIT in str(error.orig):
            return None
        raise


async def give_back(session: AsyncSession, *, order_id: UUID, now: datetime) -> bool:
    """Give back what an order took; false: it is no order of a cycle, or did so before."""
    return bool(await run(session, _RETURN_SQL, order_id, now))
