"""Notices of the stand-in: sealed, signed, repeated on WeChat's schedule; and forged on command."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from tests.wechat.pay.entries import rfc3339
from tests.wechat.pay.vectors import KEY_ID, V3_KEY

# Seconds between one delivery that failed and the next: fifteen tries in 24 hours and 4 minutes.
SCHEDULE_S = (
    15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600,
)  # fmt: skip
Forgery = Literal[
    "bad signature",
    "no base64",
    "probe",
    "wrong key",
    "stale",
    "from the future",
    "unknown serial",
    "altered body",
    "another notice's signature",
    "unsigned",
    "milliseconds",
    "sealed with another key",
    "another type of signature",
    "no notice",
]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One notice under way: its number is the same in every repeat."""

    id: str
    event_type: str
    original_type: str
    inner: dict[str, Any]
    url: str
    due_s: float
    tries: int = 0

    @property
    def path(self) -> str:
        """Where it goes, without the host."""
        return "/" + self.url.split("://", 1)[1].split("/", 1)[1]

    def saying(self, **instead: Any) -> "Outgoing":
        """The same notice with other words in it, or another one where an ``id`` is given."""
        number = instead.pop("id", self.id)
        return replace(self, id=number, inner={**self.inner, **instead})


@dataclass(slots=True)
class Post:
    """Where notices leave from."""

    key: rsa.RSAPrivateKey
    stranger: rsa.RSAPrivateKey
    waiting: list[Outgoing] = field(default_factory=list[Outgoing])
    # All that ever left or waits, in the order in which they came up.
    made: list[Outgoing] = field(default_factory=list[Outgoing])

    def add(
        self, event_type: str, original_type: str, inner: dict[str, Any], url: str, *, now_s: float
    ) -> None:
        """Something happened that is to be told."""
        number = f"EV-{secrets.token_hex(12)}"
        notice = Outgoing(number, event_type, original_type, inner, url, now_s)
        self.waiting.append(notice)
        self.made.append(notice)

    def lose_all(self) -> None:
        """Never deliver what waits."""
        self.waiting.clear()

    async def deliver_due(self, client: httpx.AsyncClient, *, now_s: float) -> list[int]:
        """Send what is due; what is not taken waits for its next turn. The statuses answered."""
        due = [n for n in self.waiting if n.due_s <= now_s]
        self.waiting = [n for n in self.waiting if n.due_s > now_s]
        statuses: list[int] = []
        for notice in due:
            answer = await self.send(client, notice, now_s=now_s)
            statuses.append(answer.status_code)
            if answer.status_code not in (200, 204) and notice.tries < len(SCHEDULE_S):
                due_s = now_s + SCHEDULE_S[notice.tries]
                self.waiting.append(replace(notice, due_s=due_s, tries=notice.tries + 1))
        return statuses

    async def send(
        self,
        client: httpx.AsyncClient,
        notice: Outgoing,
        *,
        now_s: float,
        forgery: Forgery | None = None,
    ) -> httpx.Response:
        """Send one notice now, true or forged."""
        body, headers = self.written(notice, now_s=now_s, forgery=forgery)
        return await client.post(notice.path, content=body, headers=headers)

    def written(
        self, notice: Outgoing, *, now_s: float, forgery: Forgery | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of one notice that is sent now, true or forged."""
        body = self.sealed(notice, now_s=now_s, key=_v3_key(forgery))
        if forgery == "no notice":
            body = b'{"id": 1}'
        headers = self.signed(body, now_s=_moment(now_s, forgery), forgery=forgery)
        if forgery == "altered body":
            body = body.replace(b"encrypt-resource", b"encrypt_resource")
        return body, headers

    def sealed(self, notice: Outgoing, *, now_s: float, key: bytes) -> bytes:
        """The body of a notice."""
        nonce = secrets.token_hex(6)
        plain, data = orjson.dumps(notice.inner), notice.original_type
        ciphertext = AESGCM(key).encrypt(nonce.encode(), plain, data.encode())
        said = {
            "id": notice.id,
            "create_time": rfc3339(now_s),
            "resource_type": "encrypt-resource",
            "event_type": notice.event_type,
            "summary": "通知",
            "resource": {
                "original_type": data,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(ciphertext).decode(),
                "associated_data": data,
                "nonce": nonce,
            },
        }
        return orjson.dumps(said)

    def signed(
        self, body: bytes, *, now_s: float, forgery: Forgery | None = None
    ) -> dict[str, str]:
        """The headers of a notice or an answer."""
        at, nonce = str(int(now_s)), secrets.token_hex(16)
        if forgery == "milliseconds":
            at += "000"
        key = self.stranger if forgery == "wrong key" else self.key
        over = b"another body" if forgery == "another notice's signature" else body
        text = f"{at}\n{nonce}\n".encode() + over + b"\n"
        signature = base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()
        spoilt = {
            "bad signature": "A" + signature[1:] if signature[0] != "A" else "B" + signature[1:],
            "no base64": "%%%",
            "probe": f"WECHATPAY/SIGNTEST/{signature}",
        }
        headers = {
            "content-type": "application/json",
            "wechatpay-timestamp": at,
            "wechatpay-nonce": nonce,
            "wechatpay-signature": spoilt.get(forgery or "", signature),
            "wechatpay-serial": "PUB_KEY_ID_9" if forgery == "unknown serial" else KEY_ID,
            "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048",
        }
        if forgery == "another type of signature":
            headers["wechatpay-signature-type"] = "WECHATPAY2-SM2-WITH-SM3"
        if forgery == "unsigned":
            headers = {"content-type": "application/json"}
        return headers


def _v3_key(forgery: Forgery | None) -> bytes:
    return b"f" * 32 if forgery == "sealed with another key" else V3_KEY.encode()


def _moment(now_s: float, forgery: Forgery | None) -> float:
    return now_s + {"stale": -301, "from the future": 301}.get(forgery or "", 0)
