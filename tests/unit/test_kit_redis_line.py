"""The line to Redis: nobody waits twice for one that does not answer, and none looks for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.errors import AppError
from api.kit.clock import monotonic_s
from api.kit.ratelimit import SharedLimiter
from api.kit.redis_line import RedisAway, RedisLine

_PATIENCE_S = 0.05


class _Server:
    """A Redis that says OK to everything, or takes everything and says nothing."""

    def __init__(self) -> None:
        self.answers = True
        self.connected = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        try:
            while command := await reader.readline():
                # *<parts>, then for each its length and itself.
                for _ in range(2 * int(command[1:])):
                    await reader.readline()
                if self.answers:
                    writer.write(b"+OK\r\n")
        finally:
            writer.close()


@asynccontextmanager
async def _line_to(server: _Server, folder: Path) -> AsyncGenerator[RedisLine]:
    socket = folder / "redis.sock"
    async with await asyncio.start_unix_server(server.serve, socket):
        line = RedisLine(f"unix://{socket}", patience_s=_PATIENCE_S, rest_s=0.01)
        yield line
        await line.close()


async def _answers(line: RedisLine) -> bool:
    try:
        await line.ping()
    except RedisAway:
        return False
    return True


async def _until_back(line: RedisLine) -> None:
    async with asyncio.timeout(5):
        while line.is_away:
            await asyncio.sleep(0)


async def test_twenty_at_once_wait_together_and_the_next_not_at_all(tmp_path: Path) -> None:
    """They would connect one after the other, each with a wait of its own."""
    server = _Server()
    async with _line_to(server, tmp_path) as line:
        server.answers = False
        began_s = monotonic_s()
        together = await asyncio.gather(*(_answers(line) for _ in range(20)))
        waited_s, before = monotonic_s() - began_s, server.connected
        later = [await _answers(line) for _ in range(100)]

    assert {False} == set(together) | set(later)
    assert waited_s < 10 * _PATIENCE_S
    # The look in the background may have come once meanwhile.
    assert server.connected - before <= 1


async def test_it_finds_out_by_itself_when_redis_is_back(tmp_path: Path) -> None:
    """Nobody has to try."""
    server = _Server()
    async with _line_to(server, tmp_path) as line:
        server.answers = False
        found = [await _answers(line)]
        server.answers = True
        await _until_back(line)
        found.append(await _answers(line))

    assert [False, True] == found


async def test_a_line_to_nowhere_refuses_at_once() -> None:
    """Nobody listens there; closing it is no wait either."""
    line = RedisLine("unix:///nowhere/redis.sock")
    found = [await _answers(line) for _ in range(2)]
    is_away = line.is_away
    await line.close()

    assert [False, False] == found
    assert is_away
    assert not line.is_away


async def test_whoever_leaves_in_the_middle_says_nothing_about_redis(tmp_path: Path) -> None:
    """A client that went away is no failure."""
    server = _Server()
    async with _line_to(server, tmp_path) as line:
        server.answers = False
        asking = asyncio.create_task(line.ping())
        while not server.connected:
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

        assert not line.is_away


async def test_a_limit_is_counted_here_while_redis_hangs(tmp_path: Path) -> None:
    """All but the first go on at once, and still nobody gets in without end."""
    server, seen = _Server(), list[str]()
    async with _line_to(server, tmp_path) as line:
        server.answers = False
        limiter, began_s = SharedLimiter(line), monotonic_s()
        for _ in range(4):
            try:
                await limiter.hit("test", "somebody", per_minute=3)
            except AppError as error:
                seen.append(error.code)
            else:
                seen.append("passed")
        took_s = monotonic_s() - began_s

    assert ["passed"] * 3 + ["rate_limited"] == seen
    assert took_s < 10 * _PATIENCE_S
