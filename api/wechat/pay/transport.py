"""One call to WeChat Pay: signed by us, verified to be theirs, bounded in time, size and tries.

Every call carries a number of ours, under which asking twice does no more than asking once; so a
call without an answer is asked once more here, and later by whoever waits for it.
"""

import asyncio
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import httpx
import orjson
import structlog
from pydantic import BaseModel, ValidationError

from api.kit.breaker import Breaker
from api.kit.clock import wall_s
from api.wechat.gateway import GatewayUnavailable, OutcomeUnknown
from api.wechat.pay.answers import Refusal
from api.wechat.pay.refusals import meaning, refusal
from api.wechat.pay.signing import MerchantKey, NotFromWeChatPay, PlatformKeys, Signed
from api.wechat.transport import Observe

_log = structlog.get_logger(__name__)

# Somebody waits for the one; a task for the other.
ASKED_BY_A_PERSON_S = 2.5
ASKED_BY_A_TASK_S = 6.0
_TRIES = 2
_PAUSE_S = (0.05, 0.15)
_ANSWER_BYTES_MAX = 65_536
_FAILURES_MAX = 5
_REST_S = 10.0
_USER_AGENT = "linli/1 (python)"

_Shape = TypeVar("_Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked; ``name`` is for the metrics."""

    name: str
    path: str
    method: Literal["GET", "POST"] = "GET"
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict[str, str])
    patience_s: float = ASKED_BY_A_TASK_S


class _NoAnswer(Exception):
    """Nothing that can be used came; ``reached``: the other side may have acted."""

    def __init__(self, why: str, *, reached: bool) -> None:
        super().__init__(why)
        self.why = why
        self.reached = reached


class PayTransport:
    """Connections to WeChat Pay, with one circuit breaker."""

    def __init__(
        self,
        base_url: str,
        *,
        key: MerchantKey,
        platform: PlatformKeys,
        observe: Observe,
        clock: Callable[[], int] = wall_s,
    ) -> None:
        self._base_url = base_url
        self._key = key
        self._platform = platform
        self._observe = observe
        self._clock = clock
        self._breaker = Breaker(failures=_FAILURES_MAX, rest_s=_REST_S)
        self._pause_s = _PAUSE_S
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Let go of the connections; safe to call twice."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def ask(self, call: Call, shape: type[_Shape]) -> _Shape:
        """The answer of a success.

        Raises:
            PaymentRefused: refused for good, or there is no such thing.
            OutcomeUnknown: no answer, and it may have happened.
            NotEnough, GatewayMisconfigured, GatewayUnavailable: it did not happen.
        """
        raw = await self._told(call)
        try:
            return shape.model_validate_json(raw)
        except ValidationError:
            self._observe(call.name, "not_an_answer")
            _log.error("wechat_pay_answer_malformed", call=call.name)
            raise OutcomeUnknown("not_an_answer") from None

    async def tell(self, call: Call) -> None:
        """Have something done that answers nothing; raises as `ask`."""
        await self._told(call)

    async def download(self, call: Call, *, bytes_max: int) -> bytes:
        """A file, which comes unsigned: whoever asked compares its hash. Raises as `ask`."""
        return await self._told(call, is_signed=False, bytes_max=bytes_max)

    async def _told(
        self, call: Call, *, is_signed: bool = True, bytes_max: int = _ANSWER_BYTES_MAX
    ) -> bytes:
        if self._breaker.enter() > 0:
            self._observe(call.name, "circuit_open")
            raise GatewayUnavailable("the circuit is open")
        reached = False
        for tries_left in reversed(range(_TRIES)):
            try:
                async with asyncio.timeout(call.patience_s / _TRIES):
                    status, headers, raw = await self._exchange(call, bytes_max)
                return self._judged(call, status, headers, raw, is_signed=is_signed)
            except (_NoAnswer, TimeoutError) as failed:
                known = failed if isinstance(failed, _NoAnswer) else None
                reached = reached or known is None or known.reached
                if tries_left == 0:
                    raise self._unanswered(call, known, reached) from None
            await asyncio.sleep(random.uniform(*self._pause_s))  # noqa: S311  (jitter)
        raise AssertionError("every last try returns or raises")

    def _unanswered(
        self, call: Call, failed: _NoAnswer | None, reached: bool
    ) -> GatewayUnavailable:
        why = failed.why if failed is not None else "timeout"
        self._breaker.failed()
        self._observe(call.name, why)
        _log.warning("wechat_without_answer", call=call.name, why=why)
        return OutcomeUnknown(why) if reached else GatewayUnavailable(why)

    async def _exchange(self, call: Call, bytes_max: int) -> tuple[int, httpx.Headers, bytes]:
        # Serialised once: the very bytes that are signed are sent, also of the address.
        url = httpx.URL(self._base_url + call.path, params=call.query or None)
        body = b"" if call.body is None else orjson.dumps(call.body)
        authorization = self._key.authorization(
            call.method,
            url.raw_path.decode("ascii"),
            at_s=self._clock(),
            nonce=secrets.token_hex(16).upper(),
            body=body,
        )
        headers = {"authorization": authorization}
        if body:
            headers["content-type"] = "application/json"
        raw = bytearray()
        try:
            async with self._connected().stream(
                call.method, url, content=body or None, headers=headers
            ) as answer:
                async for chunk in answer.aiter_raw():
                    raw += chunk
                    if len(raw) > bytes_max:
                        raise _NoAnswer("answer_too_large", reached=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _NoAnswer(type(error).__name__, reached=False) from None
        except httpx.HTTPError as error:
            raise _NoAnswer(type(error).__name__, reached=True) from None
        return answer.status_code, answer.headers, bytes(raw)

    def _judged(
        self, call: Call, status: int, headers: httpx.Headers, raw: bytes, *, is_signed: bool
    ) -> bytes:
        """The body of a success that WeChat Pay signed; a refusal is raised as what it means."""
        if status in (200, 204):
            if is_signed:
                self._verify(call, headers, raw)
            self._breaker.worked()
            self._observe(call.name, "ok")
            return raw
        try:
            code = Refusal.model_validate_json(raw).code
        except ValidationError:
            raise _NoAnswer(f"status_{status}", reached=True) from None
        kind = meaning(status, code)
        if kind == "unknown":
            raise _NoAnswer(code, reached=True)
        self._breaker.worked()
        self._observe(call.name, code)
        if kind in ("ours", "final", "not_enough"):
            _log.error(
                "wechat_refused_us",
                call=call.name,
                code=code,
                request_id=headers.get("request-id", "")[:80],
            )
        raise refusal(kind, code)

    def _verify(self, call: Call, headers: httpx.Headers, raw: bytes) -> None:
        try:
            self._platform.check(Signed.of(headers), raw, now_s=self._clock())
        except NotFromWeChatPay as error:
            _log.error("wechat_pay_answer_not_signed", call=call.name, why=error.why)
            raise _NoAnswer(f"not_signed_{error.why}", reached=True) from None

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=ASKED_BY_A_TASK_S,
                follow_redirects=False,
                limits=httpx.Limits(max_connections=32, keepalive_expiry=30),
                headers={
                    "accept": "application/json",
                    "accept-encoding": "identity",
                    "user-agent": _USER_AGENT,
                    # Names the key that answers are to be signed with, and sensitive fields are
                    # sealed to.
                    "wechatpay-serial": self._platform.serial,
                },
            )
        return self._client
