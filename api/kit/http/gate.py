"""A gate: so many inside at once, few more waiting shortly, all others refused at once."""

import asyncio

from api.errors import AppError

_RETRY_AFTER_S = 2


class Shed(AppError):
    """The refusal of who found no place: `busy`, meant to be many, so counted and not logged."""

    def __init__(self) -> None:
        super().__init__("busy", retry_after_s=_RETRY_AFTER_S)


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
            Shed: at once where too many wait already.
        """
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self._waiting_max:
            raise Shed
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._places.acquire()
        except TimeoutError as error:
            raise Shed from error
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        """Give the place to the next."""
        self._places.release()
