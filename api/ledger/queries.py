"""SQL of the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.ledger.booking import Account, Booked, Transfer
from api.ledger.rules import AccountKind, account_id

_OPEN_SQL = """
INSERT INTO ledger_accounts (id, kind, owner_id, balance_fen, held_fen, entries, created_at)
SELECT id, kind, owner_id, 0, 0, 0, $4
FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS a (id, kind, owner_id) ORDER BY id
ON CONFLICT (id) DO NOTHING
"""
# Always in the order of ids, so that two who need the same accounts never wait for each other.
_LOCK_SQL = """
SELECT id, kind, owner_id, balance_fen, held_fen, entries FROM ledger_accounts
WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
"""
# Not its account: that is locked together with others, in the order of ids.
_TURN_SQL = (
    "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || 'merchant_payable', 0))"
)
_TRANSFERS_SQL = """
SELECT t.id, t.rule, t.from_id, t.to_id, t.amount_fen,
       CASE WHEN t.is_held THEN coalesce(o.outcome, 'pending') ELSE 'posted' END
FROM ledger_transfers AS t LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
WHERE t.id = ANY ($1::uuid[])
"""
_ADD_TRANSFERS_SQL = """
INSERT INTO ledger_transfers (id, rule, from_id, to_id, amount_fen, is_held, community_id,
                              order_id, subject_id, created_at)
SELECT t.id, t.rule, t.from_id, t.to_id, t.amount_fen, t.is_held, $7, $8, $9, $10
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::int[], $6::bool[])
    AS t (id, rule, from_id, to_id, amount_fen, is_held)
"""
_ADD_OUTCOME_SQL = "INSERT INTO ledger_outcomes (transfer_id, outcome, at) VALUES ($1, $2, $3)"
_WRITE_SQL = """
WITH written AS (
    INSERT INTO ledger_entries (account_id, seq, transfer_id, amount_fen, balance_fen, at)
    SELECT e.account_id, e.seq, e.transfer_id, e.amount_fen, e.balance_fen, $10
    FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::int[], $5::bigint[])
        AS e (account_id, seq, transfer_id, amount_fen, balance_fen))
UPDATE ledger_accounts AS a
SET balance_fen = n.balance_fen, held_fen = n.held_fen, entries = n.entries
FROM unnest($6::uuid[], $7::bigint[], $8::bigint[], $9::int[])
    AS n (id, balance_fen, held_fen, entries)
WHERE a.id = n.id
"""
_BALANCES_SQL = "SELECT kind, balance_fen FROM ledger_accounts WHERE id = ANY ($1::uuid[])"
_ACCOUNT_SQL = "SELECT balance_fen, held_fen FROM ledger_accounts WHERE id = $1"
_LINES_SQL = """
SELECT e.seq, e.at, t.rule, t.order_id, e.amount_fen, e.balance_fen
FROM ledger_entries AS e JOIN ledger_transfers AS t ON t.id = e.transfer_id
WHERE e.account_id = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3
"""
_OF_ORDER_SQL = """
SELECT t.id, t.rule, t.amount_fen, t.created_at,
       CASE WHEN t.is_held THEN coalesce(o.outcome, 'pending') ELSE 'posted' END, o.at
FROM ledger_transfers AS t LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
WHERE t.order_id = $1 ORDER BY t.created_at, t.id LIMIT 200
"""


class Line(NamedTuple):
    """One line of a statement, in fen."""

    seq: int
    at: datetime
    rule: str
    order_id: UUID | None
    amount_fen: int
    balance_fen: int


class Movement(NamedTuple):
    """One transfer of an order, and since when it is in its state."""

    id: UUID
    rule: str
    amount_fen: int
    at: datetime
    state: str
    resolved_at: datetime | None


async def lock_accounts(
    session: AsyncSession, *, wanted: Mapping[UUID, tuple[AccountKind, UUID]], now: datetime
) -> dict[UUID, Account]:
    """These accounts, opened where they are not there yet, locked until the transaction ends."""
    keys = sorted(wanted)
    kinds, owners = [wanted[k][0] for k in keys], [wanted[k][1] for k in keys]
    await run(session, _OPEN_SQL, keys, kinds, owners, now)
    return {r[0]: Account(*r) for r in await run(session, _LOCK_SQL, keys)}


async def lock_again(session: AsyncSession, *, keys: Sequence[UUID]) -> dict[UUID, Account]:
    """Accounts that there are, locked until the transaction ends."""
    return {r[0]: Account(*r) for r in await run(session, _LOCK_SQL, sorted(keys))}


async def take_turn(session: AsyncSession, *, merchant_id: UUID) -> None:
    """Let one transaction at a time take of what a merchant is owed."""
    await run(session, _TURN_SQL, merchant_id)


async def transfers(session: AsyncSession, *, keys: Sequence[UUID]) -> dict[UUID, Transfer]:
    """Those of these transfers that there are, with the state each is in."""
    return {r[0]: Transfer(*r) for r in await run(session, _TRANSFERS_SQL, list(keys))}


async def add_transfers(
    session: AsyncSession,
    *,
    added: Sequence[Transfer],
    community_id: UUID,
    order_id: UUID | None,
    subject_id: UUID,
    now: datetime,
) -> None:
    """Insert new transfers."""
    columns = (
        [t.id for t in added],
        [t.rule for t in added],
        [t.from_id for t in added],
        [t.to_id for t in added],
        [t.amount_fen for t in added],
        [t.state == "pending" for t in added],
    )
    await run(session, _ADD_TRANSFERS_SQL, *columns, community_id, order_id, subject_id, now)


async def add_outcome(
    session: AsyncSession, *, transfer_id: UUID, outcome: str, now: datetime
) -> None:
    """Insert what became of a pending transfer."""
    await run(session, _ADD_OUTCOME_SQL, transfer_id, outcome, now)


async def write(session: AsyncSession, *, booked: Booked, now: datetime) -> None:
    """Insert entries and set the balances that they led to; the accounts are locked."""
    entries, accounts = booked.entries, list(booked.accounts.values())
    await run(
        session,
        _WRITE_SQL,
        [e.account_id for e in entries],
        [e.seq for e in entries],
        [e.transfer_id for e in entries],
        [e.amount_fen for e in entries],
        [e.balance_fen for e in entries],
        [a.id for a in accounts],
        [a.balance_fen for a in accounts],
        [a.held_fen for a in accounts],
        [a.entries for a in accounts],
        now,
    )


async def balances(
    session: AsyncSession, *, kinds: Sequence[AccountKind], owner_id: UUID
) -> dict[str, int]:
    """Balances in fen of one owner, by kind; kinds without an account are left out."""
    keys = [account_id(kind, owner_id) for kind in kinds]
    return {r[0]: r[1] for r in await run(session, _BALANCES_SQL, keys)}


async def account(session: AsyncSession, *, key: UUID) -> tuple[int, int]:
    """Balance of an account and what of it is held, in fen; zeros where it is not there."""
    rows = await run(session, _ACCOUNT_SQL, key)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


async def lines(session: AsyncSession, *, key: UUID, before_seq: int, limit: int) -> list[Line]:
    """Entries of an account before one, newest first."""
    return [Line(*r) for r in await run(session, _LINES_SQL, key, before_seq, limit)]


async def of_order(session: AsyncSession, *, order_id: UUID) -> list[Movement]:
    """Every transfer of an order, oldest first; an order has few."""
    return [Movement(*r) for r in await run(session, _OF_ORDER_SQL, order_id)]
