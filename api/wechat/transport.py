"""One call to WeChat's server: bounded in time, size and tries, and never told of in a log.

The address of a call holds secrets (the app's own, or a token), so errors name their type only.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import httpx
import orjson
import structlog

from api.kit.breaker import Breaker
from api.wechat.gateway import GatewayUnavailable, OutcomeUnknown
from api.wechat.refusals import BUSY, WeChatRefused

_log = structlog.get_logger(__name__)

# Two slow tries and the pause between them: a clear answer well within three seconds.
TRY_S = 1.0
TOTAL_S = 2.2
_TRIES = 3
_PAUSE_S = (0.05, 0.15)
_ANSWER_BYTES_MAX = 65_536
_FAILURES_MAX = 5
_REST_S = 10.0

# The name of a call and what became of it, for metrics.
Observe = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked. ``is_repeatable``: asking twice does no more than asking once."""

    name: str
    path: str
    query: dict[str, str]
    body: dict[str, Any] | None = None
    is_repeatable: bool = True


class _NoAnswer(Exception):
    """The other side said nothing that can be used; ``reached``: it may have acted."""

    def __init__(self, why: str, *, reached: bool) -> None:
        super().__init__(why)
        self.why = why
        self.reached = reached


class Transport:
    """Connections to one host, with one circuit breaker."""

    def __init__(self, base_url: str, *, observe: Observe) -> None:
        self._base_url = base_url
        self._observe = observe
        self._breaker = Breaker(failures=_FAILURES_MAX, rest_s=_REST_S)
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Let go of the connections; safe to call twice."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def ask(self, call: Call) -> dict[str, Any]:
        """The answer of a success.

        Raises:
            WeChatRefused: an answer with an error code.
            OutcomeUnknown: no answer, and the call may not be repeated.
            GatewayUnavailable: no answer, or the circuit is open.
        """
        if self._breaker.enter() > 0:
            self._observe(call.name, "circuit_open")
            raise GatewayUnavailable("the circuit is open")
        try:
            async with asyncio.timeout(TOTAL_S):
                answer = await self._patiently(call)
        except TimeoutError:
            raise self._without_answer(call, _NoAnswer("total_timeout", reached=True)) from None
        code = answer.get("errcode", 0)
        self._observe(call.name, "ok" if code == 0 else str(code))
        if code != 0:
            raise WeChatRefused(code, str(answer.get("errmsg", ""))[:300])
        return answer

    async def _patiently(self, call: Call) -> dict[str, Any]:
        tries_left = _TRIES
        while True:
            tries_left -= 1
            try:
                answer = await self._once(call)
            except _NoAnswer as failed:
                may_repeat = call.is_repeatable or not failed.reached
                if tries_left == 0 or not may_repeat:
                    raise self._without_answer(call, failed) from None
            else:
                self._breaker.worked()
                if answer.get("errcode") != BUSY:
                    return answer
                if tries_left == 0:
                    self._observe(call.name, "busy")
                    raise GatewayUnavailable("busy")
            await asyncio.sleep(random.uniform(*_PAUSE_S))  # noqa: S311  (jitter)

    def _without_answer(self, call: Call, failed: _NoAnswer) -> GatewayUnavailable:
        self._breaker.failed()
        self._observe(call.name, failed.why)
        _log.warning("wechat_without_answer", call=call.name, why=failed.why)
        if failed.reached and not call.is_repeatable:
            return OutcomeUnknown(failed.why)
        return GatewayUnavailable(failed.why)

    async def _once(self, call: Call) -> dict[str, Any]:
        if self._client is None:
            self._client = httpx.AsyncClient(
                base_url=self._base_url,
                timeout=TRY_S,
                follow_redirects=False,
                limits=httpx.Limits(max_connections=32, keepalive_expiry=30),
                headers={"accept-encoding": "identity"},
            )
        try:
            async with asyncio.timeout(TRY_S):
                status, raw = await _exchange(self._client, call)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _NoAnswer(type(error).__name__, reached=False) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise _NoAnswer(type(error).__name__, reached=True) from None
        if status != 200:
            raise _NoAnswer(f"status_{status}", reached=True)
        return _read(raw)


async def _exchange(client: httpx.AsyncClient, call: Call) -> tuple[int, bytes]:
    method = "GET" if call.body is None else "POST"
    content = None if call.body is None else orjson.dumps(call.body)
    headers = {} if content is None else {"content-type": "application/json"}
    raw = b""
    async with client.stream(
        method, call.path, params=call.query, content=content, headers=headers
    ) as answer:
        async for chunk in answer.aiter_raw():
            raw += chunk
            if len(raw) > _ANSWER_BYTES_MAX:
                raise _NoAnswer("answer_too_large", reached=True)
    return answer.status_code, raw


def _read(raw: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(raw)
    except ValueError:
        raise _NoAnswer("not_json", reached=True) from None
    # A success may leave the code out altogether.
    if not isinstance(answer, dict) or type(answer.get("errcode", 0)) is not int:  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        raise _NoAnswer("not_an_answer", reached=True)
    return cast("dict[str, Any]", answer)
