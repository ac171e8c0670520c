"""A client as a good one behaves: it repeats under the same key until it knows what happened."""

import asyncio
import hashlib
import random
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from api.cli.history import Call, Effect, Recorder, canaries_in, leaks
from api.cli.replay.wire import Answer, NoAnswer, Wire

# Real seconds after which a client stops asking; far longer than any restart takes.
PATIENCE_S = 90.0
# Between tries: shortly after a lost connection, which is back soon, and ever longer where the API
# says that it has too much to do; a fixed second made a storm that fed itself (measured).
_PAUSE_S, _LOST_PAUSE_MAX_S, _BUSY_PAUSE_MAX_S = 0.25, 1.0, 8.0
# One in so many successful writes is sent once more, as by a thumb that taps twice.
_TWICE_ONE_IN = 25
_BORDER = "linli-6f1c2a"
_FORM = f"multipart/form-data; boundary={_BORDER}"


class GaveUp(Exception):
    """The patience is over and the outcome unknown."""


@dataclass(frozen=True)
class Reply:
    """A definite answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300

    @cached_property
    def data(self) -> dict[str, Any]:
        """The JSON object of the body."""
        return orjson.loads(self.body) if self.body else {}

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return "" if self.is_ok else str(self.data.get("code", ""))


class Unexpected(Exception):
    """A refusal where the player's act had to succeed."""

    def __init__(self, what: str, reply: Reply) -> None:
        super().__init__(f"{what}: {reply.status} {reply.code} {reply.data.get('detail', '')}")


def must(reply: Reply, what: str) -> Reply:
    """The reply of an act that has to succeed.

    Raises:
        Unexpected: it was refused.
    """
    if not reply.is_ok:
        raise Unexpected(what, reply)
    return reply


@dataclass(slots=True)
class Client:
    """One person with a phone, signed in or not."""

    wire: Wire
    recorder: Recorder
    name: str
    chance: random.Random
    token: str = ""
    user_id: str = ""

    async def sign_in(self) -> None:
        """Open a session with the development code of one's name.

        Raises:
            Unexpected: the API does not let them in.
        """
        code = {"code": f"dev:{self.name}"}
        reply = must(await self.send("POST", "/v1/sessions", code), f"{self.name} signs in")
        self.token, self.user_id = reply.data["token"], reply.data["user_id"]

    async def get(self, route: str, *, query: str = "", **ids: str) -> Reply:
        """Read something."""
        return await self.send("GET", route, query=query, ids=ids)

    async def put(
        self, route: str, body: dict[str, Any], *, seen: int | None = None, **ids: str
    ) -> Reply:
        """Set something; repeating it changes nothing. ``seen``: which version was read."""
        return await self.send("PUT", route, body, seen=seen, ids=ids)

    async def post(
        self,
        route: str,
        body: dict[str, Any] | None = None,
        *,
        effect: Effect | None = None,
        seen: int | None = None,
        **ids: str,
    ) -> Reply:
        """Do something once, under a key of its own; now and then ask for it twice."""
        key = secrets.token_hex(12)
        reply = await self.send("POST", route, body, key=key, effect=effect, seen=seen, ids=ids)
        if reply.is_ok and self.chance.randrange(_TWICE_ONE_IN) == 0:
            await self.send("POST", route, body, key=key, effect=effect, seen=seen, ids=ids)
        return reply

    async def upload(self, jpeg: bytes, *, purpose: str) -> str:
        """Send a photo as `wx.uploadFile` does; its id.

        Raises:
            Unexpected: it was refused.
            GaveUp: after `PATIENCE_S`.
        """
        form = (
            f'--{_BORDER}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n'
            f'--{_BORDER}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n'
            "content-type: image/jpeg\r\n\r\n"
        ).encode() + jpeg + f"\r\n--{_BORDER}--\r\n".encode()  # fmt: skip
        sent = await self.send("POST", "/v1/uploads", form, key=secrets.token_hex(12))
        return str(must(sent, f"{self.name} uploads").data["upload_id"])

    async def send(
        self,
        method: str,
        route: str,
        body: dict[str, Any] | bytes | None = None,
        *,
        key: str = "",
        effect: Effect | None = None,
        seen: int | None = None,
        query: str = "",
        ids: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send until the outcome is definite; a body of bytes is the form of an upload.

        Raises:
            GaveUp: after `PATIENCE_S`.
        """
        path = route.format(**ids or {}) + (f"?{query}" if query else "")
        headers = self._headers(body, key, seen)
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        until = time.monotonic() + PATIENCE_S
        pause_s = _PAUSE_S
        while True:
            started = time.monotonic()
            try:
                answer = await self.wire.send(method, path, headers, content)
            except NoAnswer:
                answer = Answer(0, {}, b"")
            ended = time.monotonic()
            is_definite = is_final(answer)
            self.recorder.keep(
                self._call(method, route, answer, (started, ended), key=key, effect=effect)
            )
            if is_definite:
                return Reply(answer.status, answer.body, dict(answer.headers))
            asked_s = float(answer.headers.get("retry-after", "0"))
            if ended + asked_s > until:
                raise GaveUp(f"{self.name}: {method} {route}")
            # Whoever comes back exactly when told comes back together with everybody else.
            await asyncio.sleep(max(asked_s, pause_s) * self.chance.uniform(1.0, 1.5))
            pause_s = min(_BUSY_PAUSE_MAX_S if asked_s else _LOST_PAUSE_MAX_S, pause_s * 2)

    def _headers(
        self, body: dict[str, Any] | bytes | None, key: str, seen: int | None
    ) -> dict[str, str]:
        headers: dict[str, str] = {}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if body is not None:
            is_form = isinstance(body, bytes)
            headers["content-type"] = _FORM if is_form else "application/json"
        if key:
            headers["idempotency-key"] = key
        if seen is not None:
            headers["if-match"] = f'"{seen}"'
        return headers

    def _call(
        self,
        method: str,
        route: str,
        answer: Answer,
        times: tuple[float, float],
        *,
        key: str,
        effect: Effect | None,
    ) -> Call:
        body = answer.body
        is_ok = 200 <= answer.status < 300
        # The hall and positions make most of the traffic and show nothing that has a version.
        shown = (
            _shown(route, body) if is_ok and body and route != "/v1/hall" else (None, None, None)
        )
        result = shown[0] if effect and effect[0] in _MAKES else self.user_id
        return Call(
            client=self.name,
            method=method,
            route=route,
            started=times[0],
            ended=times[1],
            status=answer.status,
            key=key or None,
            body_hash=_hash(body) if key and is_ok else 0,
            is_repeat="idempotent-replayed" in answer.headers,
            effect=effect,
            result=result if effect and is_ok else None,
            object_id=shown[1],
            version=shown[2],
            code=None if is_ok or not body else Reply(answer.status, body).code,
            content_type=answer.headers.get("content-type", ""),
            has_retry_after="retry-after" in answer.headers,
            leaks=leaks(body) if not is_ok else False,
            canaries=canaries_in(body),
        )


async def agree(person: Client, purpose: str) -> None:
    """Consent to a purpose as it is worded today, as the mini-program asks for it.

    Raises:
        Unexpected: the API refused it.
    """
    asked = must(await person.get("/v1/me/consents"), "reading consents").data["items"]
    [version] = [a["version"] for a in asked if a["purpose"] == purpose]
    body = {"purpose": purpose, "version": version}
    must(await person.post("/v1/me/consents", body), "agreeing")


# Effects whose row is named by the answer; of all others the row names who did it.
_MAKES = frozenset({"order.placed", "payment.opened"})


def _shown(route: str, body: bytes) -> tuple[str | None, str | None, int | None]:
    """What was made, which object is shown, in which version."""
    data = orjson.loads(body)
    made = data.get("payment_id") or data.get("id")
    if "version" not in data or not route.startswith(("/v1/orders", "/v1/jobs")):
        return made, None, None
    return made, data.get("job_id") if route.endswith("/accept") else data["id"], data["version"]


def is_final(answer: Answer) -> bool:
    """Whether asking again makes no sense. A limit and a failure pass; a twin in flight ends."""
    if answer.status in (0, 429) or answer.status >= 500:
        return False
    return answer.status != 409 or Reply(answer.status, answer.body).code != "request_in_flight"


def _hash(body: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(body, digest_size=8).digest())
