"""The access token: fetched once, shared by all processes through Redis, in memory without it.

The stable token's ordinary mode gives every caller the same token until five minutes before its
end, so processes that fetch at once do no harm; the forced mode, which kills the token that others
hold, is never used.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from api.kit.clock import monotonic_s
from api.kit.crypto import Unreadable, Vault
from api.kit.redis_line import RedisAway, RedisLine

# With less than this left another one is fetched; the old one stays good meanwhile.
_MARGIN_S = 300
_KEPT_S_MIN = 10
_COLUMN = "wechat.access_token"
_ROW = UUID(int=0)

Fetch = Callable[[], Awaitable[tuple[str, int]]]


class TokenCache:
    """One app's token. One call of a process fetches; the others share what comes of it."""

    def __init__(self, *, appid: str, fetch: Fetch, line: RedisLine, vault: Vault) -> None:
        """``fetch`` gives a token and the seconds it is good for."""
        self._key = f"linli:wechat:token:{appid}"
        self._fetch = fetch
        self._line = line
        self._vault = vault
        self._held: tuple[str, float] | None = None
        self._refused = ""
        self._flight: asyncio.Task[str] | None = None

    async def token(self) -> str:
        """A token that is good for some minutes more.

        Raises:
            what ``fetch`` raises.
        """
        if (held := self._mine()) is not None:
            return held
        if self._flight is None:
            self._flight = asyncio.create_task(self._renew())
            # Whoever waited may be gone by the time that it fails.
            self._flight.add_done_callback(lambda flight: flight.cancelled() or flight.exception())
        return await asyncio.shield(self._flight)

    async def drop(self, token: str) -> None:
        """Forget a token that WeChat refused, here and for the others."""
        self._refused = token
        if self._held is not None and self._held[0] == token:
            self._held = None
        with suppress(RedisAway):
            async with self._line.asked() as redis:
                if self._opened(await redis.get(self._key)) == token:
                    await redis.delete(self._key)

    async def _renew(self) -> str:
        try:
            token, kept_s = await self._shared() or await self._fetched()
            self._held = (token, monotonic_s() + kept_s)
            return token
        finally:
            self._flight = None

    def _mine(self) -> str | None:
        if self._held is None or self._held[1] <= monotonic_s():
            return None
        return self._held[0]

    async def _shared(self) -> tuple[str, float] | None:
        try:
            async with self._line.asked() as redis:
                sealed, left_ms = await redis.get(self._key), await redis.pttl(self._key)
        except RedisAway:
            return None
        token = self._opened(sealed)
        if not token or token == self._refused or left_ms <= 0:
            return None
        return token, left_ms / 1000

    async def _fetched(self) -> tuple[str, float]:
        token, good_s = await self._fetch()
        kept_s = max(good_s - _MARGIN_S, _KEPT_S_MIN)
        sealed = self._vault.seal(token, column=_COLUMN, row=_ROW)
        with suppress(RedisAway):
            async with self._line.asked() as redis:
                await redis.set(self._key, sealed, ex=kept_s)
        return token, float(kept_s)

    def _opened(self, sealed: bytes | None) -> str:
        if not sealed:
            return ""
        try:
            return self._vault.open(sealed, column=_COLUMN, row=_ROW)
        except Unreadable:  # Another deployment's, or written under another key.
            return ""
