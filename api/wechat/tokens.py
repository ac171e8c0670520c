"""The access token: fetched once, shared by all processes through Redis, in memory without it.

The stable token's ordinary mode gives every caller the same token until five minutes before its
end, so processes that fetch at once do no harm; the forced mode, which kills the token that others
hold, is never used.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import redis.asyncio as aioredis
import structlog
from redis.exceptions import RedisError

from api.kit.clock import monotonic_s
from api.kit.crypto import Unreadable, Vault

_log = structlog.get_logger(__name__)

# With less than this left another one is fetched; the old one stays good meanwhile.
_MARGIN_S = 300
_KEPT_S_MIN = 10
_COLUMN = "wechat.access_token"
_ROW = UUID(int=0)
_AWAY = (RedisError, OSError, TimeoutError)

Fetch = Callable[[], Awaitable[tuple[str, int]]]


class TokenCache:
    """One app's token. Only one call of a process fetches; the others wait for it."""

    def __init__(self, *, appid: str, fetch: Fetch, redis: "aioredis.Redis", vault: Vault) -> None:
        """``fetch`` gives a token and the seconds it is good for."""
        self._key = f"linli:wechat:token:{appid}"
        self._fetch = fetch
        self._redis = redis
        self._vault = vault
        self._lock = asyncio.Lock()
        self._held: tuple[str, float] | None = None
        self._refused = ""

    async def token(self) -> str:
        """A token that is good for some minutes more.

        Raises:
            what ``fetch`` raises.
        """
        if (held := self._mine()) is not None:
            return held
        async with self._lock:
            if (held := self._mine()) is not None:
                return held
            token, kept_s = await self._shared() or await self._fetched()
            self._held = (token, monotonic_s() + kept_s)
            return token

    async def drop(self, token: str) -> None:
        """Forget a token that WeChat refused, here and for the others."""
        self._refused = token
        if self._held is not None and self._held[0] == token:
            self._held = None
        try:
            if self._opened(await self._redis.get(self._key)) == token:
                await self._redis.delete(self._key)
        except _AWAY:
            _log.warning("wechat_token_without_redis")

    def _mine(self) -> str | None:
        if self._held is None or self._held[1] <= monotonic_s():
            return None
        return self._held[0]

    async def _shared(self) -> tuple[str, float] | None:
        try:
            sealed, left_ms = await self._redis.get(self._key), await self._redis.pttl(self._key)
        except _AWAY:
            _log.warning("wechat_token_without_redis")
            return None
        token = self._opened(sealed)
        if not token or token == self._refused or left_ms <= 0:
            return None
        return token, left_ms / 1000

    async def _fetched(self) -> tuple[str, float]:
        token, good_s = await self._fetch()
        kept_s = max(good_s - _MARGIN_S, _KEPT_S_MIN)
        sealed = self._vault.seal(token, column=_COLUMN, row=_ROW)
        try:
            await self._redis.set(self._key, sealed, ex=kept_s)
        except _AWAY:
            _log.warning("wechat_token_without_redis")
        return token, float(kept_s)

    def _opened(self, sealed: bytes | None) -> str:
        if not sealed:
            return ""
        try:
            return self._vault.open(sealed, column=_COLUMN, row=_ROW)
        except Unreadable:  # Another deployment's, or written under another key.
            return ""
