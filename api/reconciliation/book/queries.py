"""SQL of our side: payments and refunds, and what the ledger says that they moved at WeChat."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import CHINA
from api.kit.db import run
from api.reconciliation.rules import CAPTURES, RETURNS, Line, Ours

BATCH = 500

_PAYMENTS_SQL = """
SELECT 'payment', p.id, p.order_id, o.community_id, p.out_trade_no, p.transaction_id, p.state,
    coalesce(t.amount_fen, 0), coalesce(p.paid_at, p.created_at), p.id
FROM payments AS p JOIN orders AS o ON o.id = p.order_id
LEFT JOIN ledger_transfers AS t ON t.subject_id = p.id AND t.rule = ANY ($2::text[])
WHERE p.gateway = $1
"""
# A refund is booked on the day on which it was held to be sent; voided, it is not booked at all.
_REFUNDS_SQL = """
SELECT 'refund', p.id, r.order_id, o.community_id, r.out_refund_no, NULL, r.state,
    CASE WHEN coalesce(u.outcome, 'posted') = 'posted' THEN coalesce(t.amount_fen, 0) ELSE 0 END,
    r.created_at, r.id
FROM refunds AS r JOIN payments AS p ON p.id = r.payment_id JOIN orders AS o ON o.id = r.order_id
LEFT JOIN ledger_transfers AS t ON t.subject_id = r.id AND t.rule = ANY ($2::text[])
LEFT JOIN ledger_outcomes AS u ON u.transfer_id = t.id
WHERE p.gateway = $1
"""
_OF_NUMBERS = {
    "payment": f"{_PAYMENTS_SQL} AND p.out_trade_no = ANY ($3::text[])",
    "refund": f"{_REFUNDS_SQL} AND r.out_refund_no = ANY ($3::text[])",
}
# Booked in a day, and not in its latest bill; by pages of ids.
_UNLISTED = """
{ours} AND {moment} >= $3 AND {moment} < $4 AND {row}.id > $5 AND {booked}
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_lines AS b WHERE b.reconciliation_id = $6 AND b.run = $7
      AND b.number = {number} AND b.subject = '{subject}' AND NOT b.is_foreign)
ORDER BY {row}.id LIMIT $8
"""
# Another day found it already.
_IS_FOUND = """EXISTS (
    SELECT 1 FROM reconciliation_differences AS d WHERE d.number = r.out_refund_no
      AND d.subject = 'refund' AND d.reconciliation_id <> $6
      AND d.kind IN ('missing_there', 'day_shifted'))"""
_REFUND = {"ours": _REFUNDS_SQL, "row": "r", "number": "r.out_refund_no", "subject": "refund"}
_UNLISTED_SQL: dict[str, tuple[str, ...]] = {
    "payment": (
        _UNLISTED.format(
            ours=_PAYMENTS_SQL, moment="p.paid_at", row="p", booked="p.state = 'paid'",
            number="p.out_trade_no", subject="payment",
        ),
    ),
    # One that waits for its answer may have been accepted or not; a bank may take days to say. So
    # what succeeded is looked for on its day, and once more on the day of the answer.
    "refund": (
        _UNLISTED.format(
            **_REFUND, moment="r.created_at",
            booked=f"r.state = 'succeeded' AND NOT {_IS_FOUND}",
        ),
        _UNLISTED.format(
            **_REFUND, moment="r.done_at",
            booked=f"""r.state = 'succeeded' AND r.created_at < $3 AND NOT {_IS_FOUND}
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation_lines AS e
    JOIN reconciliations AS rc ON rc.id = e.reconciliation_id AND rc.runs = e.run
    WHERE e.number = r.out_refund_no AND e.subject = 'refund' AND NOT e.is_foreign)""",
        ),
    ),
}  # fmt: skip


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """When a day begins in China, and when it is over."""
    begins = datetime.combine(day, time(), CHINA)
    return begins, begins + timedelta(days=1)


async def ours_of(
    session: AsyncSession, *, gateway: str, lines: Sequence[Line]
) -> dict[tuple[str, str], Ours]:
    """What we know under the numbers of some lines, by subject and number."""
    found: dict[tuple[str, str], Ours] = {}
    for subject, rules in (("payment", CAPTURES), ("refund", RETURNS)):
        numbers = [i.number for i in lines if i.subject == subject]
        if numbers:
            rows = await run(session, _OF_NUMBERS[subject], gateway, list(rules), numbers)
            found |= {(r[0], r[4]): Ours(*r[:9]) for r in rows}
    return found


async def unlisted(
    session: AsyncSession, *, subject: str, gateway: str, key: UUID, number: int, day: date
) -> list[Ours]:
    """What is booked on a day, by the gateway's own word, and stands not in its bill."""
    rules = list(CAPTURES if subject == "payment" else RETURNS)
    since, before = bounds_of(day)
    found: list[Ours] = []
    for sql in _UNLISTED_SQL[subject]:
        after: UUID | None = UUID(int=0)
        while after is not None:
            rows = await run(
                session, sql, gateway, rules, since, before, after, key, number, BATCH
            )  # fmt: skip
            found += [Ours(*r[:9]) for r in rows]
            after = rows[-1][9] if len(rows) == BATCH else None
    return found
