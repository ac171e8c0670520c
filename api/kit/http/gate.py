"""A gate: so many inside at once, few more waiting shortly, all others refused at once."""

import asyncio

from api.errors import AppError


class Gate:
    """Bounds how many are at work; used as ``async with``."""

    def __init__(self, *, at_once: int, waiting: int, wait_s: float) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._waiting_max = waiting
        self._wait_s = wait_s

    async def __aenter__(self) -> None:
        """Take a place among those at work, or wait shortly for one.

        Raises:
            AppError: busy, at once where too many wait already.
        """
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self._waiting_max:
            raise AppError("busy", retry_after_s=2)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._places.acquire()
        except TimeoutError as error:
            raise AppError("busy", retry_after_s=2) from error
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        """Give the place to the next."""
        self._places.release()
