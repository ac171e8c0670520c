"""Giving merchants their part, as the product knows it; and WeChat's profit sharing behind that.

Every share, release and return goes under one number of ours for good. None of the calls runs in a
transaction. All raise ``GatewayUnavailable``: ask again under the same number.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from api.wechat.gateway import GatewayUnavailable, PaymentRefused
from api.wechat.pay.client import WeChatPay
from api.wechat.pay.sharing import ReturnedShare, SharedOrder

_log = structlog.get_logger(__name__)

# refused: nothing was made under the number, for good. failed: it was made, and its receiver did
# not get it.
ShareState = Literal["moving", "succeeded", "failed", "refused"]
_WHY_SHARED, _WHY_RELEASED, _WHY_RETURNED = "社区团购货款", "订单结束,解冻剩余资金", "缺货变质退款"


@dataclass(frozen=True, slots=True)
class Share:
    """What a merchant is given of a payment; ``account``: its merchant number."""

    transaction_id: str
    number: str
    account: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ShareAnswer:
    """What became of it; ``why``: WeChat's code where it came to nothing."""

    state: ShareState
    why: str | None = None
    amount_fen: int | None = None
    wechat_number: str | None = None


class Shares(Protocol):
    """Whoever shares; repeating a call under the same number does no more than one."""

    @property
    def name(self) -> str:
        """The gateway whose payments it shares; ``none``: nothing is shared here."""
        ...

    async def allow(self, *, account: str, name: str) -> str | None:
        """Allow shares to a merchant number; the code where WeChat refuses it for good."""
        ...

    async def share(self, share: Share) -> ShareAnswer:
        """Give a merchant their part; the rest is not frozen any more."""
        ...

    async def release(self, *, transaction_id: str, number: str) -> ShareAnswer:
        """Nothing is to be shared (any more): nothing is frozen any more."""
        ...

    async def take_back(self, share: Share, *, number: str, amount_fen: int) -> ShareAnswer:
        """Have a merchant give back a part of a share, under a number of its own."""
        ...


class WeChatShares:
    """See `Shares`."""

    name = "wechat"

    def __init__(self, client: WeChatPay) -> None:
        self._calls = client.sharing

    async def allow(self, *, account: str, name: str) -> str | None:
        """Add a receiver."""
        try:
            await self._calls.add_receiver(account=account, name=name)
        except PaymentRefused as refused:
            return refused.code
        return None

    async def share(self, share: Share) -> ShareAnswer:
        """Share; a refusal counts once WeChat says that it has nothing under this number."""
        try:
            answer = await self._calls.share(
                transaction_id=share.transaction_id, out_order_no=share.number,
                account=share.account, amount_fen=share.amount_fen, why=_WHY_SHARED,
            )  # fmt: skip
        except PaymentRefused as refused:
            found = await self._made(share.transaction_id, share.number)
            if found is None:
                _log.error("share_refused", number=share.number, code=refused.code)
                return ShareAnswer("refused", refused.code)
            answer = found
        if answer.state == "PROCESSING":
            # What it says of the receiver is not its end.
            answer = await self._made(share.transaction_id, share.number) or answer
        return _of_receiver(answer, share.account)

    async def release(self, *, transaction_id: str, number: str) -> ShareAnswer:
        """Release; again, as with a share."""
        try:
            answer = await self._calls.release(
                transaction_id=transaction_id, out_order_no=number, why=_WHY_RELEASED
            )
        except PaymentRefused as refused:
            found = await self._made(transaction_id, number)
            if found is None:
                return ShareAnswer("refused", refused.code)
            answer = found
        if answer.state == "PROCESSING":
            answer = await self._made(transaction_id, number) or answer
        return ShareAnswer("succeeded" if answer.state == "FINISHED" else "moving")

    async def take_back(self, share: Share, *, number: str, amount_fen: int) -> ShareAnswer:
        """Have it given back; again, as with a share."""
        try:
            answer = await self._calls.take_back(
                out_order_no=share.number, out_return_no=number, account=share.account,
                amount_fen=amount_fen, why=_WHY_RETURNED,
            )  # fmt: skip
        except PaymentRefused as refused:
            found = await self._given_back(share.number, number)
            if found is None:
                return ShareAnswer("refused", refused.code)
            answer = found
        if answer.result == "PROCESSING":
            answer = await self._given_back(share.number, number) or answer
        states: dict[str, ShareState] = {"SUCCESS": "succeeded", "FAILED": "failed"}
        return ShareAnswer(states.get(answer.result, "moving"), answer.fail_reason, answer.amount)

    async def _made(self, transaction_id: str, number: str) -> SharedOrder | None:
        try:
            return await self._calls.query(transaction_id=transaction_id, out_order_no=number)
        except PaymentRefused as refused:
            # A refusal to say is no word about the share.
            raise GatewayUnavailable(refused.code) from refused

    async def _given_back(self, of_number: str, number: str) -> ReturnedShare | None:
        try:
            return await self._calls.query_return(out_order_no=of_number, out_return_no=number)
        except PaymentRefused as refused:
            raise GatewayUnavailable(refused.code) from refused


class NoShares:
    """Stands where nothing is shared: everything is unavailable, nothing is pretended."""

    name = "none"

    async def allow(self, *, account: str, name: str) -> str | None:
        """Refuse."""
        raise GatewayUnavailable("nothing is shared here")

    async def share(self, share: Share) -> ShareAnswer:
        """Refuse."""
        raise GatewayUnavailable("nothing is shared here")

    async def release(self, *, transaction_id: str, number: str) -> ShareAnswer:
        """Refuse."""
        raise GatewayUnavailable("nothing is shared here")

    async def take_back(self, share: Share, *, number: str, amount_fen: int) -> ShareAnswer:
        """Refuse."""
        raise GatewayUnavailable("nothing is shared here")


def _of_receiver(answer: SharedOrder, account: str) -> ShareAnswer:
    """What became of one receiver's part; the other rows are what stays ours."""
    part = next((r for r in answer.receivers if r.account == account), None)
    if part is None or part.result == "PENDING":
        return ShareAnswer("moving", wechat_number=answer.order_id)
    state: ShareState = "succeeded" if part.result == "SUCCESS" else "failed"
    return ShareAnswer(state, part.fail_reason, part.amount, answer.order_id)
