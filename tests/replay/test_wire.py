"""The lean client against servers that behave badly."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from api.cli.replay.wire import NoAnswer, Wire

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def _wire(behave: Behave) -> AsyncGenerator[Wire]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await behave(reader, writer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    wire = Wire(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    try:
        yield wire
    finally:
        wire.close()
        server.close()
        await server.wait_closed()


def _answering(answer: bytes) -> Behave:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return behave


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_what_is_cut_short_is_no_answer(answer: bytes) -> None:
    """Half an answer says nothing about what happened: the client must ask again."""
    async with _wire(_answering(answer)) as wire:
        with pytest.raises(NoAnswer):
            await wire.send("GET", "/", {}, b"")


async def test_a_refused_connection_is_no_answer() -> None:
    """While a server restarts, nobody listens."""
    async with _wire(_answering(_OK)) as wire:
        pass

    with pytest.raises(NoAnswer):
        await wire.send("GET", "/", {}, b"")


async def test_an_answer_is_read_whole_with_lower_case_headers() -> None:
    """Status, headers and body arrive as they were sent."""
    async with _wire(_answering(_OK)) as wire:
        answer = await wire.send("POST", "/x", {"idempotency-key": "k"}, b"{}")

    assert (200, b"{}", "application/json") == (
        answer.status,
        answer.body,
        answer.headers["content-type"],
    )


async def test_a_connection_is_used_again() -> None:
    """Two requests, one connection: otherwise the replay would measure handshakes."""
    connections = 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_OK)
            await writer.drain()

    async with _wire(behave) as wire:
        await wire.send("GET", "/", {}, b"")
        await wire.send("GET", "/", {}, b"")

    assert connections == 1
