"""The sandbox that plays merchant transfers, in a table of its own; refused in production.

It keeps its own book: what a runner "confirms" here is learnt by us only through a query.
"""

from api.kit.db import Database, run
from api.kit.ids import new_id
from api.wechat.gateway import GatewayUnavailable
from api.wechat.payouts import Payout, PayoutBill

_OFFER_SQL = """
INSERT INTO sandbox_transfers (out_bill_no, bill_no, amount_fen, state, made_at)
VALUES ($1, $2, $3, 'waits', linli_now()) ON CONFLICT (out_bill_no) DO NOTHING
"""
# As WeChat does it: what nobody confirms within a day fails.
_LAPSE_SQL = """
UPDATE sandbox_transfers SET state = 'failed', why = 'OVERDUE_CLOSE', ended_at = linli_now()
WHERE out_bill_no = $1 AND state = 'waits' AND made_at < linli_now() - interval '24 hours'
"""
_QUERY_SQL = "SELECT state, bill_no, amount_fen, why FROM sandbox_transfers WHERE out_bill_no = $1"
_END_SQL = """
UPDATE sandbox_transfers SET state = $2, ended_at = linli_now()
WHERE out_bill_no = $1 AND state = 'waits'
"""


class SandboxPayouts:
    """Answers at once and truthfully, unless told to be unavailable."""

    name = "sandbox"

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_available = True

    async def offer(self, payout: Payout) -> PayoutBill:
        """Offer; repeated offers are one."""
        self._answer_or_raise()
        async with self._database.session() as session:
            bill_no = f"sandbox-{new_id().hex}"
            await run(session, _OFFER_SQL, payout.out_bill_no, bill_no, payout.amount_fen)
            await session.commit()
        found = await self.query(out_bill_no=payout.out_bill_no)
        assert found is not None, "it was just offered"
        return found

    async def query(self, *, out_bill_no: str) -> PayoutBill | None:
        """What the book says."""
        self._answer_or_raise()
        async with self._database.session() as session:
            await run(session, _LAPSE_SQL, out_bill_no)
            rows = await run(session, _QUERY_SQL, out_bill_no)
            await session.commit()
        if not rows:
            return None
        state, bill_no, amount_fen, why = rows[0]
        package = f"sandbox-{out_bill_no}" if state == "waits" else None
        return PayoutBill(state, bill_no, package, amount_fen, why=why)

    async def cancel(self, *, out_bill_no: str) -> None:
        """Take it back, unless it was confirmed."""
        await self._end(out_bill_no, "cancelled")

    async def confirm(self, *, out_bill_no: str) -> None:
        """What the person does in WeChat: take the money. Twice is once."""
        await self._end(out_bill_no, "succeeded")

    def client_request(self, package: str) -> dict[str, str]:
        """What stands for the real arguments."""
        return {"mchId": "sandbox", "appId": "sandbox", "package": package}

    async def _end(self, out_bill_no: str, state: str) -> None:
        self._answer_or_raise()
        async with self._database.session() as session:
            await run(session, _LAPSE_SQL, out_bill_no)
            await run(session, _END_SQL, out_bill_no, state)
            await session.commit()

    def _answer_or_raise(self) -> None:
        if not self.is_available:
            raise GatewayUnavailable("the sandbox was told to be away")
