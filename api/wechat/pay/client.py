"""WeChat Pay v3 for a merchant of its own: pay, close, refund, pay people, bills.

Every act goes under a number of ours, which stays the same however often it is asked. None runs in
a transaction. All of them raise:

- ``PaymentRefused``: refused for good under this number, and nothing happened;
- ``NotEnough``: our account is too low; the same number again once it is topped up;
- ``OutcomeUnknown``: it may have happened; the same number again, or a query, never another number;
- ``GatewayUnavailable``: it did not happen; the same number again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import quote, urlsplit

import httpx

from api.kit.clock import china, wall_s
from api.wechat.gateway import GatewayUnavailable, NoSuchNumber, OutcomeUnknown
from api.wechat.pay.answers import (
    BillLink,
    CancelledTransfer,
    Prepay,
    RefundAnswer,
    Transaction,
    TransferBill,
)
from api.wechat.pay.bills import BillDamaged, BillFile, check_file
from api.wechat.pay.sealing import seal_field
from api.wechat.pay.sharing import ProfitSharing
from api.wechat.pay.signing import MerchantKey, PlatformKeys
from api.wechat.pay.transport import ASKED_BY_A_PERSON_S, Call, PayTransport
from api.wechat.transport import Observe

_BY_NUMBER = "/v3/pay/transactions/out-trade-no"
_REFUNDS = "/v3/refund/domestic/refunds"
_TRANSFERS = "/v3/fund-app/mch-transfer/transfer-bills"
_DESCRIPTION_MAX = 127
_REASON_BYTES_MAX = 80
_REMARK_MAX = 32
_DOWNLOAD_S = 60.0
_BILL_BYTES_MAX = 32 * 1024 * 1024
# 佣金报酬: what our merchant number may pay people for; the two rows it has to be reported with.
_SCENE = "1005"
_SCENE_ROLE, _SCENE_WHY = "岗位类型", "报酬说明"
_PERCEIVED_AS = "劳务报酬"
TRANSFER_FEN_MIN = 10
# From here on WeChat compares the name of who receives.
NAME_NEEDED_FEN = 200_000

Account = Literal["BASIC", "OPERATION", "FEES"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money for a runner. ``name`` is their real name, and needed from `NAME_NEEDED_FEN` on.

    ``out_bill_no`` holds letters and digits only; ``role`` and ``why`` are what is reported.
    """

    out_bill_no: str
    openid: str
    amount_fen: int
    remark: str
    role: str
    why: str
    name: str | None = None


class WeChatPay:
    """Talks to ``api.mch.weixin.qq.com``, or to whatever stands at ``base_url``."""

    def __init__(
        self,
        *,
        appid: str,
        key: MerchantKey,
        platform: PlatformKeys,
        base_url: str,
        notify_base: str,
        observe: Observe,
        clock: Callable[[], int] = wall_s,
    ) -> None:
        """``notify_base``: where WeChat reaches us from outside, such as ``https://example.org``."""
        self._appid = appid
        self._key = key
        self._platform = platform
        self._base_url = base_url
        self._notify_base = notify_base
        self._clock = clock
        self._transport = PayTransport(
            base_url, key=key, platform=platform, observe=observe, clock=clock
        )
        self.sharing = ProfitSharing(appid, transport=self._transport, platform=platform)

    @property
    def mchid(self) -> str:
        """Our merchant number."""
        return self._key.mchid

    async def aclose(self) -> None:
        """Let go of the connections; safe to call twice."""
        await self._transport.close()

    async def prepay(
        self,
        *,
        out_trade_no: str,
        amount_fen: int,
        description: str,
        openid: str,
        expires_at: datetime | None,
        is_frozen: bool = False,
    ) -> str:
        """Announce a payment; its prepay id, good for two hours.

        Asked again with the same words it gives another id; ``expires_at`` is fixed by the first.
        ``is_frozen``: WeChat keeps the money until it is shared, or released.
        """
        body: dict[str, object] = {
            "appid": self._appid,
            "mchid": self._key.mchid,
            "description": description[:_DESCRIPTION_MAX],
            "out_trade_no": out_trade_no,
            "notify_url": f"{self._notify_base}/v1/wechat/pay/notify",
            "amount": {"total": amount_fen, "currency": "CNY"},
            "payer": {"openid": openid},
        }
        if expires_at is not None:
            body["time_expire"] = china(expires_at).isoformat(timespec="seconds")
        if is_frozen:
            body["settle_info"] = {"profit_sharing": True}
        call = Call(
            "prepay", "/v3/pay/transactions/jsapi", "POST", body, patience_s=ASKED_BY_A_PERSON_S
        )
        return (await self._transport.ask(call, Prepay)).prepay_id

    def request_payment(self, prepay_id: str) -> dict[str, str]:
        """What the client passes to ``wx.requestPayment``, signed now."""
        return self._key.request_payment(
            appid=self._appid,
            prepay_id=prepay_id,
            at_s=self._clock(),
            nonce=secrets.token_hex(16).upper(),
        )

    async def query(self, *, out_trade_no: str) -> Transaction | None:
        """What became of a payment; ``None``: it was never announced."""
        path = f"{_BY_NUMBER}/{quote(out_trade_no, safe='')}"
        call = Call("query_payment", path, query={"mchid": self._key.mchid})
        try:
            found = await self._transport.ask(call, Transaction)
        except NoSuchNumber:
            return None
        if (found.mchid, found.appid) != (self._key.mchid, self._appid):
            raise OutcomeUnknown("an answer about another merchant")
        _same(found.out_trade_no, out_trade_no)
        return found

    async def close(self, *, out_trade_no: str) -> None:
        """Let nobody pay under this number any more; repeating it is fine.

        Raises:
            PaymentRefused: it is paid, or was never announced: query.
        """
        path = f"{_BY_NUMBER}/{quote(out_trade_no, safe='')}/close"
        await self._transport.tell(Call("close_payment", path, "POST", {"mchid": self._key.mchid}))

    async def refund(
        self,
        *,
        out_trade_no: str,
        out_refund_no: str,
        amount_fen: int,
        total_fen: int,
        reason: str,
    ) -> RefundAnswer:
        """Send money back; an answer means that it was accepted, its state says the rest."""
        body = {
            "out_trade_no": out_trade_no,
            "out_refund_no": out_refund_no,
            "reason": _cut_bytes(reason, _REASON_BYTES_MAX),
            "notify_url": f"{self._notify_base}/v1/wechat/refund/notify",
            "amount": {"refund": amount_fen, "total": total_fen, "currency": "CNY"},
        }
        answer = await self._transport.ask(Call("refund", _REFUNDS, "POST", body), RefundAnswer)
        return _refund_as_asked(answer, out_refund_no)

    async def query_refund(self, *, out_refund_no: str) -> RefundAnswer | None:
        """What became of a refund; ``None``: it was never accepted."""
        call = Call("query_refund", f"{_REFUNDS}/{quote(out_refund_no, safe='')}")
        try:
            answer = await self._transport.ask(call, RefundAnswer)
        except NoSuchNumber:
            return None
        return _refund_as_asked(answer, out_refund_no)

    async def transfer(self, transfer: Transfer) -> TransferBill:
        """Offer money to a runner, who confirms it within 24 hours or it comes back.

        Whatever is raised, also a refusal: only a `query_transfer` that finds none, or finds it
        failed, permits another number.

        Raises:
            ValueError: too little, or a name is missing.
        """
        call = Call("transfer", _TRANSFERS, "POST", self._transfer_body(transfer))
        bill = await self._transport.ask(call, TransferBill)
        _same(bill.out_bill_no, transfer.out_bill_no)
        return bill

    async def query_transfer(self, *, out_bill_no: str) -> TransferBill | None:
        """What became of a transfer, up to 30 days back; ``None``: it was never accepted."""
        call = Call("query_transfer", f"{_TRANSFERS}/out-bill-no/{quote(out_bill_no, safe='')}")
        try:
            bill = await self._transport.ask(call, TransferBill)
        except NoSuchNumber:
            return None
        _same(bill.out_bill_no, out_bill_no)
        return bill

    async def cancel_transfer(self, *, out_bill_no: str) -> CancelledTransfer:
        """Take back a transfer that nobody confirmed yet; its end follows by query or notice."""
        path = f"{_TRANSFERS}/out-bill-no/{quote(out_bill_no, safe='')}/cancel"
        call = Call("cancel_transfer", path, "POST")
        answer = await self._transport.ask(call, CancelledTransfer)
        _same(answer.out_bill_no, out_bill_no)
        return answer

    def confirm_transfer(self, bill: TransferBill) -> dict[str, str] | None:
        """What the runner's client passes to ``wx.requestMerchantTransfer``, while it waits."""
        if bill.state != "WAIT_USER_CONFIRM" or not bill.package_info:
            return None
        return self.transfer_request(bill.package_info)

    def transfer_request(self, package: str) -> dict[str, str]:
        """The same for a package that was kept: only the answer to the transfer itself has it."""
        return {"mchId": self._key.mchid, "appId": self._appid, "package": package}

    async def trade_bill(self, *, day: date) -> BillFile | None:
        """A day's payments and refunds; ``None``: there were none.

        Ready after ten o'clock of the next day, for three months.
        """
        query = {"bill_date": day.isoformat(), "bill_type": "ALL", "tar_type": "GZIP"}
        return await self._bill(Call("trade_bill", "/v3/bill/tradebill", query=query))

    async def fund_flow_bill(self, *, day: date, account: Account) -> BillFile | None:
        """A day's movements on one of our accounts; ``None``: there were none."""
        query = {"bill_date": day.isoformat(), "account_type": account, "tar_type": "GZIP"}
        return await self._bill(Call("fund_flow_bill", "/v3/bill/fundflowbill", query=query))

    async def _bill(self, call: Call) -> BillFile | None:
        try:
            link = await self._transport.ask(call, BillLink)
        except NoSuchNumber:
            return None
        # Only path and query of the address are taken: the host is the one that we trust.
        parts = urlsplit(link.download_url)
        query = dict(httpx.QueryParams(parts.query))
        fetch = Call("download_bill", parts.path, query=query, patience_s=_DOWNLOAD_S)
        raw = await self._transport.download(fetch, bytes_max=_BILL_BYTES_MAX)
        try:
            return check_file(raw, sha1=link.hash_value)
        except BillDamaged as error:
            raise GatewayUnavailable(f"a damaged bill: {error}") from error

    def _transfer_body(self, transfer: Transfer) -> dict[str, object]:
        if transfer.amount_fen < TRANSFER_FEN_MIN:
            raise ValueError("less than 0.1 yuan cannot be transferred")
        body: dict[str, object] = {
            "appid": self._appid,
            "out_bill_no": transfer.out_bill_no,
            "transfer_scene_id": _SCENE,
            "openid": transfer.openid,
            "transfer_amount": transfer.amount_fen,
            "transfer_remark": transfer.remark[:_REMARK_MAX],
            "notify_url": f"{self._notify_base}/v1/wechat/pay/notify",
            "user_recv_perception": _PERCEIVED_AS,
            "transfer_scene_report_infos": [
                {"info_type": _SCENE_ROLE, "info_content": transfer.role[:_REMARK_MAX]},
                {"info_type": _SCENE_WHY, "info_content": transfer.why[:_REMARK_MAX]},
            ],
        }
        if transfer.amount_fen >= NAME_NEEDED_FEN:
            if not transfer.name:
                raise ValueError("the name of who receives is needed")
            body["user_name"] = seal_field(transfer.name, key=self._platform.sealing)
        return body


def _refund_as_asked(answer: RefundAnswer, out_refund_no: str) -> RefundAnswer:
    _same(answer.out_refund_no, out_refund_no)
    return answer


def _same(answered: str, asked: str) -> None:
    """An answer about another number tells nothing about ours."""
    if answered != asked:
        raise OutcomeUnknown("an answer about another number")


def _cut_bytes(text: str, length: int) -> str:
    return text.encode()[:length].decode("utf-8", "ignore")
