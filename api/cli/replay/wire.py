"""A lean HTTP/1.1 client on pooled connections: a general one would cost more than the server."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

CONNECTIONS_MAX = 96
TIMEOUT_S = 12.0
_REMEMBERED = 500
_HEADER_BYTES_MAX = 65_536
# What a connection and the reading of an answer may end in.
_UNUSABLE = (OSError, EOFError, TimeoutError, ValueError, IndexError, asyncio.LimitOverrunError)

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class NoAnswer(Exception):
    """Nothing, or not all, came back: what became of the request is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """Connections to one server; whoever finds all of them busy waits."""

    def __init__(self, *, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: deque[Pair] = deque()
        self._places = asyncio.Semaphore(CONNECTIONS_MAX)
        self._begun: dict[int, float] = {}
        self._took: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._number = 0

    async def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request and read its answer.

        Raises:
            NoAnswer: refused, reset, cut short or too late.
        """
        lines = [f"{method} {path} HTTP/1.1", f"host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines.append(f"content-length: {len(body)}")
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body
        number = self._number = self._number + 1
        self._begun[number] = time.monotonic()
        try:
            return await self._send(request)
        finally:
            now_s = time.monotonic()
            self._took.append((now_s, now_s - self._begun.pop(number)))

    def waiting_s(self) -> float:
        """How long a request takes at the moment: the mean of the last second's and of those that
        still wait, which no percentile of finished ones would show.
        """
        now_s = time.monotonic()
        times = [took_s for at_s, took_s in self._took if now_s - at_s < 1.0]
        times += [now_s - begun_s for begun_s in self._begun.values()]
        return sum(times) / len(times) if times else 0.0

    async def _send(self, request: bytes) -> Answer:
        async with self._places:
            pair: Pair | None = None
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    pair = await self._connection()
                    pair[1].write(request)
                    answer, stays_open = await _read(pair[0])
            except _UNUSABLE as error:
                _drop(pair)
                raise NoAnswer(type(error).__name__) from error
            except BaseException:
                _drop(pair)
                raise
            if stays_open:
                self._idle.append(pair)
            else:
                _drop(pair)
            return answer

    def close(self) -> None:
        """Let all idle connections go."""
        while self._idle:
            _drop(self._idle.pop())

    async def _connection(self) -> Pair:
        while self._idle:
            pair = self._idle.pop()
            # What the server closed meanwhile has its end of file waiting.
            if not pair[0].at_eof() and not pair[1].is_closing():
                return pair
            _drop(pair)
        return await asyncio.open_connection(self._host, self._port, limit=_HEADER_BYTES_MAX)


async def _read(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    status = int(first.split(" ", 2)[1])
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise ValueError("the API sends no chunks")
    length = 0 if status == 204 else int(headers.get("content-length", "0"))
    body = await reader.readexactly(length)
    return Answer(status, headers, body), headers.get("connection", "").lower() != "close"


def _drop(pair: Pair | None) -> None:
    if pair is not None:
        pair[1].close()
