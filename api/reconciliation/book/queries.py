"""SQL of our side: payments, refunds, withdrawals, shares, and what the ledger says of them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import CHINA
from api.kit.db import run
from api.reconciliation.rules import CAPTURES, RETURNS, About, Found, Line, Ours, SentSubject
from api.reconciliation.sent import BACK, Listed, Sent

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
_ABOUT_SQL = {
    "payment": """
SELECT p.out_trade_no, p.transaction_id, p.amount_fen, o.community_id, o.id, p.id, NULL::uuid
FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE p.id = $1
""",
    "refund": """
SELECT r.out_refund_no, NULL, r.amount_fen, o.community_id, o.id, r.payment_id, NULL::uuid
FROM refunds AS r JOIN orders AS o ON o.id = r.order_id WHERE r.id = $1
""",
    "withdrawal": """
SELECT out_bill_no, bill_no, amount_fen, community_id, NULL::uuid, NULL::uuid, id
FROM withdrawals WHERE id = $1
""",
}
_NAMED_SQL = """
SELECT out_bill_no, bill_no FROM withdrawals
WHERE gateway = $1 AND (out_bill_no = ANY ($2::text[]) OR bill_no = ANY ($2::text[]))
"""
_STRANGERS_SQL = """
SELECT DISTINCT number FROM reconciliation_lines
WHERE subject = 'withdrawal' AND number = ANY ($1::text[])
"""
# What leaves us under a number of ours, and comes back of it: whatever it is of, the same columns.
_WITHDRAWALS = """
SELECT id, gateway, out_bill_no AS number, bill_no AS wechat_number, state, amount_fen, created_at,
    done_at, state = 'succeeded' AS is_done, community_id, NULL::uuid AS order_id,
    NULL::uuid AS payment_id, id AS withdrawal_id, 'withdrawal_sent' AS rule
FROM withdrawals
"""
_SHARES = """
SELECT s.id, p.gateway, s.number, NULL AS wechat_number, s.state, s.amount_fen, s.created_at,
    s.done_at, s.state = 'shared' AS is_done, s.community_id, s.order_id, s.payment_id,
    NULL::uuid AS withdrawal_id, 'goods_shared' AS rule
FROM shares AS s JOIN payments AS p ON p.id = s.payment_id WHERE s.amount_fen > 0
"""
_SHARE_RETURNS = """
SELECT b.id, p.gateway, b.number, NULL AS wechat_number, b.state, b.amount_fen, b.created_at,
    b.done_at, b.state = 'returned' AS is_done, s.community_id, s.order_id, s.payment_id,
    NULL::uuid AS withdrawal_id, 'share_returned' AS rule
FROM share_returns AS b JOIN shares AS s ON s.id = b.share_id
JOIN payments AS p ON p.id = s.payment_id
"""
_SENT: dict[SentSubject, str] = {
    "withdrawal": _WITHDRAWALS, "share": _SHARES, "share_return": _SHARE_RETURNS,
}  # fmt: skip
_TO_JUDGE_SQL = """
SELECT number FROM reconciliation_lines
  WHERE reconciliation_id = $2 AND run = $3 AND subject IN ($6, $7)
UNION SELECT w.number FROM ({sent}) AS w
  WHERE w.gateway = $1 AND w.is_done AND w.done_at >= $4 AND w.done_at < $5
UNION SELECT d.number FROM reconciliation_differences AS d
  JOIN reconciliations AS r ON r.id = d.reconciliation_id AND r.gateway = $1
  WHERE d.subject = $6 AND d.state IN ('open', 'waiting')
ORDER BY 1
"""
# What the ledger has posted for it; a transfer that is held or voided has paid nothing.
_BOOKED = """
LEFT JOIN LATERAL (
    SELECT sum(t.amount_fen)::bigint AS fen FROM ledger_transfers AS t
    LEFT JOIN ledger_outcomes AS o ON o.transfer_id = t.id
    WHERE t.subject_id = w.id AND t.rule = w.rule
      AND (NOT t.is_held OR o.outcome = 'posted')) AS booked ON true
"""
_SENT_SQL = f"""
SELECT w.number, w.wechat_number, w.state, w.amount_fen, coalesce(booked.fen, 0), w.created_at,
    w.done_at, w.community_id, w.order_id, w.payment_id, w.withdrawal_id
FROM ({{sent}}) AS w {_BOOKED}
WHERE w.gateway = $1 AND w.number = ANY ($2::text[])
"""
_LISTED_SQL = """
SELECT b.number, max(b.wechat_number),
    coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = $3), 0)::bigint,
    coalesce(sum(b.amount_fen) FILTER (WHERE b.subject = $4), 0)::bigint
FROM reconciliation_lines AS b
JOIN reconciliations AS r ON r.id = b.reconciliation_id AND r.runs = b.run AND r.gateway = $1
WHERE b.number = ANY ($2::text[]) AND b.subject IN ($3, $4)
GROUP BY b.number
"""
_SENT_ON_SQL = f"""
SELECT coalesce(sum(booked.fen), 0)::bigint FROM ({{sent}}) AS w {_BOOKED}
WHERE w.gateway = $1 AND w.is_done AND w.done_at >= $2 AND w.done_at < $3
"""


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


async def answered(
    session: AsyncSession, *, subject: str, key: UUID, why: str, theirs_fen: int
) -> Found:
    """What WeChat answered about one of ours, which does not fit it."""
    row = (await run(session, _ABOUT_SQL[subject], key))[0]
    return Found(
        "answer_differs",
        subject,  # pyright: ignore[reportArgumentType]
        row[0],
        row[1] or "",
        theirs_fen=theirs_fen,
        ours_fen=row[2],
        detail=why,
        about=About(*row[3:]),
    )


async def withdrawals_named(
    session: AsyncSession, *, gateway: str, names: Sequence[str]
) -> dict[str, str]:
    """Our numbers of withdrawals, by each of these names that is one of theirs or of WeChat's."""
    found: dict[str, str] = {}
    for number, wechat_number in await run(session, _NAMED_SQL, gateway, list(names)):
        found[number] = number
        if wechat_number is not None:
            found[wechat_number] = number
    return found


async def strangers_named(session: AsyncSession, *, names: Sequence[str]) -> set[str]:
    """Which of these are numbers of transfers that some bill has shown."""
    return {r[0] for r in await run(session, _STRANGERS_SQL, list(names))}


async def sent_to_judge(
    session: AsyncSession, subject: SentSubject, *, gateway: str, key: UUID, number: int, day: date
) -> list[str]:
    """Numbers in this run's bill, of what was booked on its day, and of what differs still."""
    since, before = bounds_of(day)
    sql = _TO_JUDGE_SQL.format(sent=_SENT[subject])
    back = BACK.get(subject, subject)
    rows = await run(session, sql, gateway, key, number, since, before, subject, back)
    return [r[0] for r in rows]


async def sent(
    session: AsyncSession, subject: SentSubject, *, gateway: str, numbers: Sequence[str]
) -> dict[str, Sent]:
    """What we know under these numbers."""
    rows = await run(session, _SENT_SQL.format(sent=_SENT[subject]), gateway, list(numbers))
    return {r[0]: Sent(*r[:7], about=About(*r[7:])) for r in rows}


async def listed(
    session: AsyncSession, subject: SentSubject, *, gateway: str, numbers: Sequence[str]
) -> dict[str, Listed]:
    """What the latest bills of all days say together under these numbers."""
    back = BACK.get(subject, "")
    rows = await run(session, _LISTED_SQL, gateway, list(numbers), subject, back)
    return {r[0]: Listed(*r) for r in rows}


async def sent_on(session: AsyncSession, subject: SentSubject, *, gateway: str, day: date) -> int:
    """What the ledger has of it on a day."""
    since, before = bounds_of(day)
    sql = _SENT_ON_SQL.format(sent=_SENT[subject])
    return (await run(session, sql, gateway, since, before))[0][0]
