"""SQL of withdrawals and of whom they go to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from api.kit.db import move_row, run
from api.withdrawals.models import Payee, Withdrawal
from api.withdrawals.states import OPEN, WITHDRAWAL

WITHDRAWALS = Withdrawal.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

# Only one goes to WeChat at a time: whoever claims it puts its next turn off. Asked after 15 and 30
# seconds, then 1, 2, 4 … minutes, at most an hour apart.
_CLAIM_SQL = f"""
UPDATE withdrawals SET asks = asks + 1,
    ask_at = $2 + make_interval(secs => least(3600, 15 * 2 ^ least(asks, 9))),
    sent_at = CASE WHEN state = 'asked' THEN $2 ELSE sent_at END
WHERE id = $1 AND state IN {OPEN} AND ask_at <= $2 RETURNING 1
"""
_DUE_SQL = f"""
SELECT id FROM withdrawals WHERE state IN {OPEN} AND ask_at <= $1 ORDER BY ask_at LIMIT $2
"""
_PAYEE_SQL = """
INSERT INTO payees (id, openid_sealed, openid_index, name_sealed, noted_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET openid_sealed = $2, openid_index = $3,
    name_sealed = $4, noted_at = $5
"""
# Of accounts that are closed: whoever has one that is open sees their own.
_FORMER_SQL = """
SELECT p.id FROM payees AS p JOIN users AS u ON u.id = p.id AND u.state = 'closed'
WHERE p.openid_index = ANY ($1::bytea[]) ORDER BY p.id LIMIT 20
"""
_TODAY_SQL = """
SELECT amount_fen FROM withdrawals
WHERE runner_id = $1 AND created_at >= $2 AND state NOT IN ('failed', 'cancelled') LIMIT 100
"""
_HAS_OPEN_SQL = f"SELECT 1 FROM withdrawals WHERE runner_id = $1 AND state IN {OPEN}"
_NOTE_BILL_SQL = "UPDATE withdrawals SET bill_no = $2 WHERE id = $1 AND bill_no IS NULL"
# A change that is no move is counted like one, as it has an event.
_DELAY_SQL = f"""
UPDATE withdrawals SET why = $2, version = version + 1
WHERE id = $1 AND state IN {OPEN} AND why IS DISTINCT FROM $2 RETURNING version
"""
_UNFIT_SQL = """
UPDATE withdrawals SET unfit = $2, version = version + 1
WHERE out_bill_no = $1 AND unfit IS DISTINCT FROM $2 RETURNING version
"""
_RETRY_SQL = f"""
UPDATE withdrawals SET asks = 0, ask_at = $2, version = version + 1
WHERE id = $1 AND state IN {OPEN} RETURNING version
"""


async def add(session: AsyncSession, *, row: Withdrawal) -> None:
    """Insert a withdrawal."""
    session.add(row)
    await session.flush()


async def withdrawal(
    session: AsyncSession, *, withdrawal_id: UUID, lock: bool = False
) -> Withdrawal | None:
    """One withdrawal, locked until the transaction ends if asked."""
    return await session.get(
        Withdrawal, withdrawal_id, populate_existing=True, with_for_update=lock or None
    )


async def by_number(session: AsyncSession, *, out_bill_no: str) -> Withdrawal | None:
    """One withdrawal by the number that WeChat knows, locked until the transaction ends."""
    statement = select(Withdrawal).where(Withdrawal.out_bill_no == out_bill_no).with_for_update()
    return (await session.exec(statement)).one_or_none()


async def claim(session: AsyncSession, *, withdrawal_id: UUID, now: datetime) -> Withdrawal | None:
    """Take an open withdrawal whose turn it is; ``None``: it is not, or somebody else has it."""
    if not await run(session, _CLAIM_SQL, withdrawal_id, now):
        return None
    return await withdrawal(session, withdrawal_id=withdrawal_id)


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Open withdrawals whose turn it is to be asked about."""
    return [r[0] for r in await run(session, _DUE_SQL, now, limit)]


async def move(
    session: AsyncSession, *, row: Withdrawal, event: str, **values: Any
) -> Row[Any] | None:
    """Move a withdrawal by an event of the machine."""
    return await move_row(
        session,
        WITHDRAWALS,  # pyright: ignore[reportUnknownArgumentType]
        WITHDRAWAL,
        key=row.id,
        event=event,
        from_state=row.state,
        **values,
    )


async def note_bill(session: AsyncSession, *, withdrawal_id: UUID, bill_no: str) -> None:
    """Note the number that WeChat gave."""
    await run(session, _NOTE_BILL_SQL, withdrawal_id, bill_no)


async def delay(session: AsyncSession, *, withdrawal_id: UUID, code: str) -> int | None:
    """Note what an open one waits for; its version, ``None``: that is known."""
    rows = await run(session, _DELAY_SQL, withdrawal_id, code)
    return rows[0][0] if rows else None


async def note_unfit(session: AsyncSession, *, out_bill_no: str, why: str) -> int | None:
    """Note in what an answer did not fit; its version, ``None``: that is known."""
    rows = await run(session, _UNFIT_SQL, out_bill_no, why)
    return rows[0][0] if rows else None


async def retry(session: AsyncSession, *, withdrawal_id: UUID, now: datetime) -> int | None:
    """Let it be an open one's turn now; its version, ``None``: it has its end."""
    rows = await run(session, _RETRY_SQL, withdrawal_id, now)
    return rows[0][0] if rows else None


async def has_open(session: AsyncSession, *, runner_id: UUID) -> bool:
    """Whether a withdrawal has no end yet."""
    return bool(await run(session, _HAS_OPEN_SQL, runner_id))


async def asked_since(session: AsyncSession, *, runner_id: UUID, since: datetime) -> list[int]:
    """Amounts asked for since a moment that did not fail."""
    return [r[0] for r in await run(session, _TODAY_SQL, runner_id, since)]


async def of_runners(
    session: AsyncSession, *, runner_ids: Sequence[UUID], before: UUID | None, limit: int
) -> list[Withdrawal]:
    """Withdrawals of these accounts, newest first."""
    statement = select(Withdrawal).where(col(Withdrawal.runner_id).in_(runner_ids))
    return await _page(session, statement, before=before, limit=limit)


async def of_community(
    session: AsyncSession,
    *,
    community_id: UUID,
    state: str | None,
    before: UUID | None,
    limit: int,
) -> list[Withdrawal]:
    """Withdrawals of a community, newest first."""
    statement = select(Withdrawal).where(Withdrawal.community_id == community_id)
    if state is not None:
        statement = statement.where(Withdrawal.state == state)
    return await _page(session, statement, before=before, limit=limit)


async def payee(session: AsyncSession, *, runner_id: UUID) -> Payee | None:
    """Whose WeChat an account's money goes to."""
    return await session.get(Payee, runner_id, populate_existing=True)


async def note_payee(session: AsyncSession, *, row: Payee) -> None:
    """Note whose WeChat it goes to."""
    arguments = (row.id, row.openid_sealed, row.openid_index, row.name_sealed, row.noted_at)
    await run(session, _PAYEE_SQL, *arguments)


async def former_accounts(session: AsyncSession, *, openid_indexes: Sequence[bytes]) -> list[UUID]:
    """Closed accounts whose money goes to this WeChat."""
    return [r[0] for r in await run(session, _FORMER_SQL, list(openid_indexes))]


async def _page(
    session: AsyncSession,
    statement: SelectOfScalar[Withdrawal],
    *,
    before: UUID | None,
    limit: int,
) -> list[Withdrawal]:
    if before is not None:
        statement = statement.where(col(Withdrawal.id) < before)
    rows = await session.exec(statement.order_by(col(Withdrawal.id).desc()).limit(limit))
    return list(rows.all())
