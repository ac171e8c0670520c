"""SQL of takings: the entries of a merchant's account, by the days on which they were made."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.ledger.rules import account_id

_LINES_SQL = """
SELECT e.at, o.number, t.rule, e.amount_fen, e.balance_fen
FROM ledger_entries AS e JOIN ledger_transfers AS t ON t.id = e.transfer_id
LEFT JOIN orders AS o ON o.id = t.order_id
WHERE e.account_id = $1 AND e.at >= $2 AND e.at < $3 ORDER BY e.seq LIMIT $4
"""
_BALANCE_SQL = """
SELECT balance_fen FROM ledger_entries
WHERE account_id = $1 AND at < $2 ORDER BY seq DESC LIMIT 1
"""


class Line(NamedTuple):
    """One entry, in fen, with the number of its order."""

    at: datetime
    number: int | None
    rule: str
    amount_fen: int
    balance_fen: int


async def lines(
    session: AsyncSession, *, merchant_id: UUID, since: datetime, before: datetime, limit: int
) -> list[Line]:
    """The entries of a merchant's account that were made in this time, oldest first."""
    key = account_id("merchant_payable", merchant_id)
    return [Line(*r) for r in await run(session, _LINES_SQL, key, since, before, limit)]


async def balance_before(session: AsyncSession, *, merchant_id: UUID, at: datetime) -> int:
    """What a merchant was owed in fen at a moment."""
    rows = await run(session, _BALANCE_SQL, account_id("merchant_payable", merchant_id), at)
    return rows[0][0] if rows else 0
