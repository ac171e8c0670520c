"""A small real HTTP server that can also misbehave: slow, silent, cut off, broken, endless."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import orjson

Mishap = Literal[
    "slow", "late", "reset", "reset after acting", "500", "not json", "endless", "a list"
]
LATE_S = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    raw: bytes
    # Path and query as they stood on the line, and the headers by their names in small letters.
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def json(self) -> dict[str, Any]:
        """The body, or nothing where it is no JSON object."""
        try:
            body = orjson.loads(self.raw)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that says more than a JSON object with 200 does."""

    status: int
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str])


Answer = Callable[[Asked], dict[str, Any] | Reply]


class Wire:
    """Answers requests one by one; each mishap in ``mishaps`` befalls one request."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.mishaps: deque[Mishap] = deque()
        # What befalls each next one where no mishap was planned, if anything.
        self.chance: Iterator[Mishap | None] = iter(())
        self.asked: list[Asked] = []
        # Slow ones wait for this, or for the other side to hang up.
        self.patience = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[str]:
        """The address of the server while it runs."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            self.patience.set()
            self._server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            while (asked := await _read(reader)) is not None:
                self.asked.append(asked)
                if not await self._reply(asked, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _reply(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        mishap = self.mishaps.popleft() if self.mishaps else next(self.chance, None)
        if mishap == "reset":
            writer.transport.abort()
            return False
        if mishap == "slow":
            await self.patience.wait()
        if mishap == "500":
            return await _send(writer, 500, b"upstream error")
        if mishap == "not json":
            return await _send(writer, 200, b"<html>captive portal</html>")
        if mishap == "a list":
            return await _send(writer, 200, b'[{"errcode": 0}]')
        if mishap == "endless":
            return await _send(writer, 200, b'{"openid": "' + b"o" * 1_000_000 + b'"}')
        answer = self.answer(asked)
        if mishap == "late":
            await asyncio.sleep(LATE_S)
        if mishap == "reset after acting":
            writer.transport.abort()
            return False
        if isinstance(answer, Reply):
            return await _send(writer, answer.status, answer.raw, answer.headers)
        return await _send(writer, 200, orjson.dumps(answer))


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    line = await reader.readline()
    if not line:
        return None
    method, target, _ = line.decode("ascii").split(" ")
    headers: dict[str, str] = {}
    while (header := (await reader.readline()).strip()) != b"":
        name, _, value = header.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    url = urlsplit(target)
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, url.path, dict(parse_qsl(url.query)), raw, target, headers)


async def _send(
    writer: asyncio.StreamWriter, status: int, body: bytes, more: dict[str, str] | None = None
) -> bool:
    headers = {"content-type": "application/json", **(more or {})}
    # A 204 has neither a body nor its length.
    if status != 204:
        headers["content-length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)
    await writer.drain()
    return True
