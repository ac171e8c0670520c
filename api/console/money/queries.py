"""What only the pages of money ask: sums over the accounts of a community, and what went wrong."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.ledger.rules import KINDS

TROUBLES_MAX = 200
_OWN = tuple(kind for kind, row in KINDS.items() if row.owner == "community")
# All accounts of a community together are 0, as every transfer is within one: so what lies on its
# orders, of which there are many, is what is missing from all others.
_ACCOUNTS_SQL = f"""
SELECT a.kind, a.balance_fen, a.held_fen FROM ledger_accounts AS a
WHERE a.owner_id = $1 AND a.kind IN {_OWN}
UNION ALL
SELECT 'runner_payable', coalesce(sum(a.balance_fen), 0)::bigint,
       coalesce(sum(a.held_fen), 0)::bigint
FROM runners AS r JOIN ledger_accounts AS a ON a.kind = 'runner_payable' AND a.owner_id = r.id
WHERE r.community_id = $1
UNION ALL
SELECT 'merchant_payable', coalesce(sum(a.balance_fen), 0)::bigint,
       coalesce(sum(a.held_fen), 0)::bigint
FROM merchants AS m JOIN ledger_accounts AS a ON a.kind = 'merchant_payable' AND a.owner_id = m.id
WHERE m.community_id = $1
"""
_TODAY_SQL = """
SELECT (SELECT ARRAY[count(*), coalesce(sum(p.amount_fen), 0)] FROM payments AS p
        JOIN orders AS o ON o.id = p.order_id AND o.community_id = $1
        WHERE p.state = 'paid' AND p.paid_at >= $2),
       (SELECT ARRAY[count(*), coalesce(sum(r.amount_fen), 0)] FROM refunds AS r
        JOIN orders AS o ON o.id = r.order_id AND o.community_id = $1 WHERE r.created_at >= $2),
       (SELECT ARRAY[count(*), coalesce(sum(w.amount_fen), 0)] FROM withdrawals AS w
        WHERE w.community_id = $1 AND w.created_at >= $2),
       (SELECT coalesce(sum(r.amount_fen), 0)::bigint FROM refunds AS r
        JOIN orders AS o ON o.id = r.order_id AND o.community_id = $1 WHERE r.state = 'requested')
"""
_TROUBLES_SQL = """
SELECT t.kind, t.at, t.order_id, o.number, t.amount_fen, t.detail FROM (
    SELECT 'paid_in_vain' AS kind, paid_at AS at, order_id, amount_fen, '' AS detail
    FROM payments WHERE state = 'paid' AND NOT is_counted AND paid_at >= $2
    UNION ALL
    SELECT 'payment_unfit', created_at, order_id, amount_fen, unfit
    FROM payments WHERE unfit IS NOT NULL AND created_at >= $2
    UNION ALL
    SELECT CASE state WHEN 'failed' THEN 'refund_failed' ELSE 'refund_unfit' END, created_at,
           order_id, amount_fen, coalesce(unfit, '')
    FROM refunds WHERE (state = 'failed' OR unfit IS NOT NULL) AND created_at >= $2
    UNION ALL
    SELECT 'refund_waiting', created_at, order_id, amount_fen, ''
    FROM refunds WHERE state = 'requested' AND unfit IS NULL AND created_at < $3
) AS t JOIN orders AS o ON o.id = t.order_id
WHERE o.community_id = $1 ORDER BY t.at DESC, t.order_id LIMIT $4
"""


class AccountSum(NamedTuple):
    """What the accounts of one kind hold in a community, and what of it waits for WeChat."""

    kind: str
    balance_fen: int
    held_fen: int


class Counted(NamedTuple):
    """How many, and how much in all."""

    times: int
    sum_fen: int


class Today(NamedTuple):
    """What moved since midnight; ``refunding_fen``: asked of WeChat and not answered."""

    payments: Counted
    refunds: Counted
    withdrawals: Counted
    refunding_fen: int


class Trouble(NamedTuple):
    """A payment that nothing needed, or a payment or refund that did not go as it should."""

    kind: str
    at: datetime
    order_id: UUID
    number: int
    amount_fen: int
    detail: str


async def accounts(session: AsyncSession, *, community_id: UUID) -> list[AccountSum]:
    """The community's own accounts, what runners and what merchants are owed."""
    return [AccountSum(*r) for r in await run(session, _ACCOUNTS_SQL, community_id)]


async def today(session: AsyncSession, *, community_id: UUID, since: datetime) -> Today:
    """What was paid, refunded and withdrawn since midnight."""
    found = (await run(session, _TODAY_SQL, community_id, since))[0]
    return Today(Counted(*found[0]), Counted(*found[1]), Counted(*found[2]), found[3])


async def troubles(
    session: AsyncSession, *, community_id: UUID, since: datetime, waiting_since: datetime
) -> list[Trouble]:
    """The newest that staff should know of; refunds that wait since before ``waiting_since``."""
    rows = await run(session, _TROUBLES_SQL, community_id, since, waiting_since, TROUBLES_MAX)
    return [Trouble(*r) for r in rows]
