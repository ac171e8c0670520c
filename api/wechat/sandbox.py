"""The sandbox gateway: plays WeChat Pay for development and tests, in tables of its own.

Refused in production. It keeps its own book, as the real one does, and shares no transaction
with ours: what a client "pays" here is learnt by us only through the notification or a query.
"""

from datetime import date, datetime
from typing import Any

from api.kit.db import Database, run
from api.kit.ids import new_id
from api.wechat.gateway import Bills, GatewayUnavailable, RefundState, Trade
from api.wechat.sandbox_bills import (
    MCHID,
    PaidOut,
    Traded,
    write_bill,
    write_operating_bill,
)

_PREPARE_SQL = """
INSERT INTO sandbox_trades (out_trade_no, amount_fen, state) VALUES ($1, $2, 'not_paid')
ON CONFLICT (out_trade_no) DO NOTHING
"""
_QUERY_SQL = "SELECT state, amount_fen, transaction_id FROM sandbox_trades WHERE out_trade_no = $1"
_PAY_SQL = """
UPDATE sandbox_trades SET state = 'paid', transaction_id = coalesce(transaction_id, $2),
    paid_at = coalesce(paid_at, linli_now())
WHERE out_trade_no = $1 RETURNING state, amount_fen, transaction_id
"""
_CLOSE_SQL = (
    "UPDATE sandbox_trades SET state = 'closed' WHERE out_trade_no = $1 AND state <> 'paid'"
)
_REFUND_SQL = """
INSERT INTO sandbox_refunds (out_refund_no, out_trade_no, amount_fen, made_at)
SELECT $1, $2, $3::int, linli_now() FROM sandbox_trades AS t
WHERE t.out_trade_no = $2 AND t.state = 'paid' AND t.amount_fen >= $3::int + coalesce((
    SELECT sum(r.amount_fen) FROM sandbox_refunds AS r
    WHERE r.out_trade_no = $2 AND r.out_refund_no <> $1), 0)
ON CONFLICT (out_refund_no) DO NOTHING
"""
_REFUNDED_SQL = "SELECT amount_fen FROM sandbox_refunds WHERE out_refund_no = $1"
_TRADED_SQL = """
SELECT t.paid_at AS at, t.transaction_id, t.out_trade_no, NULL, t.amount_fen
FROM sandbox_trades AS t
WHERE (t.paid_at AT TIME ZONE 'Asia/Shanghai')::date = $1
UNION ALL
SELECT r.made_at, t.transaction_id, t.out_trade_no, r.out_refund_no, r.amount_fen
FROM sandbox_refunds AS r JOIN sandbox_trades AS t ON t.out_trade_no = r.out_trade_no
WHERE (r.made_at AT TIME ZONE 'Asia/Shanghai')::date = $1
ORDER BY at
"""
_PAID_OUT_SQL = """
SELECT ended_at, bill_no, out_bill_no, amount_fen FROM sandbox_transfers
WHERE state = 'succeeded' AND (ended_at AT TIME ZONE 'Asia/Shanghai')::date = $1 ORDER BY ended_at
"""


class SandboxGateway:
    """Answers at once and truthfully, unless told to be unavailable."""

    name = "sandbox"
    mchid = MCHID

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_available = True

    async def prepare(
        self,
        *,
        out_trade_no: str,
        amount_fen: int,
        title: str,
        openid: str,
        expires_at: datetime | None,
        is_frozen: bool = False,
    ) -> dict[str, Any]:
        """Announce a payment; repeated announcements are one."""
        self._answer_or_raise()
        async with self._database.session() as session:
            await run(session, _PREPARE_SQL, out_trade_no, amount_fen)
            await session.commit()
        return {"sandbox": True, "package": f"prepay_id=sandbox-{out_trade_no}"}

    async def query(self, *, out_trade_no: str) -> Trade:
        """What the book says of a payment."""
        self._answer_or_raise()
        async with self._database.session() as session:
            rows = await run(session, _QUERY_SQL, out_trade_no)
        return Trade(*rows[0]) if rows else Trade("unknown", 0, None)

    async def close(self, *, out_trade_no: str) -> None:
        """Close a trade; a payment that was under way may still arrive."""
        self._answer_or_raise()
        async with self._database.session() as session:
            await run(session, _CLOSE_SQL, out_trade_no)
            await session.commit()

    async def aclose(self) -> None:
        """Nothing to let go of."""

    async def refund(
        self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int
    ) -> RefundState:
        """Refund once per number, never more than was paid."""
        self._answer_or_raise()
        async with self._database.session() as session:
            await run(session, _REFUND_SQL, out_refund_no, out_trade_no, amount_fen)
            rows = await run(session, _REFUNDED_SQL, out_refund_no)
            await session.commit()
        return "succeeded" if rows and rows[0][0] == amount_fen else "failed"

    async def bills(self, *, day: date) -> Bills:
        """What its book says of a day; of its accounts it has the one that pays people out."""
        self._answer_or_raise()
        async with self._database.session() as session:
            rows = await run(session, _TRADED_SQL, day)
            paid_out = await run(session, _PAID_OUT_SQL, day)
        return Bills(
            write_bill([Traded(*r) for r in rows]),
            None,
            write_operating_bill([PaidOut(*r) for r in paid_out]),
        )

    async def pay(self, *, out_trade_no: str) -> Trade:
        """What the customer does in WeChat: pay. Paying twice is paying once."""
        self._answer_or_raise()
        async with self._database.session() as session:
            rows = await run(session, _PAY_SQL, out_trade_no, f"sandbox-{new_id().hex}")
            await session.commit()
        return Trade(*rows[0]) if rows else Trade("unknown", 0, None)

    def _answer_or_raise(self) -> None:
        if not self.is_available:
            raise GatewayUnavailable("the sandbox was told to be away")
