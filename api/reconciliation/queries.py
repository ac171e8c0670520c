"""SQL of reconciliation. One comparison writes at a time; see `lock`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.kit.ids import new_id
from api.reconciliation.models import Reconciliation, ReconciliationDifference
from api.reconciliation.rules import Found, Line, Ours
from api.reconciliation.states import DIFFERENCE, RECONCILIATION

DAYS = Reconciliation.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
DIFFERENCES = ReconciliationDifference.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_LOCK_SQL = "SELECT pg_advisory_xact_lock(hashtext('linli.reconciliation'))"
_LAST_DAY_SQL = "SELECT max(day) FROM reconciliations WHERE gateway = $1"
_FIRST_PAYMENT_SQL = "SELECT created_at FROM payments WHERE gateway = $1 ORDER BY id LIMIT 1"
_PLAN_SQL = """
INSERT INTO reconciliations (id, gateway, day, state, runs, asks, ask_at, lines, version,
    created_at)
VALUES ($1, $2, $3, 'waiting', 0, 0, $4, 0, 1, $5)
ON CONFLICT (gateway, day) DO NOTHING RETURNING id
"""
# After 5, 10, 20 … minutes, at most an hour apart.
_CLAIM_SQL = """
UPDATE reconciliations SET asks = asks + 1,
    ask_at = $2 + make_interval(mins => least(60, (5 * 2 ^ least(asks, 6))::int))
WHERE id = (SELECT id FROM reconciliations
            WHERE state = 'waiting' AND gateway = $1 AND ask_at <= $2
            ORDER BY day LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, day, asks
"""
_BEGIN_SQL = """
UPDATE reconciliations SET runs = runs + 1, compared_at = $2
WHERE id = $1 AND state = 'waiting' RETURNING gateway, day, runs
"""
_ADD_LINES_SQL = """
INSERT INTO reconciliation_lines (reconciliation_id, run, n, subject, at, mchid, is_foreign, number,
    wechat_number, amount_fen, state, fee_millifen, rate_ppm)
SELECT $1, $2, l.* FROM unnest($3::int[], $4::text[], $5::timestamptz[], $6::text[], $7::bool[],
    $8::text[], $9::text[], $10::int[], $11::text[], $12::bigint[], $13::int[]) AS l
"""
_LISTED_ON_SQL = """
SELECT b.subject, b.number, rc.day FROM reconciliation_lines AS b
JOIN reconciliations AS rc ON rc.id = b.reconciliation_id AND rc.runs = b.run
WHERE b.number = ANY ($2::text[]) AND NOT b.is_foreign AND rc.gateway = $1 AND rc.id <> $3
"""
_FIND_SQL = """
INSERT INTO reconciliation_differences AS d (id, reconciliation_id, fingerprint, kind, subject,
    number, wechat_number, theirs_fen, ours_fen, effect_fen, detail, order_id, payment_id, state,
    due_day, last_run, matched_by, created_at, withdrawal_id, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)
ON CONFLICT (reconciliation_id, fingerprint) DO UPDATE SET last_run = excluded.last_run
RETURNING d.id, d.state, d.id = $1
"""
# Unclosed ones of other days, of the same payment or refund.
_COUNTERPARTS_SQL = """
SELECT d.id, d.state, d.kind, d.matched_by FROM reconciliation_differences AS d
JOIN reconciliations AS rc ON rc.id = d.reconciliation_id
WHERE d.number = $2 AND d.subject = $3 AND rc.gateway = $1 AND d.reconciliation_id <> $4
  AND d.kind IN ('day_shifted', 'missing_here', 'missing_there', 'state_differs')
  AND (d.state IN ('open', 'waiting') OR d.matched_by = $4)
FOR UPDATE OF d
"""
_GONE_SQL = """
SELECT id, state, kind FROM reconciliation_differences
WHERE reconciliation_id = $1 AND last_run < $2 AND state IN ('open', 'waiting') FOR UPDATE
"""
_OVERDUE_SQL = """
SELECT d.id, d.state, d.kind FROM reconciliation_differences AS d
JOIN reconciliations AS rc ON rc.id = d.reconciliation_id
WHERE rc.gateway = $1 AND d.state = 'waiting' AND d.due_day <= $2
  AND d.subject IN ('payment', 'refund')
FOR UPDATE OF d
"""
_IS_COMPARED_SQL = """
SELECT 1 FROM reconciliations WHERE gateway = $1 AND day = $2 AND runs > 0
"""
_MOVED_SQL = """
WITH m AS (
    SELECT number, sum(fen) AS fen FROM unnest($3::text[], $4::bigint[]) AS u (number, fen)
    GROUP BY number)
UPDATE reconciliation_lines AS b SET moved_fen = coalesce(b.moved_fen, 0) + m.fen
FROM m WHERE b.reconciliation_id = $1 AND b.run = $2 AND b.wechat_number = m.number
  AND b.subject IN ('payment', 'refund')
RETURNING b.wechat_number
"""
_UNMOVED_SQL = """
SELECT wechat_number, sum(amount_fen)::bigint, max(moved_fen) FROM reconciliation_lines
WHERE reconciliation_id = $1 AND run = $2 AND NOT is_foreign
  AND subject IN ('payment', 'refund')
GROUP BY wechat_number HAVING max(moved_fen) IS DISTINCT FROM sum(amount_fen)
ORDER BY wechat_number
"""
_END_SQL = """
UPDATE reconciliations SET lines = $2, sha1 = $3, theirs_paid_fen = $4, theirs_refunded_fen = $5,
    ours_paid_fen = $6, ours_refunded_fen = $7, theirs_withdrawn_fen = $8, ours_withdrawn_fen = $9,
    theirs_shared_fen = $10, ours_shared_fen = $11, asks = 0 WHERE id = $1
"""
_OPEN_SQL = """
SELECT reconciliation_id, count(*) FILTER (WHERE state = 'open'),
       count(*) FILTER (WHERE state = 'waiting'), count(*)
FROM reconciliation_differences WHERE reconciliation_id = ANY ($1::uuid[]) GROUP BY 1
"""
# What staff wrote when they closed it stands in the event, which never changes.
_REASONS_SQL = """
SELECT subject_id, data->>'reason' FROM events
WHERE subject = 'difference' AND subject_id = ANY ($1::uuid[])
  AND name IN ('difference.explained', 'difference.settled')
"""
_PAYER_SQL = "SELECT payer_id FROM orders WHERE id = $1"
_PAYEE_SQL = "SELECT runner_id FROM withdrawals WHERE id = $1"


class Claimed(NamedTuple):
    """A day whose turn it is; ``asks`` counts this one."""

    id: UUID
    day: date
    asks: int


class Counts(NamedTuple):
    """How many differences of a day are open, wait for another bill, and there are at all."""

    open: int = 0
    waiting: int = 0
    all: int = 0


async def lock(session: AsyncSession) -> None:
    """Be the only comparison until the transaction ends."""
    await run(session, _LOCK_SQL)


async def last_day(session: AsyncSession, *, gateway: str) -> date | None:
    """The last day that was planned."""
    return (await run(session, _LAST_DAY_SQL, gateway))[0][0]


async def first_payment_at(session: AsyncSession, *, gateway: str) -> datetime | None:
    """When the first payment of a gateway was opened."""
    rows = await run(session, _FIRST_PAYMENT_SQL, gateway)
    return rows[0][0] if rows else None


async def plan(
    session: AsyncSession, *, gateway: str, day: date, ask_at: datetime, now: datetime
) -> UUID | None:
    """Plan a day; ``None``: it is there already."""
    rows = await run(session, _PLAN_SQL, new_id(), gateway, day, ask_at, now)
    return rows[0][0] if rows else None


async def claim(session: AsyncSession, *, gateway: str, now: datetime) -> Claimed | None:
    """The oldest day whose turn it is, counted as asked for."""
    rows = await run(session, _CLAIM_SQL, gateway, now)
    return Claimed(*rows[0]) if rows else None


async def of_day(session: AsyncSession, *, gateway: str, day: date) -> Reconciliation | None:
    """The row of a day, locked until the transaction ends."""
    statement = select(Reconciliation).where(
        Reconciliation.gateway == gateway, Reconciliation.day == day
    )
    return (await session.exec(statement.with_for_update())).one_or_none()


async def day_row(session: AsyncSession, *, key: UUID) -> Reconciliation | None:
    """One day."""
    return await session.get(Reconciliation, key, populate_existing=True)


async def days(
    session: AsyncSession, *, state: str | None, before: UUID | None, limit: int
) -> list[Reconciliation]:
    """Days, the latest planned first."""
    statement = select(Reconciliation)
    if state is not None:
        statement = statement.where(Reconciliation.state == state)
    if before is not None:
        statement = statement.where(col(Reconciliation.id) < before)
    statement = statement.order_by(col(Reconciliation.id).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def begin(session: AsyncSession, *, key: UUID, now: datetime) -> tuple[str, date, int] | None:
    """Count a run of a waiting day: gateway, day and the run's number; ``None``: it is done."""
    rows = await run(session, _BEGIN_SQL, key, now)
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


async def add_lines(
    session: AsyncSession,
    *,
    key: UUID,
    number: int,
    first_n: int,
    lines: Sequence[Line],
    mchid: str,
) -> None:
    """Insert lines of a run, numbered from ``first_n``."""
    columns = (
        list(range(first_n, first_n + len(lines))),
        [i.subject for i in lines],
        [i.at for i in lines],
        [i.mchid for i in lines],
        [i.mchid != mchid for i in lines],
        [i.number for i in lines],
        [i.wechat_number for i in lines],
        [i.amount_fen for i in lines],
        [i.state for i in lines],
        [i.fee_millifen for i in lines],
        [i.rate_ppm for i in lines],
    )
    await run(session, _ADD_LINES_SQL, key, number, *columns)


async def listed_on(
    session: AsyncSession, *, gateway: str, ours: Sequence[Ours], but_for: UUID
) -> dict[tuple[str, str], date]:
    """In the bill of which other day payments and refunds stand, by subject and number."""
    numbers = [o.number for o in ours]
    rows = await run(session, _LISTED_ON_SQL, gateway, numbers, but_for) if numbers else ()
    return {(r[0], r[1]): r[2] for r in rows}


async def find(
    session: AsyncSession, *, key: UUID, number: int, found: Found, state: str, now: datetime
) -> tuple[UUID, str, bool]:
    """Insert a difference, or note that it is still there: its id, its state, whether it is new."""
    about = found.about
    row = await run(
        session, _FIND_SQL, new_id(), key, found.fingerprint, found.kind, found.subject,
        found.number, found.wechat_number, found.theirs_fen, found.ours_fen, found.effect_fen,
        found.detail, about.order_id, about.payment_id, state,
        found.due if state == "waiting" else None, number, key if state == "matched" else None, now,
        about.withdrawal_id,
    )  # fmt: skip
    return row[0][0], row[0][1], row[0][2]


async def counterparts(
    session: AsyncSession, *, gateway: str, found: Found, but_for: UUID
) -> Sequence[tuple[Any, ...]]:
    """Rows (id, state, kind, matched by) of other days about the same payment or refund."""
    return await run(session, _COUNTERPARTS_SQL, gateway, found.number, found.subject, but_for)


async def gone(session: AsyncSession, *, key: UUID, number: int) -> Sequence[tuple[Any, ...]]:
    """Rows (id, state, kind) that this run of their day did not show any more."""
    return await run(session, _GONE_SQL, key, number)


async def overdue(session: AsyncSession, *, gateway: str, day: date) -> Sequence[tuple[Any, ...]]:
    """Rows (id, state, kind) that waited for the bill of this day, or of one before it."""
    return await run(session, _OVERDUE_SQL, gateway, day)


async def is_compared(session: AsyncSession, *, gateway: str, day: date) -> bool:
    """Whether the bill of a day was there already."""
    return bool(await run(session, _IS_COMPARED_SQL, gateway, day))


async def note_moved(
    session: AsyncSession, *, key: UUID, number: int, moved: Sequence[tuple[str, int]]
) -> set[str]:
    """Note on lines what moved for them; the numbers that stand in the bill."""
    numbers, amounts = [m[0] for m in moved], [m[1] for m in moved]
    return {r[0] for r in await run(session, _MOVED_SQL, key, number, numbers, amounts)}


async def unmoved(
    session: AsyncSession, *, key: UUID, number: int
) -> list[tuple[str, int, int | None]]:
    """Lines for which another amount moved, or nothing: WeChat's number, listed, moved fen."""
    return [(r[0], r[1], r[2]) for r in await run(session, _UNMOVED_SQL, key, number)]


async def end(
    session: AsyncSession, *, key: UUID, lines: int, sha1: str | None, sums: Sequence[int]
) -> None:
    """Keep how a run came out.

    ``sums``: theirs paid, theirs refunded, ours paid, ours refunded, theirs and ours withdrawn,
    theirs and ours shared.
    """
    await run(session, _END_SQL, key, lines, sha1, *sums)


async def counts(session: AsyncSession, *, keys: Sequence[UUID]) -> dict[UUID, Counts]:
    """How many differences some days have; days without one are left out."""
    return {r[0]: Counts(*r[1:]) for r in await run(session, _OPEN_SQL, list(keys))}


async def difference(
    session: AsyncSession, *, key: UUID, lock: bool = False
) -> ReconciliationDifference | None:
    """One difference, locked until the transaction ends if asked."""
    return await session.get(
        ReconciliationDifference, key, populate_existing=True, with_for_update=lock or None
    )


async def differences(
    session: AsyncSession,
    *,
    key: UUID | None,
    state: str | None,
    kind: str | None,
    after: UUID | None,
    limit: int,
) -> list[ReconciliationDifference]:
    """Differences of a day or of all, in the order in which they were found."""
    table = ReconciliationDifference
    statement = select(table)
    if key is not None:
        statement = statement.where(table.reconciliation_id == key)
    if state is not None:
        statement = statement.where(table.state == state)
    if kind is not None:
        statement = statement.where(table.kind == kind)
    if after is not None:
        statement = statement.where(col(table.id) > after)
    return list((await session.exec(statement.order_by(col(table.id)).limit(limit))).all())


async def reasons(session: AsyncSession, *, keys: Sequence[UUID]) -> dict[UUID, str]:
    """What staff wrote when they closed differences."""
    return {r[0]: r[1] for r in await run(session, _REASONS_SQL, list(keys))}


async def payee(session: AsyncSession, *, withdrawal_id: UUID) -> UUID:
    """Whose withdrawal it is."""
    return (await run(session, _PAYEE_SQL, withdrawal_id))[0][0]


async def payer(session: AsyncSession, *, order_id: UUID) -> UUID:
    """Who paid for an order."""
    return (await run(session, _PAYER_SQL, order_id))[0][0]


async def move(
    session: AsyncSession, *, key: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move a day by an event of the machine."""
    return await move_row(
        session,
        DAYS,  # pyright: ignore[reportUnknownArgumentType]
        RECONCILIATION,
        key=key,
        event=event,
        from_state=from_state,
        **values,
    )


async def move_difference(
    session: AsyncSession, *, key: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move a difference by an event of the machine."""
    return await move_row(
        session,
        DIFFERENCES,  # pyright: ignore[reportUnknownArgumentType]
        DIFFERENCE,
        key=key,
        event=event,
        from_state=from_state,
        **values,
    )
