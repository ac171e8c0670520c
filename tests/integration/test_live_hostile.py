"""Lines of clients that mean ill, read slowly or are gone: each closed by name, nobody held up."""

import asyncio
import time

import pytest

from api.bootstrap import Parts, build
from api.settings import Settings
from tests.fixtures.builders.lines import (
    many_changes,
    on_line,
    raw_line,
    read_to_end,
)
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.servers import another_server, at
from tests.fixtures.builders.worlds import World
from tests.fixtures.serving import client_of, serving
from tests.fixtures.working import drain


def masked(opcode: int, payload: bytes, *, is_last: bool = True) -> bytes:
    """A client's frame, masked with nothing."""
    size = len(payload)
    length = bytes([128 | size]) if size < 126 else bytes([254]) + size.to_bytes(2)
    return bytes([opcode | (128 if is_last else 0)]) + length + bytes(4) + payload


HOSTILE = {
    "binary": (masked(2, b"\x00\x01"), 1003),
    "not json": (masked(1, b"hello"), 1007),
    "no text": (masked(1, b"\xff\xfe"), 1007),
    "unknown event": (masked(1, b'{"event":"subscribe"}'), 1008),
    "nested": (masked(1, b"[" * 4000), 1007),
    "too large": (masked(1, b"x" * 5000), 1009),
    "flood of pings of ours": (masked(1, b'{"event":"ping"}') * 50, 1008),
    "flood of pings": (masked(9, b"") * 5000, 1008),
    "flood of fragments": (masked(1, b"", is_last=False) + masked(0, b"", is_last=False) * 5000,
                           1008),
    "half a megabyte announced": (b"\x81\xff" + (524_288).to_bytes(8) + bytes(1_000), 1009),
    "half a megabyte sent": (b"\x81\xff" + (524_288).to_bytes(8) + bytes(524_292), 1008),
    "nonsense": (b"\xf3\x00 what is this", 1002),
}  # fmt: skip


async def test_hostile_frames_are_closed_by_name(world: World) -> None:
    """Each with its code, which arrives though more was on its way; others go on."""
    resident, other = await world.person("resident1"), await world.person("resident2")

    async def send(frames: bytes) -> int | None:
        line, begun = await raw_line(resident)
        loop = asyncio.get_running_loop()
        sending = asyncio.create_task(loop.sock_sendall(line, frames))
        _, code = await read_to_end(line, begun)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        line.close()
        return code

    async with on_line(other) as witness:
        await witness.hello()
        found = {name: await send(frames) for name, (frames, _) in HOSTILE.items()}
        await other.put("/v1/me", {"nickname": "小王"})
        await drain(world.parts)

        assert {name: code for name, (_, code) in HOSTILE.items()} == found
        assert ["user"] == [f["event"] for f in await witness.tell(1)]


async def test_a_slow_reader_is_cut_and_goes_on_where_it_was(
    world: World, settings: Settings
) -> None:
    """What waits for it is bounded; nobody else waits; resumed, it has missed nothing."""
    slow, quick = await world.person("resident1"), await world.person("resident2")
    await drain(world.parts)
    async with another_server(settings) as (http, parts):
        line, begun = await raw_line(at(slow, http), receive_bytes=4096)
        async with on_line(at(quick, http)) as witness:
            await witness.hello()
            await many_changes(world.parts, slow, 4000)
            await many_changes(world.parts, quick, 1)
            await drain(world.parts)
            await witness.tell(1)
            await until(lambda: _has(parts, 1))
        texts, code = await read_to_end(line, begun)
        line.close()
        last_id = texts[-1][7:].partition(b'"')[0].decode()
        async with on_line(at(slow, http), last_id=last_id) as again:
            await again.hello()

    assert 4408 == code
    assert len(texts) < 3000
    assert 4000 == len(texts) - 1 + len(again.told)
    version = b'"version":%d,' % (again.told[0]["data"]["version"] - 1)
    assert version in texts[-1]


async def test_who_answers_no_heartbeat_is_cut(world: World, settings: Settings) -> None:
    """A peer that is gone without a word holds its line no longer than two heartbeats."""
    resident = await world.person("resident1")
    parts = build(settings)
    async with serving(parts, heartbeat_s=1) as url, client_of(url) as http:
        line, begun = await raw_line(at(resident, http))
        async with on_line(at(resident, http)) as alive:
            await alive.hello()
            _, code = await read_to_end(line, begun)
            line.close()
            await until(lambda: _has(parts, 1))
            await alive.ws.send('{"event":"ping"}')

            assert "pong" == (await alive.next())["event"]
            assert 1011 == code


@pytest.mark.parametrize("reads", [True, False])
async def test_a_server_stops_with_open_lines(
    world: World, settings: Settings, reads: bool
) -> None:
    """Each is told to come back; one that does not read holds nothing up."""
    resident = await world.person("resident1")
    await drain(world.parts)
    async with another_server(settings) as (http, parts):
        line, begun = await raw_line(at(resident, http), receive_bytes=4096)
        await until(lambda: _has(parts, 1))
        if not reads:
            await many_changes(world.parts, resident, 700)
            await drain(world.parts)
            await asyncio.sleep(0.2)
        reading = asyncio.create_task(read_to_end(line, begun)) if reads else None
        began_s = time.monotonic()
    took_s = time.monotonic() - began_s

    assert took_s < 5
    if reading is not None:
        assert 1012 == (await reading)[1]
    line.close()


async def test_only_the_line_may_be_upgraded(world: World) -> None:
    """Any other path answers as if it had not been asked to."""
    resident = await world.person("resident1")
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip

    answer = await resident.call("GET", "/v1/me", headers=headers)
    bare = await resident.call("GET", "/v1/live")

    assert (200, 404) == (answer.status_code, bare.status_code)


async def _has(parts: Parts, count: int) -> bool:
    return parts.hub.count == count
