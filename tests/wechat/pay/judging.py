"""What must be true of a batch of histories once all of it has come to rest.

The two books are held against each other: what WeChat took and sent back, by the stand-in's own
count, and what stands in our tables. The doctor knows only ours.
"""

from collections import Counter, defaultdict

from api.bootstrap import Parts
from api.doctor import examine
from tests.fixtures.builders.sql import rows
from tests.wechat.pay.book import Book

_CREDITED_SQL = """
SELECT p.out_trade_no, p.transaction_id, p.amount_fen, p.order_id, p.state, count(t.id),
       coalesce(sum(t.amount_fen), 0), p.is_counted
FROM payments AS p LEFT JOIN ledger_transfers AS t ON t.subject_id = p.id
    AND t.rule IN ('payment_captured', 'late_payment_taken')
GROUP BY p.id
"""
_REFUNDS_SQL = """
SELECT r.out_refund_no, r.amount_fen, p.out_trade_no, r.state FROM refunds AS r
JOIN payments AS p ON p.id = r.payment_id
"""
_KEPT_SQL = """
SELECT id, CASE WHEN activated_at IS NULL THEN 0 ELSE fee_fen + goods_fen - refunded_fen END
FROM orders
"""
_ACTIVE_SQL = "SELECT count(*) FROM orders WHERE activated_at IS NOT NULL"
_PAID_SQL = "SELECT count(DISTINCT order_id) FROM payments WHERE state = 'paid'"
_WITHDRAWALS_SQL = "SELECT out_bill_no, amount_fen, state, bill_no FROM withdrawals"
# How a transfer ends at WeChat, and how here.
_ENDS = {"SUCCESS": "succeeded", "FAIL": "failed", "CANCELLED": "cancelled"}
_CLEARING_SQL = (
    "SELECT coalesce(-sum(balance_fen), 0) FROM ledger_accounts WHERE kind = 'wechat_clearing'"
)
_OWED_SQL = "SELECT coalesce(sum(balance_fen), 0) FROM ledger_accounts WHERE kind = 'refunds_due'"
_DEAD_SQL = "SELECT task, last_error FROM reactions WHERE state <> 'done'"


async def wrongs(parts: Parts, book: Book) -> list[str]:
    """What does not hold, in words; nothing if all is well."""
    said = await _credited(parts, book)
    said += await _sent_back(parts, book)
    said += await _paid_out(parts, book)
    said += await _kept(parts, book)
    said += [f"{task} is not done: {error}" for task, error in await rows(parts, _DEAD_SQL)]
    said += [f"{f.invariant.name}: {f.keys}" for f in await examine(parts.database)]
    return said


async def _credited(parts: Parts, book: Book) -> list[str]:
    """Each payment that WeChat took is credited once and whole, and no other."""
    said: list[str] = []
    ours = {r[0]: r[1:] for r in await rows(parts, _CREDITED_SQL)}
    said += [f"WeChat knows {number}, and we do not" for number in book.orders.keys() - ours.keys()]
    for number, (transaction_id, fen, _, state, times, booked_fen, _) in ours.items():
        order = book.orders.get(number)
        is_paid = order is not None and order.transaction_id != ""
        if is_paid and order is not None:
            told = (order.transaction_id, order.total, "paid", 1, order.total)
            if (transaction_id, fen, state, times, booked_fen) != told:
                said.append(f"{number}: {state}, credited {times} times, {booked_fen} of {told}")
        elif (state, times) != ("closed", 0):
            said.append(f"{number} was never paid, and is {state}, credited {times} times")
        if order is not None and not is_paid and order.state != "CLOSED":
            said.append(f"{number} can still be paid at WeChat")
    counted = Counter(r[2] for r in ours.values() if r[6])
    said += [f"order {key} is paid for {n} times" for key, n in counted.items() if n > 1]
    return said


async def _sent_back(parts: Parts, book: Book) -> list[str]:
    """Each refund was made once, under its one number, and none that we do not know."""
    ours = {r[0]: (r[1], r[2], r[3]) for r in await rows(parts, _REFUNDS_SQL)}
    theirs = {
        number: (refund.fen, refund.order.said["out_trade_no"], "succeeded")
        for number, refund in book.refunds.items()
    }
    said = [f"refund {n}: {ours.get(n)}, at WeChat {theirs.get(n)}"
            for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n)]  # fmt: skip
    said += [f"{act}: {times} times" for act, times in book.acts.items() if times != 1]
    return said


async def _paid_out(parts: Parts, book: Book) -> list[str]:
    """Each withdrawal came to the same end on both sides, under its one number."""
    ours = {r[0]: r[1:] for r in await rows(parts, _WITHDRAWALS_SQL)}
    said = [f"transfer {n} is not ours" for n in book.transfers.keys() - ours.keys()]
    for number, (fen, state, bill_no) in ours.items():
        bill = book.transfers.get(number)
        if bill is None:
            if state not in ("failed", "cancelled"):
                said.append(f"withdrawal {number} is {state}, and WeChat does not know it")
        elif (fen, state) != (bill.said["transfer_amount"], _ENDS.get(bill.state)):
            said.append(f"withdrawal {number}: {fen} {state} {bill_no}, at WeChat {bill}")
    return said


async def _kept(parts: Parts, book: Book) -> list[str]:
    """What WeChat keeps of each order is what our order says, and all of it together our book."""
    left_fen: dict[str, int] = defaultdict(int)
    order_of = {r[0]: str(r[3]) for r in await rows(parts, _CREDITED_SQL)}
    for number, order in book.orders.items():
        left_fen[order_of[number]] += order.total if order.transaction_id else 0
    for refund in book.refunds.values():
        left_fen[order_of[refund.order.said["out_trade_no"]]] -= refund.fen
    said = [
        f"order {key}: {left_fen[str(key)]} at WeChat, {fen} by our order"
        for key, fen in await rows(parts, _KEPT_SQL)
        if left_fen[str(key)] != fen
    ]
    # All of it could also end well by giving everything back.
    active = (await rows(parts, _ACTIVE_SQL))[0][0]
    paid = (await rows(parts, _PAID_SQL))[0][0]
    if active < paid / 4:
        said.append(f"of {paid} orders that were paid {active} became active")
    paid_out_fen = sum(
        b.said["transfer_amount"] for b in book.transfers.values() if b.state == "SUCCESS"
    )
    kept_fen = sum(left_fen.values()) - paid_out_fen - book.shared_fen
    for sql, wanted in ((_CLEARING_SQL, kept_fen), (_OWED_SQL, 0)):
        found = (await rows(parts, sql))[0][0]
        if found != wanted:
            said.append(f"{found} instead of {wanted}: {sql}")
    return said
