"""SQL of differences of what was sent, and of what WeChat answered between two bills."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.kit.ids import new_id
from api.reconciliation.rules import Found, Kind, SentSubject

_UNCLOSED_SQL = """
SELECT d.number, d.id, d.reconciliation_id, d.kind, d.state FROM reconciliation_differences AS d
JOIN reconciliations AS rc ON rc.id = d.reconciliation_id
WHERE rc.gateway = $1 AND d.subject = $3 AND d.state IN ('open', 'waiting')
  AND d.number = ANY ($2::text[]) ORDER BY d.id FOR UPDATE OF d
"""
# What WeChat answered and no bill said; found again it is left as it is.
_FIND_ANSWER_SQL = """
INSERT INTO reconciliation_differences (id, fingerprint, kind, subject, number, wechat_number,
    theirs_fen, ours_fen, effect_fen, detail, order_id, payment_id, withdrawal_id, state, last_run,
    created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12, 'open', 0, $13, 1)
ON CONFLICT (fingerprint) WHERE reconciliation_id IS NULL DO NOTHING RETURNING id
"""
# WeChat answered otherwise before, and the bill of this run agrees with us after all.
_AGREED_SQL = """
SELECT d.id, d.state FROM reconciliation_differences AS d
WHERE d.reconciliation_id IS NULL AND d.state = 'open' AND EXISTS (
    SELECT 1 FROM reconciliation_lines AS b WHERE b.reconciliation_id = $1 AND b.run = $2
      AND b.subject = d.subject AND b.number = d.number)
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_differences AS e WHERE e.reconciliation_id = $1
      AND e.last_run = $2 AND e.subject = d.subject AND e.number = d.number)
FOR UPDATE OF d
"""


class Unclosed(NamedTuple):
    """A difference of what was sent, open or waiting for another bill; ``day_id``: of which day."""

    id: UUID
    day_id: UUID
    kind: Kind
    state: str


async def unclosed_sent(
    session: AsyncSession, subject: SentSubject, *, gateway: str, numbers: Sequence[str]
) -> dict[str, list[Unclosed]]:
    """What differs still of some withdrawals or shares, by our number."""
    found: dict[str, list[Unclosed]] = {}
    for number, *row in await run(session, _UNCLOSED_SQL, gateway, list(numbers), subject):
        found.setdefault(number, []).append(Unclosed(*row))
    return found


async def find_answer(session: AsyncSession, *, found: Found, now: datetime) -> UUID | None:
    """Insert what WeChat answered and does not fit; ``None``: it is there already."""
    about = found.about
    rows = await run(
        session, _FIND_ANSWER_SQL, new_id(), found.fingerprint, found.kind, found.subject,
        found.number, found.wechat_number, found.theirs_fen, found.ours_fen, found.detail,
        about.order_id, about.payment_id, about.withdrawal_id,
        now,
    )  # fmt: skip
    return rows[0][0] if rows else None


async def agreed(session: AsyncSession, *, key: UUID, number: int) -> Sequence[tuple[Any, ...]]:
    """Rows (id, state) of answers that did not fit, where the bill of this run fits."""
    return await run(session, _AGREED_SQL, key, number)
