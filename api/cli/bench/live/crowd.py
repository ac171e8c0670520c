"""The crowd on the line, in a process of its own: holds connections, lets things happen, counts.

``python -m api.cli.bench.live.crowd PORT CONNECTIONS ROUNDS FILE``; the file holds raw requests,
each ended by a NUL, that make something happen. Says ``connected`` once everybody was greeted,
waits for a line, then sends one request a round and waits until everybody was told. Prints one JSON
object.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import cast

import orjson
import uvloop

from api.cli.bench.world import runner_token

_HANDSHAKE = (
    "GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
)
_AT_ONCE = 64
_ROUND_S = 20.0
# Between rounds, so that one does not wait for the rest of another.
_REST_S = 0.05
_TEXT, _PING, _PONG = 1, 9, 10


class Round:
    """One thing that happens, and when each was told."""

    def __init__(self, expected: int) -> None:
        self.began_s = time.perf_counter()
        self.latencies_s: list[float] = []
        self._expected = expected
        self.done = asyncio.get_running_loop().create_future()

    def told(self) -> None:
        """One more was told."""
        self.latencies_s.append(time.perf_counter() - self.began_s)
        if len(self.latencies_s) == self._expected:
            self.done.set_result(None)


class Crowd:
    """All connections of this process."""

    def __init__(self) -> None:
        self.round: Round | None = None
        self.sample = b""

    def hear(self, text: bytes) -> None:
        """Somebody was told something."""
        self.sample = text
        if self.round is not None:
            self.round.told()


class Client(asyncio.Protocol):
    """One connection: shakes hands, is greeted, then told; answers pings."""

    def __init__(self, crowd: Crowd, head: bytes) -> None:
        self._crowd = crowd
        self._head = head
        self._rest = b""
        self._is_open = False
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none of asyncio's classes.
        self._transport = cast("asyncio.WriteTransport", transport)
        self._transport.write(self._head)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.greeted.done():
            self.greeted.set_exception(exc or ConnectionError(self._rest[:200]))

    def data_received(self, data: bytes) -> None:
        self._rest += data
        if not self._is_open:
            head, found, rest = self._rest.partition(b"\r\n\r\n")
            if not found or b" 101 " not in head:
                return
            self._is_open, self._rest = True, rest
        while (size := self._whole_frame()) is not None:
            opcode, start, end = self._rest[0] & 15, size[0], size[1]
            self._take(opcode, self._rest[start:end])
            self._rest = self._rest[end:]

    def _whole_frame(self) -> tuple[int, int] | None:
        if len(self._rest) < 4:
            # Nothing that a server of ours sends is as short but a ping without a load.
            return None
        length, start = self._rest[1], 2
        if length == 126:
            length, start = int.from_bytes(self._rest[2:4]), 4
        end = start + length
        return (start, end) if len(self._rest) >= end else None

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING:
            self._transport.write(bytes([128 | _PONG, 128 | len(payload)]) + bytes(4) + payload)
        elif opcode == _TEXT and not self.greeted.done():
            self.greeted.set_result(None)
        elif opcode == _TEXT:
            self._crowd.hear(payload)


async def _gather(crowd: Crowd, port: int, count: int) -> None:
    places = asyncio.Semaphore(_AT_ONCE)
    loop = asyncio.get_running_loop()

    async def come(n: int) -> None:
        head = _HANDSHAKE.format(port=port, token=runner_token(n)).encode()
        async with places:
            _, client = await loop.create_connection(lambda: Client(crowd, head), "127.0.0.1", port)
            await client.greeted

    await asyncio.gather(*(come(n) for n in range(count)))


async def _run(port: int, count: int, rounds: int, requests: list[bytes]) -> dict[str, object]:
    crowd = Crowd()
    began_s = time.perf_counter()
    await _gather(crowd, port, count)
    connected_s = time.perf_counter() - began_s
    print("connected", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found: list[list[float]] = []
    for n in range(rounds):
        crowd.round = Round(count)
        writer.write(requests[n % len(requests)])
        async with asyncio.timeout(_ROUND_S):
            status = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1]
            await crowd.round.done
        assert status in (b"200", b"204"), status
        found.append(sorted(crowd.round.latencies_s))
        # What follows the head of the answer is not of interest.
        await reader.read(65_536) if status == b"200" else None
        await asyncio.sleep(_REST_S)
    return {"rounds": found, "connected_s": connected_s, "sample": crowd.sample.decode()}


def main() -> None:
    """Read the arguments, hold the line, print what was found."""
    port, count, rounds, file = sys.argv[1:]
    requests = Path(file).read_bytes().split(b"\0")
    found = uvloop.run(_run(int(port), int(count), int(rounds), requests))
    print(orjson.dumps(found).decode())


if __name__ == "__main__":
    main()
