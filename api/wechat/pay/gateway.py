"""WeChat Pay behind the gateway protocol: what payments know of it."""

from datetime import date, datetime
from typing import Any

import structlog

from api.wechat.gateway import (
    AnswerUnfit,
    Bills,
    GatewayUnavailable,
    NoSuchNumber,
    PaymentRefused,
    RefundState,
    Trade,
    TradeState,
)
from api.wechat.pay.answers import RefundAnswer, RefundStateCode, TradeStateCode, Transaction
from api.wechat.pay.bills import BillFile
from api.wechat.pay.client import WeChatPay

_log = structlog.get_logger(__name__)

_REASON = "跑腿服务退款"
_CURRENCY = "CNY"
# A payment that was refunded, in part or whole, was paid first.
_TRADE: dict[TradeStateCode, TradeState] = {
    "SUCCESS": "paid",
    "REFUND": "paid",
    "NOTPAY": "not_paid",
    "USERPAYING": "not_paid",
    "CLOSED": "closed",
    "REVOKED": "closed",
    "PAYERROR": "closed",
}
# An abnormal one waits for a person: the bank does not take it back by itself.
REFUND_STATES: dict[RefundStateCode, RefundState] = {
    "PROCESSING": "processing",
    "SUCCESS": "succeeded",
    "ABNORMAL": "failed",
    "CLOSED": "failed",
}
_ALREADY_PAID = "ORDERPAID"


def read_trade(said: Transaction) -> Trade:
    """A payment in our words.

    Raises:
        GatewayUnavailable: paid, but without an amount in fen, or without its number.
    """
    state = _TRADE[said.trade_state]
    amount_fen = said.amount.total if said.amount is not None else 0
    if state == "paid" and (
        said.amount is None or said.amount.currency != _CURRENCY or not said.transaction_id
    ):
        raise GatewayUnavailable("paid without an amount")
    openid = said.payer.openid if said.payer is not None else None
    return Trade(state, amount_fen, said.transaction_id, openid)


class WeChatPayGateway:
    """See `PaymentGateway`."""

    name = "wechat"

    def __init__(self, client: WeChatPay) -> None:
        self.client = client

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self.client.aclose()

    @property
    def mchid(self) -> str:
        """Our merchant number."""
        return self.client.mchid

    async def bills(self, *, day: date) -> Bills:
        """The bills of a day; that the one is there and the other not yet, is not yet."""
        trade = await self.client.trade_bill(day=day)
        flow = await self.client.fund_flow_bill(day=day, account="BASIC")
        if trade is not None and flow is None:
            raise GatewayUnavailable("the bill of movements is not there yet")
        return Bills(trade, flow, await self._operating_bill(day))

    async def _operating_bill(self, day: date) -> BillFile | None:
        """Of the account that runners are paid from, which not every merchant has.

        Where WeChat refuses it nothing is listed, so that whatever was paid from it differs.
        """
        try:
            return await self.client.fund_flow_bill(day=day, account="OPERATION")
        except PaymentRefused as refused:
            _log.warning("no_operating_bill", day=day.isoformat(), code=refused.code)
            return None

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
        """Announce a payment, and sign for the client."""
        prepay_id = await self.client.prepay(
            out_trade_no=out_trade_no,
            amount_fen=amount_fen,
            description=title,
            openid=openid,
            expires_at=expires_at,
            is_frozen=is_frozen,
        )
        return {**self.client.request_payment(prepay_id)}

    async def query(self, *, out_trade_no: str) -> Trade:
        """What WeChat says of a payment; what was never announced is unknown."""
        try:
            found = await self.client.query(out_trade_no=out_trade_no)
        except PaymentRefused as refused:
            # A refusal to say is no word about the payment.
            raise GatewayUnavailable(refused.code) from refused
        return Trade("unknown", 0, None) if found is None else read_trade(found)

    async def close(self, *, out_trade_no: str) -> None:
        """Close a payment; what was never announced, or is paid, has nothing to close."""
        try:
            await self.client.close(out_trade_no=out_trade_no)
        except NoSuchNumber:
            return
        except PaymentRefused as refused:
            if refused.code != _ALREADY_PAID:
                raise GatewayUnavailable(refused.code) from refused

    async def refund(
        self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int
    ) -> RefundState:
        """Refund under the one number; a refusal counts once WeChat says that it made none."""
        try:
            answer = await self.client.refund(
                out_trade_no=out_trade_no,
                out_refund_no=out_refund_no,
                amount_fen=amount_fen,
                total_fen=total_fen,
                reason=_REASON,
            )
        except PaymentRefused as refused:
            found = await self._made(out_refund_no)
            if found is None:
                _log.error("refund_refused", out_refund_no=out_refund_no, code=refused.code)
                return "failed"
            answer = found
        if answer.amount.refund != amount_fen:
            raise AnswerUnfit("amount_differs", answer.amount.refund)
        if answer.out_trade_no != out_trade_no:
            raise AnswerUnfit("number_differs", answer.amount.refund)
        return REFUND_STATES[answer.status]

    async def _made(self, out_refund_no: str) -> RefundAnswer | None:
        """The refund under a number, or ``None`` where WeChat says that it made none."""
        try:
            return await self.client.query_refund(out_refund_no=out_refund_no)
        except PaymentRefused as refused:
            raise GatewayUnavailable(refused.code) from refused
