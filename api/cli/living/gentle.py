"""The line of all simulated people together: never more than a gentle load."""

import asyncio
import time
from collections.abc import Mapping

from api.cli.replay.wire import Answer, Wire


class GentleWire(Wire):
    """Sends at most ``per_s`` requests a second, in the order in which they were asked for."""

    def __init__(self, *, host: str, port: int, per_s: float) -> None:
        super().__init__(host=host, port=port)
        self.per_s = per_s
        self._next_s = 0.0

    async def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Wait for one's turn, then send.

        Raises:
            NoAnswer: refused, reset, cut short or too late.
        """
        now_s = time.monotonic()
        turn_s = max(now_s, self._next_s)
        self._next_s = turn_s + 1 / self.per_s
        await asyncio.sleep(turn_s - now_s)
        return await super().send(method, path, headers, body)
