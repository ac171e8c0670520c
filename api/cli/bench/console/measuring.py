"""The first page of the console on the demonstration, in a real browser, beside a bare page."""

import subprocess
import sys
from dataclasses import dataclass
from statistics import median

import orjson

from api.cli.bench.console.demo import running_demo

ROUNDS = 9
PAGE_BYTES_MAX, PAINT_MS_MAX = 100_000, 1_000.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The worst and the median of the rounds; ``bare_ms``: the same browser, one line of text."""

    rounds: int
    page_bytes: int
    unpacked_bytes: int
    map_bytes: int
    paint_ms: float
    paint_worst_ms: float
    bare_ms: float

    @property
    def is_within(self) -> bool:
        """Whether both promises are kept."""
        return self.page_bytes < PAGE_BYTES_MAX and self.paint_ms < PAINT_MS_MAX


def measure_console(rounds: int = ROUNDS) -> Measured:
    """Live through a morning, then open the desk so many times with an empty cache.

    Raises:
        RuntimeError: no demonstration, or no browser; with the last words of either.
    """
    with running_demo() as url:
        command = (sys.executable, "-m", "api.cli.bench.console.browsing", url, str(rounds))
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"the browser failed: {done.stderr[-600:]}")
    seen = orjson.loads(done.stdout)
    return Measured(
        rounds=rounds,
        page_bytes=seen["page_bytes"],
        unpacked_bytes=seen["unpacked_bytes"],
        map_bytes=seen["map_bytes"],
        paint_ms=median(seen["paint_ms"]),
        paint_worst_ms=max(seen["paint_ms"]),
        bare_ms=median(seen["bare_ms"]),
    )
