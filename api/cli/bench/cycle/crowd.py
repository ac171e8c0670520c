"""The crowd: each household comes at its moment, asks until it has a definite answer, or gives up.

Run in a process of its own: ``python -m api.cli.bench.cycle.crowd PORT FILE``. Each line of the
file is a moment in seconds, a space, and a raw request in base64. Prints one JSON object. A
household waits as ``Retry-After`` says and a moment of its own longer, asks under the same key, and
also after a connection that broke.
"""

import asyncio
import base64
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import uvloop

GIVE_UP_S = 180.0
# Phones hold a connection each; no more of them at once than a machine has ports to spare.
_CONNECTIONS_MAX = 1500
_ANSWER_WITHIN_S = 10.0
_PATIENCE_S = 600


@dataclass(frozen=True, slots=True)
class Arrival:
    """One household: when it comes, in seconds after the opening, and what it asks."""

    at_s: float
    request: bytes


@dataclass(frozen=True, slots=True)
class Storm:
    """What became of a crowd. Times are from the arrival to the definite answer."""

    buyers: int
    definite: int
    placed: int
    refusals: dict[str, int]
    shed: int
    server_errors: int
    broken: int
    within_90s: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    # The first and the last order that was placed, after the opening.
    elapsed_s: float


def run_crowd(arrivals: Sequence[Arrival], *, port: int) -> Storm:
    """Let a crowd come, from another process.

    Raises:
        RuntimeError: that process failed.
    """
    with tempfile.NamedTemporaryFile(prefix="linli-bench-") as file:
        for one in arrivals:
            file.write(b"%.6f %b\n" % (one.at_s, base64.b64encode(one.request)))
        file.flush()
        done = subprocess.run(  # noqa: S603  (our own command)
            [sys.executable, "-m", "api.cli.bench.cycle.crowd", str(port), file.name],
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(f"the crowd failed: {done.stderr.decode()[-600:]}")
    return Storm(**orjson.loads(done.stdout))


class _Crowd:
    def __init__(self, port: int) -> None:
        self.port = port
        self.statuses: Counter[str] = Counter()
        self.waits_s: list[float] = []
        self.placed = self.shed = self.server_errors = self.broken = 0
        self.last_s = 0.0
        self.began = time.perf_counter()
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._room = asyncio.Semaphore(_CONNECTIONS_MAX)
        self._chance = random.Random(1)  # noqa: S311  (jitter, not a secret)

    async def come(self, one: Arrival) -> None:
        """Be one household."""
        await asyncio.sleep(self.began + one.at_s - time.perf_counter())
        came = time.perf_counter()
        while time.perf_counter() - came < GIVE_UP_S:
            wait_s = await self._ask(one.request)
            if wait_s is None:
                self.waits_s.append(time.perf_counter() - came)
                return
            await asyncio.sleep(wait_s + self._chance.random() * wait_s)

    async def _ask(self, request: bytes) -> float | None:
        """Ask once: how long to wait before the next time, ``None``: that was the answer."""
        try:
            async with self._room, asyncio.timeout(_ANSWER_WITHIN_S):
                status, retry_after_s, body = await self._exchange(request)
        except (OSError, EOFError, TimeoutError, ValueError):
            self.broken += 1
            return 1.0
        if status == 201:
            self.placed += 1
            self.last_s = time.perf_counter() - self.began
            return None
        if status == 503 and retry_after_s is not None:
            self.shed += 1
            return retry_after_s
        code = str(orjson.loads(body).get("code", ""))
        if status >= 500:
            self.server_errors += 1
            return 1.0
        if code == "request_in_flight" or status == 429:
            return retry_after_s or 1.0
        self.statuses[code] += 1
        return None

    async def _exchange(self, request: bytes) -> tuple[int, float | None, bytes]:
        if self._idle:
            reader, writer = self._idle.pop()
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            body = await reader.readexactly(int(fields["content-length"]))
        except BaseException:
            writer.close()
            raise
        if fields.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        retry = fields.get("retry-after")
        return int(head[9:12]), None if retry is None else float(retry), body


async def _storm(arrivals: Sequence[Arrival], *, port: int) -> bytes:
    crowd = _Crowd(port)
    await asyncio.gather(*(crowd.come(one) for one in arrivals))
    ordered = sorted(crowd.waits_s)

    def percentile(percent: int) -> float:
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000

    return orjson.dumps(
        Storm(
            buyers=len(arrivals),
            definite=len(ordered),
            placed=crowd.placed,
            refusals=dict(crowd.statuses),
            shed=crowd.shed,
            server_errors=crowd.server_errors,
            broken=crowd.broken,
            within_90s=sum(1 for wait in ordered if wait <= 90),
            p50_ms=percentile(50),
            p99_ms=percentile(99),
            max_ms=percentile(100),
            elapsed_s=crowd.last_s,
        )
    )


def main() -> None:
    """Read the arguments, let them come, print what came of it."""
    port, file = sys.argv[1:]
    arrivals = list[Arrival]()
    for line in Path(file).read_bytes().splitlines():
        at, _, request = line.partition(b" ")
        arrivals.append(Arrival(float(at), base64.b64decode(request)))
    print(uvloop.run(_storm(arrivals, port=int(port))).decode())


if __name__ == "__main__":
    main()
