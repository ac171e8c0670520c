"""WeChat Pay's servers as far as we use them: signed both ways, with a memory and a temper.

It shares no code with the product. Its clock is the real one, which only tests move on.
"""

import base64
import gzip
import hashlib
import re
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

import httpx
import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from tests.wechat.pay.bills import (
    AnyFault,
    day_of,
    flow_bill,
    operating_bill,
    ready_at,
    trade_bill,
)
from tests.wechat.pay.book import Book
from tests.wechat.pay.entries import No, Order, need
from tests.wechat.pay.sending import Forgery, Outgoing, Post
from tests.wechat.pay.sharing import SharingBook
from tests.wechat.pay.vectors import APPID, KEY_ID, MCHID, MERCHANT_KEY, SERIAL, pem
from tests.wechat.wire import Asked, Reply, Wire

_SCHEME = "WECHATPAY2-SHA256-RSA2048 "
_SKEW_S = 300
_SAID = re.compile(r'(\w+)="([^"]*)"')
# What may befall an answer of success on its way.
AnswerMishap = Literal["unsigned", "wrong key", "stale", "unknown serial", "changed", "rubbish"]


@cache
def platform_keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """WeChat Pay's key, and a stranger's."""
    return rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)


@cache
def merchant_public_key() -> rsa.RSAPublicKey:
    """What WeChat Pay knows of our certificate."""
    private = load_pem_private_key(pem("PRIVATE KEY", MERCHANT_KEY).encode(), password=None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return private.public_key()


def platform_pem() -> str:
    """WeChat Pay's public key, as an operator copies it."""
    public = platform_keys()[0].public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@dataclass(frozen=True, slots=True)
class Planned:
    """A refusal of the next call; ``acts``: the call has its effect first."""

    status: int
    code: str
    acts: bool = False


@dataclass(slots=True)
class PayStandIn:
    """One WeChat Pay with one merchant."""

    # How far its clock is ahead of ours, by which signatures are dated; and how far its days are
    # ahead of that, where ours are played.
    offset_s: float = 0.0
    ahead_s: float = 0.0
    planned: deque[Planned] = field(default_factory=deque[Planned])
    on_answers: deque[AnswerMishap] = field(default_factory=deque[AnswerMishap])
    bill_is_damaged: bool = False
    # What is wrong with which lines of its bills, by our number of the payment or refund.
    bill_faults: dict[str, AnyFault] = field(default_factory=dict[str, AnyFault])
    wire: Wire = field(init=False)
    book: Book = field(init=False)
    post: Post = field(init=False)
    sharing: SharingBook = field(init=False)
    _nonces: set[str] = field(default_factory=set[str])
    _files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    _url: str = ""

    def __post_init__(self) -> None:
        key, stranger = platform_keys()
        self.wire = Wire(self._answer)
        self.post = Post(key, stranger)
        self.book = Book(self.today, self._tell, key)
        self.sharing = SharingBook(self.book, self.today)

    def now(self) -> float:
        """Seconds of its own clock."""
        return time.time() + self.offset_s

    def today(self) -> float:
        """Seconds of the clock that its days go by."""
        return self.now() + self.ahead_s

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """The address of this WeChat Pay."""
        async with self.wire.serving() as url:
            self._url = url
            yield url

    def calls(self, part: str) -> int:
        """How often an address that holds this was asked for."""
        return sum(part in asked.target for asked in self.wire.asked)

    def pay(self, given: dict[str, str], *, openid: str, appid: str = APPID) -> Order:
        """What `wx.requestPayment` does with what the client was given, and then the person."""
        text = f"{appid}\n{given['timeStamp']}\n{given['nonceStr']}\n{given['package']}\n"
        need(given["signType"] == "RSA", "signType", "SIGN_ERROR", 401)
        try:
            signature = base64.b64decode(given["paySign"], validate=True)
            merchant_public_key().verify(signature, text.encode(), PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            raise No(401, "SIGN_ERROR", "支付验证签名失败") from None
        need(given["package"].startswith("prepay_id="), "package")
        return self.book.pay(given["package"].removeprefix("prepay_id="), openid)

    async def deliver(self, client: httpx.AsyncClient) -> list[int]:
        """Send the notices that are due; the statuses they were answered with."""
        return await self.post.deliver_due(client, now_s=self.now())

    async def send(
        self, client: httpx.AsyncClient, notice: Outgoing, forgery: Forgery | None = None
    ) -> httpx.Response:
        """Send one notice now, however often it was sent before; true or forged."""
        return await self.post.send(client, notice, now_s=self.now(), forgery=forgery)

    def _tell(self, event: str, kind: str, inner: dict[str, Any], url: str) -> None:
        self.post.add(event, kind, inner, url, now_s=self.now())

    def _answer(self, asked: Asked) -> Reply:
        planned = self.planned.popleft() if self.planned else None
        try:
            if planned is not None and not planned.acts:
                raise No(planned.status, planned.code)
            self._check_authorization(asked)
            if asked.path == "/v3/billdownload/file":
                return self._file(asked)
            found = self._serve(asked)
            if planned is not None:
                raise No(planned.status, planned.code)
        except No as no:
            said = {"code": no.code, "message": no.message}
            return Reply(no.status, orjson.dumps(said), {"Request-ID": "08F7-268435501"})
        return self._signed(204 if found is None else 200, found)

    def _signed(self, status: int, found: dict[str, Any] | None) -> Reply:
        raw = b"" if found is None else orjson.dumps(found)
        mishap = self.on_answers.popleft() if self.on_answers else None
        if mishap == "rubbish":
            raw = b'{"prepay_id": [], "trade_state": 1, "state": {}}'
        now_s = self.now() - (301 if mishap == "stale" else 0)
        spoilt: dict[str, Forgery] = {
            "unsigned": "unsigned",
            "wrong key": "wrong key",
            "unknown serial": "unknown serial",
        }
        headers = self.post.signed(raw, now_s=now_s, forgery=spoilt.get(mishap or ""))
        return Reply(status, raw + b" " if mishap == "changed" else raw, headers)

    def _check_authorization(self, asked: Asked) -> None:
        header = asked.headers.get("authorization", "")
        need(header.startswith(_SCHEME), "scheme", "SIGN_ERROR", 401)
        said: dict[str, str] = dict(_SAID.findall(header))
        text = f"{asked.method}\n{asked.target}\n{said['timestamp']}\n{said['nonce_str']}\n"
        try:
            merchant_public_key().verify(
                base64.b64decode(said["signature"], validate=True),
                text.encode() + asked.raw + b"\n",
                PKCS1v15(),
                SHA256(),
            )
        except (ValueError, InvalidSignature):
            raise No(401, "SIGN_ERROR", "signature") from None
        ours = (said["mchid"], said["serial_no"]) == (MCHID, SERIAL)
        need(ours and said["timestamp"].isdecimal(), "who", "SIGN_ERROR", 401)
        skew_s = abs(self.now() - int(said["timestamp"]))
        need(skew_s <= _SKEW_S, "timestamp", "SIGN_ERROR", 401)
        fresh = said["nonce_str"] not in self._nonces and len(said["nonce_str"]) <= 32
        need(fresh, "nonce", "SIGN_ERROR", 401)
        self._nonces.add(said["nonce_str"])
        need(asked.headers.get("accept") == "application/json", "accept")
        need(asked.headers.get("user-agent"), "user-agent")
        typed = not asked.raw or asked.headers.get("content-type") == "application/json"
        need(typed, "content-type")
        need(asked.headers.get("wechatpay-serial") == KEY_ID, "wechatpay-serial")

    def _serve(self, asked: Asked) -> dict[str, Any] | None:
        product, *rest = asked.path.split("/")[2:]
        if product == "profitsharing":
            return self._serve_sharing(asked, rest)
        if product == "fund-app":
            return self._serve_transfers(asked, rest)
        match (asked.method, [product, *rest]):
            case ("POST", ["pay", "transactions", "jsapi"]):
                return self.book.prepay(asked.json)
            case ("GET", ["pay", "transactions", "out-trade-no", number]):
                return self.book.query(number, asked.query.get("mchid", ""))
            case ("POST", ["pay", "transactions", "out-trade-no", number, "close"]):
                return self.book.close(number, asked.json)
            case ("POST", ["refund", "domestic", "refunds"]):
                return self.book.refund(asked.json)
            case ("GET", ["refund", "domestic", "refunds", number]):
                return self.book.query_refund(number)
            case ("GET", ["bill", "tradebill" | "fundflowbill" as kind]):
                return self._bill(kind, asked.query)
            case _:
                raise No(404, "NOT_FOUND", "no such path")

    def _serve_transfers(self, asked: Asked, rest: list[str]) -> dict[str, Any]:
        match (asked.method, rest):
            case ("POST", ["mch-transfer", "transfer-bills"]):
                return self.book.transfer(asked.json)
            case ("GET", ["mch-transfer", "transfer-bills", "out-bill-no", number]):
                return self.book.query_transfer(number)
            case ("POST", ["mch-transfer", "transfer-bills", "out-bill-no", number, "cancel"]):
                return self.book.cancel_transfer(number)
            case _:
                raise No(404, "NOT_FOUND", "no such path")

    def _serve_sharing(self, asked: Asked, rest: list[str]) -> dict[str, Any]:
        match (asked.method, rest):
            case ("POST", ["receivers", "add"]):
                return self.sharing.add_receiver(asked.json)
            case ("POST", ["orders"]):
                return self.sharing.share(asked.json)
            case ("POST", ["orders", "unfreeze"]):
                return self.sharing.release(asked.json)
            case ("GET", ["orders", number]):
                return self.sharing.query(number, asked.query.get("transaction_id", ""))
            case ("POST", ["return-orders"]):
                return self.sharing.take_back(asked.json)
            case ("GET", ["return-orders", number]):
                return self.sharing.query_return(number, asked.query.get("out_order_no", ""))
            case _:
                raise No(404, "NOT_FOUND", "no such path")

    def _bill(self, kind: str, query: dict[str, str]) -> dict[str, Any]:
        day = date.fromisoformat(query["bill_date"])
        need(query.get("tar_type") == "GZIP", "tar_type")
        need(self.today() >= ready_at(day), "too early", "STATEMENT_CREATING")
        need(day >= day_of(self.today()) - timedelta(days=92), "too old")
        if kind == "tradebill":
            text = trade_bill(self.book, day, self.bill_faults)
        elif query.get("account_type") == "OPERATION":
            text = operating_bill(self.book, day, self.bill_faults)
        else:
            text = flow_bill(self.book, day, self.bill_faults, self.sharing.rows())
        if text is None:
            raise No(400, "NO_STATEMENT_EXIST")
        token = secrets.token_hex(16)
        raw = text.encode()
        self._files[token] = gzip.compress(raw[:-9] if self.bill_is_damaged else raw)
        return {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(raw).hexdigest(),
            "download_url": f"https://api.mch.weixin.qq.com/v3/billdownload/file?token={token}",
        }

    def _file(self, asked: Asked) -> Reply:
        raw = self._files.pop(asked.query.get("token", ""), None)
        if raw is None:
            raise No(404, "NOT_FOUND")
        return Reply(200, raw, {"content-type": "application/octet-stream"})
