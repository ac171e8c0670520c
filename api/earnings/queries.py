"""SQL of earnings. The day of an order is that of its delivery, on clocks in China."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.earnings.models import Settlement
from api.earnings.rules import GRACE, midnight
from api.kit.clock import china
from api.kit.db import run
from api.ledger.rules import INCOME, PAID_OUT, REPAID, account_id

# By the index of delivered jobs. What is earned of an order is what the ledger paid the runner of
# it, apart from advances; an order that is not completed yet is not earned yet.
_EARNED = """
FROM jobs AS j JOIN stops AS s ON s.job_id = j.id JOIN orders AS o ON o.id = s.order_id
JOIN LATERAL (SELECT coalesce(sum(t.amount_fen), 0)::int8 AS fen FROM ledger_transfers AS t
              WHERE t.order_id = o.id AND t.to_id = $4 AND t.rule = ANY ($5::text[])) AS paid
  ON true
WHERE j.runner_id = $1 AND j.state = 'delivered' AND j.closed_at >= $2 AND j.closed_at < $3
  AND s.state = 'delivered' AND (o.completed_at IS NOT NULL OR paid.fen > 0)
"""
_DAYS_SQL = f"""
SELECT (j.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*), sum(paid.fen)::int8
{_EARNED} GROUP BY day ORDER BY day DESC
"""
_ITEMS_SQL = f"""
SELECT o.id, o.number, o.kind, o.dropoff_place, j.closed_at, paid.fen
{_EARNED} AND ($6::uuid IS NULL OR o.id < $6) ORDER BY o.id DESC LIMIT $7
"""


class Day(NamedTuple):
    """A day's sum."""

    day: date
    orders_count: int
    fee_fen: int


class Item(NamedTuple):
    """One order that was earned; the place is the building, never the door."""

    order_id: UUID
    number: int
    kind: str
    place: str
    delivered_at: datetime
    fee_fen: int


async def days(
    session: AsyncSession, *, runner_id: UUID, since: datetime, before: datetime
) -> list[Day]:
    """The sum of each day on which something was earned, newest first."""
    rows = await run(session, _DAYS_SQL, runner_id, since, before, *_income_of(runner_id))
    return [Day(*r) for r in rows]


async def items(
    session: AsyncSession,
    *,
    runner_id: UUID,
    since: datetime,
    before: datetime,
    after: UUID | None,
    limit: int,
) -> list[Item]:
    """The orders that were earned, newest first."""
    income = _income_of(runner_id)
    rows = await run(session, _ITEMS_SQL, runner_id, since, before, *income, after, limit)
    return [Item(*r) for r in rows]


def _income_of(runner_id: UUID) -> tuple[UUID, list[str]]:
    """The runner's account, and the rules by which what comes into it is income."""
    return account_id("runner_payable", runner_id), list(INCOME)


_LAST_SQL = """
SELECT day, last_seq, closing_fen FROM settlements WHERE runner_id = $1 ORDER BY day DESC LIMIT 1
"""
# Whose first entry that is not settled belongs to a day that is over; not twice for one day.
_TO_SETTLE_SQL = """
SELECT a.owner_id FROM ledger_accounts AS a
LEFT JOIN LATERAL (SELECT day, last_seq FROM settlements AS s WHERE s.runner_id = a.owner_id
                   ORDER BY day DESC LIMIT 1) AS s ON true
JOIN ledger_entries AS e ON e.account_id = a.id AND e.seq = coalesce(s.last_seq, 0) + 1
WHERE a.kind = 'runner_payable' AND a.entries > coalesce(s.last_seq, 0) AND e.at < $1
  AND (s.day IS NULL OR s.day < $2)
ORDER BY a.owner_id LIMIT $3
"""
_ENTRY_AT_SQL = "SELECT at FROM ledger_entries WHERE account_id = $1 AND seq = $2"
_SUM_SQL = """
SELECT max(e.seq),
       coalesce(sum(e.amount_fen) FILTER (WHERE t.rule = ANY ($4::text[])), 0)::int8,
       coalesce(sum(e.amount_fen) FILTER (WHERE t.rule = ANY ($5::text[])), 0)::int8,
       -coalesce(sum(e.amount_fen) FILTER (WHERE t.rule = ANY ($6::text[])), 0)::int8,
       count(DISTINCT t.order_id) FILTER (WHERE t.rule = ANY ($4::text[])),
       coalesce((SELECT sum(f.amount_fen) FROM ledger_transfers AS f WHERE f.rule = 'fee_shared'
        AND f.order_id = ANY (array_agg(t.order_id) FILTER (WHERE t.rule = 'fee_earned'))), 0)::int8
FROM ledger_entries AS e JOIN ledger_transfers AS t ON t.id = e.transfer_id
WHERE e.account_id = $1 AND e.seq >= $2 AND e.seq <= (
    SELECT max(l.seq) FROM ledger_entries AS l
    WHERE l.account_id = $1 AND l.seq >= $2 AND l.at < $3)
"""
_SETTLE_SQL = """
INSERT INTO settlements (id, runner_id, community_id, day, first_seq, last_seq, opening_fen,
    income_fen, repaid_fen, paid_out_fen, closing_fen, platform_fen, orders_count, version, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14)
ON CONFLICT (runner_id, day) DO NOTHING RETURNING 1
"""
_LINES_SQL = """
SELECT e.seq, e.at, t.rule, o.number, o.fee_fen, coalesce(f.amount_fen, 0), e.amount_fen,
       e.balance_fen
FROM ledger_entries AS e JOIN ledger_transfers AS t ON t.id = e.transfer_id
LEFT JOIN orders AS o ON o.id = t.order_id
LEFT JOIN ledger_transfers AS f
  ON t.rule = 'fee_earned' AND f.rule = 'fee_shared' AND f.order_id = t.order_id
WHERE e.account_id = $1 AND e.seq BETWEEN $2 AND $3 ORDER BY e.seq LIMIT $4
"""
_TAX_SQL = """
SELECT s.runner_id, sum(s.income_fen)::int8, sum(s.platform_fen)::int8, sum(s.paid_out_fen)::int8,
       sum(s.orders_count)::int8, n.state = 'verified', n.name_sealed, n.number_sealed, u.state
FROM settlements AS s JOIN users AS u ON u.id = s.runner_id
LEFT JOIN real_names AS n ON n.id = s.runner_id
WHERE s.community_id = $1 AND s.day BETWEEN $2 AND $3
GROUP BY s.runner_id, n.id, u.id HAVING sum(s.income_fen) > 0 ORDER BY s.runner_id LIMIT $4
"""
# By the day on which it was booked, as with runners; what comes back lowers the quarter of then.
_SELLERS_SQL = """
SELECT m.id, m.legal_name, m.credit_code, m.state,
       coalesce(sum(e.amount_fen) FILTER (WHERE t.rule = 'goods_sold'), 0)::int8,
       -coalesce(sum(e.amount_fen) FILTER (WHERE t.rule IN ('goods_refunded', 'refund_recovered')),
                 0)::int8,
       count(DISTINCT t.order_id) FILTER (WHERE t.rule = 'goods_sold'),
       -coalesce(sum(e.amount_fen) FILTER (WHERE t.rule IN ('goods_shared', 'share_returned')),
                 0)::int8
FROM merchants AS m
JOIN ledger_accounts AS a ON a.kind = 'merchant_payable' AND a.owner_id = m.id
JOIN ledger_entries AS e ON e.account_id = a.id AND e.at >= $2 AND e.at < $3
JOIN ledger_transfers AS t ON t.id = e.transfer_id
WHERE m.community_id = $1 GROUP BY m.id ORDER BY m.id LIMIT $4
"""


class Settled(NamedTuple):
    """Up to where a runner's account is settled."""

    day: date
    last_seq: int
    closing_fen: int


class Sums(NamedTuple):
    """What a run of entries sums up to, and where it ends."""

    last_seq: int | None
    income_fen: int
    repaid_fen: int
    paid_out_fen: int
    orders_count: int
    platform_fen: int


class StatementLine(NamedTuple):
    """One entry with its order, and what the platform kept of that order's fee."""

    seq: int
    at: datetime
    rule: str
    number: int | None
    order_fee_fen: int | None
    platform_fen: int
    amount_fen: int
    balance_fen: int


class TaxRow(NamedTuple):
    """What one runner earned in a quarter, and who they are, sealed."""

    runner_id: UUID
    income_fen: int
    platform_fen: int
    paid_out_fen: int
    orders_count: int
    is_verified: bool | None
    name_sealed: bytes | None
    number_sealed: bytes | None
    user_state: str


class Seller(NamedTuple):
    """What one merchant sold and gave back in a quarter, and who they are, in fen."""

    merchant_id: UUID
    legal_name: str
    credit_code: str
    state: str
    sold_fen: int
    back_fen: int
    orders_count: int
    paid_fen: int


async def to_settle(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Runners with a day that is over and not settled."""
    today = china(now - GRACE).date()
    yesterday = today - timedelta(days=1)
    return [r[0] for r in await run(session, _TO_SETTLE_SQL, midnight(today), yesterday, limit)]


async def settled_until(session: AsyncSession, *, runner_id: UUID) -> Settled | None:
    """Up to where an account is settled; ``None``: nothing of it is."""
    rows = await run(session, _LAST_SQL, runner_id)
    return Settled(*rows[0]) if rows else None


async def entry_at(session: AsyncSession, *, runner_id: UUID, seq: int) -> datetime | None:
    """When an entry was made; ``None``: there is none."""
    rows = await run(session, _ENTRY_AT_SQL, account_id("runner_payable", runner_id), seq)
    return rows[0][0] if rows else None


async def sums(session: AsyncSession, *, runner_id: UUID, first_seq: int, before: datetime) -> Sums:
    """What the entries from one on sum up to, up to the last that was made before a moment."""
    key = account_id("runner_payable", runner_id)
    groups = ([*INCOME], [*REPAID], [*PAID_OUT])
    return Sums(*(await run(session, _SUM_SQL, key, first_seq, before, *groups))[0])


async def settle(session: AsyncSession, *, row: Settlement) -> bool:
    """Insert a settled day; false: another worker was faster."""
    values = (
        row.id, row.runner_id, row.community_id, row.day, row.first_seq, row.last_seq,
        row.opening_fen, row.income_fen, row.repaid_fen, row.paid_out_fen, row.closing_fen,
        row.platform_fen, row.orders_count, row.made_at,
    )  # fmt: skip
    return bool(await run(session, _SETTLE_SQL, *values))


async def settlements(
    session: AsyncSession, *, runner_id: UUID, first: date, last: date, limit: int
) -> list[Settlement]:
    """Settled days, newest first."""
    statement = (
        select(Settlement)
        .where(Settlement.runner_id == runner_id)
        .where(col(Settlement.day) >= first, col(Settlement.day) <= last)
        .order_by(col(Settlement.day).desc())
        .limit(limit)
    )
    return list((await session.exec(statement)).all())


async def statement_lines(
    session: AsyncSession, *, runner_id: UUID, first_seq: int, last_seq: int, limit: int
) -> list[StatementLine]:
    """The entries of an account from one to another, oldest first."""
    key = account_id("runner_payable", runner_id)
    rows = await run(session, _LINES_SQL, key, first_seq, last_seq, limit)
    return [StatementLine(*r) for r in rows]


async def tax_rows(
    session: AsyncSession, *, community_id: UUID, first: date, last: date, limit: int
) -> list[TaxRow]:
    """What runners of a community earned in these days, who earned anything."""
    return [TaxRow(*r) for r in await run(session, _TAX_SQL, community_id, first, last, limit)]


async def sellers(
    session: AsyncSession, *, community_id: UUID, first: date, last: date, limit: int
) -> list[Seller]:
    """What merchants of a community sold or gave back in these days, who did anything."""
    since, before = midnight(first), midnight(last + timedelta(days=1))
    rows = await run(session, _SELLERS_SQL, community_id, since, before, limit)
    return [Seller(*r) for r in rows]
