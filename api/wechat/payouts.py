"""Paying people out, as the product knows it; and WeChat Pay's merchant transfer behind that.

Every payout goes under one number of ours for good. None of the calls runs in a transaction.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from api.wechat.gateway import GatewayUnavailable, PaymentRefused
from api.wechat.pay.answers import TransferBill, TransferState
from api.wechat.pay.client import Transfer, WeChatPay

_log = structlog.get_logger(__name__)

# taken: WeChat has it, not yet offered. waits: for the person, 24 hours. moving: confirmed.
PayoutState = Literal[
    "taken", "waits", "moving", "cancelling", "succeeded", "failed", "cancelled"
]  # fmt: skip
PAYOUT_STATES: dict[TransferState, PayoutState] = {
    "ACCEPTED": "taken",
    "PROCESSING": "taken",
    "WAIT_USER_CONFIRM": "waits",
    "TRANSFERING": "moving",
    "CANCELING": "cancelling",
    "SUCCESS": "succeeded",
    "FAIL": "failed",
    "CANCELLED": "cancelled",
}
_REMARK, _ROLE, _WHY = "跑腿报酬提现", "社区跑腿员", "跑腿服务报酬"


@dataclass(frozen=True, slots=True)
class Payout:
    """What is asked for; ``name``: the real name, which large amounts need."""

    out_bill_no: str
    openid: str
    amount_fen: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PayoutBill:
    """What became of it; ``package``: what the person's client needs to confirm.

    ``why``: WeChat's code where it failed. What is None was not said.
    """

    state: PayoutState
    bill_no: str | None = None
    package: str | None = None
    amount_fen: int | None = None
    openid: str | None = None
    why: str | None = None


class Payouts(Protocol):
    """Whoever pays people out; repeating a call under the same number does no more than one."""

    @property
    def name(self) -> str:
        """What stands in the withdrawal's row; ``none``: nobody is paid out here."""
        ...

    async def offer(self, payout: Payout) -> PayoutBill:
        """Offer money to a person; refused for good is ``failed``.

        Raises:
            NotEnough: our account is too low; the same number again once it is topped up.
            GatewayUnavailable: ask again under the same number.
        """
        ...

    async def query(self, *, out_bill_no: str) -> PayoutBill | None:
        """What became of it; ``None``: it was never accepted.

        Raises:
            GatewayUnavailable: ask again.
        """
        ...

    async def cancel(self, *, out_bill_no: str) -> None:
        """Take it back where nobody confirmed it yet: its end follows by query.

        Raises:
            GatewayUnavailable: ask again.
        """
        ...

    def client_request(self, package: str) -> dict[str, str]:
        """What the client passes to ``wx.requestMerchantTransfer``."""
        ...


def read_bill(said: TransferBill) -> PayoutBill:
    """A merchant transfer in our words."""
    return PayoutBill(
        PAYOUT_STATES[said.state],
        said.transfer_bill_no,
        said.package_info,
        said.transfer_amount,
        said.openid,
        said.fail_reason,
    )


class WeChatPayouts:
    """See `Payouts`."""

    name = "wechat"

    def __init__(self, client: WeChatPay) -> None:
        self._client = client

    async def offer(self, payout: Payout) -> PayoutBill:
        """Offer; a refusal counts once WeChat says that it has nothing under this number."""
        transfer = Transfer(
            out_bill_no=payout.out_bill_no,
            openid=payout.openid,
            amount_fen=payout.amount_fen,
            remark=_REMARK,
            role=_ROLE,
            why=_WHY,
            name=payout.name,
        )
        try:
            return read_bill(await self._client.transfer(transfer))
        except PaymentRefused as refused:
            found = await self.query(out_bill_no=payout.out_bill_no)
            if found is None:
                _log.error("payout_refused", out_bill_no=payout.out_bill_no, code=refused.code)
                return PayoutBill("failed", why=refused.code)
            return found

    async def query(self, *, out_bill_no: str) -> PayoutBill | None:
        """What WeChat says."""
        found = await self._client.query_transfer(out_bill_no=out_bill_no)
        return None if found is None else read_bill(found)

    async def cancel(self, *, out_bill_no: str) -> None:
        """Cancel; what is confirmed or ended already says so in the next query."""
        try:
            await self._client.cancel_transfer(out_bill_no=out_bill_no)
        except PaymentRefused as refused:
            _log.info("payout_not_cancelled", out_bill_no=out_bill_no, code=refused.code)

    def client_request(self, package: str) -> dict[str, str]:
        """Merchant, app and package."""
        return self._client.transfer_request(package)


class NoPayouts:
    """Stands where nobody is paid out: everything is unavailable, nothing is pretended."""

    name = "none"

    async def offer(self, payout: Payout) -> PayoutBill:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def query(self, *, out_bill_no: str) -> PayoutBill | None:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def cancel(self, *, out_bill_no: str) -> None:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    def client_request(self, package: str) -> dict[str, str]:
        """Nothing that a client could use."""
        return {}
