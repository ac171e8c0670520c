"""The load: requests written in advance over a few connections; every answer is counted.

Run in a process of its own: ``python -m api.cli.bench.load PORT CONNECTIONS SECONDS FILE``. The
file holds raw requests, each ended by a NUL. ``SECONDS`` 0 sends each once, otherwise they go
round until the time is over. Prints one JSON object.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import cast

import orjson
import uvloop

_LENGTH = b"content-length: "
_PATIENCE_S = 300


@dataclass(frozen=True, slots=True)
class Load:
    """What was answered: how many with which status, in how long."""

    statuses: dict[str, int]
    refusals: dict[str, int]
    elapsed_s: float
    body_bytes: int
    p50_ms: float
    p99_ms: float

    @property
    def answers(self) -> int:
        """All answers, whatever they say."""
        return sum(self.statuses.values())

    @property
    def ok_per_s(self) -> float:
        """Answers with status 200 per second."""
        return self.statuses.get("200", 0) / self.elapsed_s


def run_load(requests: Sequence[bytes], *, port: int, connections: int, seconds: float = 0) -> Load:
    """Send the requests from another process; each once, or round and round for ``seconds``.

    Raises:
        RuntimeError: it failed, such as by a connection that was closed on it.
    """
    with tempfile.NamedTemporaryFile(prefix="linli-bench-") as file:
        file.write(b"\0".join(requests))
        file.flush()
        arguments = [str(port), str(connections), str(seconds), file.name]
        done = subprocess.run(  # noqa: S603  (our own command)
            [sys.executable, "-m", "api.cli.bench.load", *arguments],
            capture_output=True,
            timeout=_PATIENCE_S + seconds,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(f"the load failed: {done.stderr.decode()[-600:]}")
    return Load(**orjson.loads(done.stdout))


class _Tally:
    def __init__(self, requests: Iterator[bytes], *, until: float) -> None:
        self.requests = requests
        self.until = until
        self.statuses: Counter[bytes] = Counter()
        self.refusals: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.body_bytes = 0
        self.ended = self.began = time.perf_counter()

    def next_request(self, now: float) -> bytes | None:
        return None if now > self.until else next(self.requests, None)

    def count(self, status: bytes, body: bytes, *, took_s: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(took_s)
        self.body_bytes += len(body)
        if not status.startswith(b"2"):
            self.refusals[orjson.loads(body).get("code", "")] += 1

    def report(self) -> bytes:
        ordered = sorted(self.latencies)
        return orjson.dumps(
            {
                "statuses": {s.decode(): n for s, n in self.statuses.items()},
                "refusals": dict(self.refusals),
                "elapsed_s": self.ended - self.began,
                "body_bytes": self.body_bytes,
                "p50_ms": ordered[len(ordered) // 2] * 1000,
                "p99_ms": ordered[len(ordered) * 99 // 100] * 1000,
            }
        )


class _Client(asyncio.Protocol):
    """One keep-alive connection that asks anew as soon as it is answered."""

    def __init__(self, tally: _Tally) -> None:
        self._tally = tally
        self._rest = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none of asyncio's classes.
        self._transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("closed before the last answer"))

    def ask(self) -> None:
        """Send the next request, or be done."""
        now = time.perf_counter()
        request = self._tally.next_request(now)
        if request is None:
            self._tally.ended = max(self._tally.ended, now)
            if not self.done.done():
                self.done.set_result(None)
            return
        self._sent_at = now
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        head = data.find(b"\r\n\r\n")
        at = data.find(_LENGTH, 0, head)
        size = int(data[at + len(_LENGTH) : data.find(b"\r", at)]) if head > 0 else 0
        if head < 0 or len(data) < head + 4 + size:
            self._rest = data
            return
        assert at > 0, "an answer without a length"
        self._rest = b""
        took_s = time.perf_counter() - self._sent_at
        self._tally.count(data[9:12], data[head + 4 :], took_s=took_s)
        self.ask()


async def _send(requests: Sequence[bytes], *, port: int, connections: int, seconds: float) -> bytes:
    loop = asyncio.get_running_loop()
    endless = seconds > 0
    tally = _Tally(cycle(requests) if endless else iter(requests), until=float("inf"))
    clients = [
        (await loop.create_connection(lambda: _Client(tally), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    tally.began = time.perf_counter()
    tally.until = tally.began + seconds if endless else float("inf")
    for client in clients:
        client.ask()
    await asyncio.gather(*(client.done for client in clients))
    return tally.report()


def main() -> None:
    """Read the arguments, send, print what came."""
    port, connections, seconds, file = sys.argv[1:]
    requests = Path(file).read_bytes().split(b"\0")
    sending = _send(requests, port=int(port), connections=int(connections), seconds=float(seconds))
    print(uvloop.run(sending).decode())


if __name__ == "__main__":
    main()
