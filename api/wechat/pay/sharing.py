"""WeChat Pay's profit sharing (分账): receivers, shares, releasing the rest, giving back.

Every act goes under a number of ours, as in `client.py`, whose four exceptions these calls raise.
A share that WeChat finished may still have failed: only the receiver's own result says.
"""

from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from api.wechat.gateway import NoSuchNumber, OutcomeUnknown
from api.wechat.pay.sealing import seal_field
from api.wechat.pay.signing import PlatformKeys
from api.wechat.pay.transport import Call, PayTransport

_ORDERS = "/v3/profitsharing/orders"
_RETURNS = "/v3/profitsharing/return-orders"
_DESCRIPTION_MAX = 80
_TYPE = "MERCHANT_ID"
# 供货商: what a shop is to us.
_RELATION = "SUPPLIER"


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class AddedReceiver(_Read):
    """Somebody whom shares may go to."""

    type: str
    account: str


class SharedPart(_Read):
    """What became of one receiver's part."""

    account: str
    amount: int = Field(ge=0)
    result: Literal["PENDING", "SUCCESS", "CLOSED"]
    fail_reason: str | None = Field(default=None, max_length=64)


class SharedOrder(_Read):
    """A share, or a release, as WeChat knows it; finished does not mean that it succeeded."""

    out_order_no: str
    transaction_id: str
    order_id: str = Field(max_length=64)
    state: Literal["PROCESSING", "FINISHED"]
    receivers: list[SharedPart] = Field(default_factory=list[SharedPart])


class ReturnedShare(_Read):
    """What became of a return."""

    out_order_no: str
    out_return_no: str
    amount: int = Field(ge=0)
    result: Literal["PROCESSING", "SUCCESS", "FAILED"]
    fail_reason: str | None = Field(default=None, max_length=64)


class ProfitSharing:
    """The calls; see the module."""

    def __init__(self, appid: str, *, transport: PayTransport, platform: PlatformKeys) -> None:
        self._appid = appid
        self._transport = transport
        self._platform = platform

    async def add_receiver(self, *, account: str, name: str) -> None:
        """Allow shares to a merchant number; ``name`` as in its licence. Repeating it is fine."""
        body: dict[str, Any] = {
            "appid": self._appid,
            "type": _TYPE,
            "account": account,
            "name": seal_field(name, key=self._platform.sealing),
            "relation_type": _RELATION,
        }
        call = Call("add_receiver", "/v3/profitsharing/receivers/add", "POST", body)
        added = await self._transport.ask(call, AddedReceiver)
        _same((added.type, added.account), (_TYPE, account))

    async def share(
        self, *, transaction_id: str, out_order_no: str, account: str, amount_fen: int, why: str
    ) -> SharedOrder:
        """Give a receiver their part of a payment, and let the rest be ours."""
        receiver = {
            "type": _TYPE,
            "account": account,
            "amount": amount_fen,
            "description": why[:_DESCRIPTION_MAX],
        }
        body: dict[str, Any] = {
            "appid": self._appid,
            "transaction_id": transaction_id,
            "out_order_no": out_order_no,
            "receivers": [receiver],
            "unfreeze_unsplit": True,
        }
        return await self._shared(
            Call("share", _ORDERS, "POST", body), out_order_no, transaction_id
        )

    async def query(self, *, transaction_id: str, out_order_no: str) -> SharedOrder | None:
        """What became of a share or a release; ``None``: it was never accepted."""
        path = f"{_ORDERS}/{quote(out_order_no, safe='')}"
        call = Call("query_share", path, query={"transaction_id": transaction_id})
        try:
            return await self._shared(call, out_order_no, transaction_id)
        except NoSuchNumber:
            return None

    async def release(self, *, transaction_id: str, out_order_no: str, why: str) -> SharedOrder:
        """Let all that is frozen of a payment be ours; under a number that no share has used."""
        body = {
            "transaction_id": transaction_id,
            "out_order_no": out_order_no,
            "description": why[:_DESCRIPTION_MAX],
        }
        call = Call("release_share", f"{_ORDERS}/unfreeze", "POST", body)
        return await self._shared(call, out_order_no, transaction_id)

    async def take_back(
        self, *, out_order_no: str, out_return_no: str, account: str, amount_fen: int, why: str
    ) -> ReturnedShare:
        """Have a receiver give back a part of a share."""
        body = {
            "out_order_no": out_order_no,
            "out_return_no": out_return_no,
            "return_mchid": account,
            "amount": amount_fen,
            "description": why[:_DESCRIPTION_MAX],
        }
        answer = await self._transport.ask(
            Call("return_share", _RETURNS, "POST", body), ReturnedShare
        )
        _same((answer.out_return_no, answer.amount), (out_return_no, amount_fen))
        return answer

    async def query_return(self, *, out_order_no: str, out_return_no: str) -> ReturnedShare | None:
        """What became of a return; ``None``: it was never accepted."""
        path = f"{_RETURNS}/{quote(out_return_no, safe='')}"
        call = Call("query_return", path, query={"out_order_no": out_order_no})
        try:
            answer = await self._transport.ask(call, ReturnedShare)
        except NoSuchNumber:
            return None
        _same(answer.out_return_no, out_return_no)
        return answer

    async def _shared(self, call: Call, out_order_no: str, transaction_id: str) -> SharedOrder:
        answer = await self._transport.ask(call, SharedOrder)
        _same((answer.out_order_no, answer.transaction_id), (out_order_no, transaction_id))
        return answer


def _same(answered: object, asked: object) -> None:
    """An answer about another number tells nothing about ours."""
    if answered != asked:
        raise OutcomeUnknown("an answer about another number")
