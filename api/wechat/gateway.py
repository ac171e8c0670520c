"""The payment gateway as the product knows it; real WeChat Pay and the sandbox both fit."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

TradeState = Literal["not_paid", "paid", "closed", "unknown"]
RefundState = Literal["processing", "succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class Trade:
    """What the gateway knows of a payment."""

    state: TradeState
    amount_fen: int
    transaction_id: str | None


class GatewayUnavailable(Exception):
    """No answer, or none that can be trusted: ask again under the same number."""


class PaymentGateway(Protocol):
    """Every call is safe to repeat under the same number, and none runs in a transaction."""

    @property
    def name(self) -> str:
        """What stands in the payment's row."""
        ...

    async def prepare(self, *, out_trade_no: str, amount_fen: int, title: str) -> dict[str, Any]:
        """Announce a payment; what the client needs for ``wx.requestPayment``.

        Raises:
            GatewayUnavailable: ask again.
        """
        ...

    async def query(self, *, out_trade_no: str) -> Trade:
        """What became of a payment.

        Raises:
            GatewayUnavailable: ask again.
        """
        ...

    async def refund(
        self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int
    ) -> RefundState:
        """Send money back, once per ``out_refund_no`` however often it is asked.

        Raises:
            GatewayUnavailable: ask again under the same number.
        """
        ...
