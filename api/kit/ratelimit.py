"""Rate limits: a moving window in Redis shared by all processes, in memory while Redis is away.

Every call is counted in this process first, which bounds it at no cost; only where the shared count
matters (logging in, placing orders) Redis is asked, and its loss never refuses a paying customer.
"""

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from api.errors import AppError
from api.kit.redis_line import RedisAway, RedisLine


class LocalLimiter:
    """A token bucket per subject in this process; forgets everybody once it holds too many."""

    _SUBJECTS_MAX = 50_000

    def __init__(self, *, per_minute: int) -> None:
        self._rate = per_minute / 60
        self._burst = float(max(per_minute / 6, 1))
        self._buckets: dict[str, tuple[float, float]] = {}

    def hit(self, subject: str) -> None:
        """Count one call.

        Raises:
            AppError: rate_limited, with the seconds to wait.
        """
        moment = time.monotonic()
        level, since = self._buckets.get(subject, (self._burst, moment))
        level = min(self._burst, level + (moment - since) * self._rate)
        if level < 1:
            raise AppError("rate_limited", retry_after_s=math.ceil((1 - level) / self._rate))
        if len(self._buckets) >= self._SUBJECTS_MAX:
            self._buckets.clear()
        self._buckets[subject] = (level - 1, moment)


class SharedLimiter:
    """Moving windows that all processes share."""

    def __init__(self, line: RedisLine) -> None:
        self._line = line
        # `limits` insists on an address of its own making; only the pool's is ever connected to.
        storage = RedisStorage(
            "async+redis://127.0.0.1:6379",
            implementation="redispy",
            connection_pool=line.client.connection_pool,  # pyright: ignore[reportArgumentType]
        )
        self._shared = MovingWindowRateLimiter(storage)
        self._local = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, name: str, subject: str, *, per_minute: int) -> None:
        """Count one call of ``subject`` under the limit ``name``.

        Raises:
            AppError: rate_limited, with the seconds until the window has room again.
        """
        item = RateLimitItemPerMinute(per_minute)
        try:
            async with self._line.asked():
                wait_s = await _hit(self._shared, item, name, subject)
        except RedisAway:
            wait_s = await _hit(self._local, item, name, subject)
        if wait_s:
            raise AppError("rate_limited", retry_after_s=wait_s)


async def _hit(
    limiter: MovingWindowRateLimiter, item: RateLimitItemPerMinute, name: str, subject: str
) -> int:
    """Count one call: 0, or the seconds until the window has room again."""
    if await limiter.hit(item, name, subject):
        return 0
    window = await limiter.get_window_stats(item, name, subject)
    return max(1, math.ceil(window.reset_time - time.time()))
