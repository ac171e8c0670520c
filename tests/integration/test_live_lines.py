"""The line: what `/v1/sync` tells, as it happens; resumed anywhere, nothing is lost or repeated."""

import asyncio
import random
from uuid import UUID

import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.events.log import SYSTEM
from api.feed.service import write_cursor
from api.identity.service import revoke
from api.live.rules import RIGHTS_CHANGED, SESSION_ENDED
from api.settings import Settings
from tests.fixtures.builders.lines import Frame, OnLine, many_changes, on_line, signed
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.servers import another_server, at
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.syncing import follow
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.working import drain


async def test_a_line_tells_what_sync_tells_and_nothing_else(world: World) -> None:
    """Customer, runner, staff with their places, and a stranger who hears nothing."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff, stranger = await world.person("staff1"), await world.person("resident2")
    await drain(world.parts)
    people = [resident, runner, staff, stranger]
    followers = [await follow(p, places=True) for p in people]

    async with (
        on_line(resident) as first, on_line(runner) as second, on_line(staff) as third,
        on_line(stranger) as fourth,
    ):  # fmt: skip
        lines = [first, second, third, fourth]
        for line in lines:
            await line.hello()
        await world.completed(resident, runner)
        await drain(world.parts)
        expected = [await follower.catch_up() for follower in followers]
        told = [await line.tell(len(e)) for line, e in zip(lines, expected, strict=True)]

        assert [[f["data"] for f in frames] for frames in told] == expected
        assert {f["event"] for f in told[0]} >= {"order", "job", "payment", "inbox"}
        assert world.community_id in {f["data"]["community_id"] for f in told[2]}
        assert [] == expected[3]
        await fourth.ws.send('{"event": "ping"}')
        assert {"id": None, "event": "pong", "data": {}} == await fourth.next()
        # The id of a frame is a cursor of `/v1/sync`.
        page = await staff.get("/v1/sync", params={"after": told[2][4]["id"], "places": True})
        assert expected[2][5:] == page["items"]


async def test_a_line_goes_on_after_any_frame(world: World) -> None:
    """Resumed after each of its frames, it tells the rest, once, in order."""
    staff, resident = await world.person("staff1"), await world.person("resident1")
    await drain(world.parts)
    async with on_line(staff) as line:
        begun = await line.hello()
    await staff.put("/v1/me", {"nickname": "小王"})
    await world.paid(resident)
    await staff.put("/v1/me", {"nickname": "小李"})
    await drain(world.parts)
    async with on_line(staff, last_id=begun) as line:
        await line.hello()
        whole = line.told

    # Two of one's own, and the order and its job from being made to being open.
    assert ["user", "user"] == [f["event"] for f in whole if f["data"]["community_id"] is None]
    assert len(whole) >= 6
    for n, frame in enumerate(whole, start=1):
        async with on_line(staff, last_id=frame["id"]) as again:
            await again.hello()
            assert [f["data"] for f in whole[n:]] == [f["data"] for f in again.told]


async def test_however_a_line_is_cut_each_change_is_told_once_in_order(world: World) -> None:
    """Clients come, read a few frames, vanish and come back with the last id, while it goes on."""
    runner, staff = await world.runner(), await world.person("staff1")
    await drain(world.parts)
    whole = await follow(runner), await follow(staff, places=True)
    clients = [_Wanderer(person, n) for person in (runner, staff) for n in range(2)]
    await asyncio.gather(*(client.begin() for client in clients))
    is_over = asyncio.Event()

    async def write() -> None:
        for n in range(16):
            await runner.put("/v1/me", {"nickname": f"跑腿{n}"})
            await runner.put("/v1/runners/me/shift", {"shift": ("break", "online")[n % 2]})
            await drain(world.parts)
        is_over.set()

    await asyncio.gather(write(), *(client.wander(is_over) for client in clients))
    await drain(world.parts)
    expected = [await follower.catch_up() for follower in whole]

    assert [32, 16] == [len([i for i in e if i["kind"] != "inbox"]) for e in expected]
    for client in clients:
        await client.read_the_rest()
        assert list(expected[client.person is staff]) == [f["data"] for f in client.told]
    assert 16 < sum(client.cuts for client in clients)


class _Wanderer:
    """A client that is cut again and again, as chance has it."""

    def __init__(self, person: Person, seed: int) -> None:
        self.person, self.told, self.cuts, self.last_id = person, list[Frame](), 0, ""
        self._chance = random.Random(seed)

    async def begin(self) -> None:
        async with on_line(self.person) as line:
            self.last_id = await line.hello()

    async def wander(self, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            async with on_line(self.person, last_id=self.last_id) as line:
                for _ in range(self._chance.randrange(5)):
                    if is_over.is_set() or not await self._read(line):
                        break
                line.cut()
            self.cuts += 1

    async def _read(self, line: OnLine) -> bool:
        try:
            async with asyncio.timeout(self._chance.uniform(0.01, 0.3)):
                frame = await line.next()
        except (TimeoutError, ConnectionClosed):
            # The server may be late to see that this client's last lines are gone.
            return False
        self.last_id = frame["id"]
        if frame["event"] != "hello":
            self.told.append(frame)
        return True

    async def read_the_rest(self) -> None:
        async with on_line(self.person, last_id=self.last_id) as line:
            await line.hello()
            self.told += line.told


async def test_a_line_of_staff_tells_of_their_places_only(world: World) -> None:
    """What happens under another office is told to whoever is staff everywhere."""
    staff = await world.person("staff1")
    await drain(world.parts)
    async with on_line(staff) as theirs, on_line(world.admin) as all_of_it:
        await theirs.hello()
        await all_of_it.hello()
        parent_id = None
        for kind, name in (("office", "远街道"), ("community", "远社区")):
            body = {"kind": kind, "parent_id": parent_id, "name": name, "point": point(20_000)}
            parent_id = (await world.admin.post("/v1/places", body))["id"]
        await drain(world.parts)
        await staff.put("/v1/me", {"nickname": "小王"})
        await drain(world.parts)
        told = await all_of_it.tell(1)

        assert [("place", parent_id)] == [(f["event"], f["data"]["id"]) for f in told]
        assert ["user"] == [f["event"] for f in await theirs.tell(1)]


async def test_without_redis_a_look_tells_instead(world: World, settings: Settings) -> None:
    """The bell is a bell; the feed is the truth."""
    resident = await world.person("resident1")
    await drain(world.parts)
    async with (
        another_server(settings, redis_url="redis://127.0.0.1:1/0") as (http, _),
        on_line(at(resident, http)) as line,
    ):
        await line.hello()
        await resident.put("/v1/me", {"nickname": "小王"})
        await drain(world.parts)

        assert ["user"] == [f["event"] for f in await line.tell(1)]


async def test_a_line_ends_with_its_session_and_with_its_rights(world: World) -> None:
    """Within seconds, with a code that says whether to come back."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    async with on_line(resident) as theirs, on_line(staff) as ours:
        await theirs.hello()
        await ours.hello()
        await resident.call("DELETE", "/v1/sessions", expect=204)
        async with world.parts.database.transaction() as (session, now):
            for role in ("community_staff", "grid_worker"):
                await revoke(
                    session, user_id=UUID(staff.id), role=role, place_id=UUID(world.office_id),
                    actor=SYSTEM, now=now,
                )  # fmt: skip
        async with asyncio.timeout(10):
            ends = await theirs.closed(), await ours.closed()

    assert (SESSION_ENDED, RIGHTS_CHANGED) == ends
    async with on_line(staff) as ours:
        await ours.hello()


async def test_a_ticket_opens_one_line_shortly(world: World, settings: Settings) -> None:
    """Once, within half a minute, for a page of our own."""
    resident = await world.person("resident1")
    tickets = [(await resident.post("/v1/ws-tickets"))["ticket"] for _ in range(3)]
    host = resident.http.base_url.netloc.decode()
    async with on_line(resident, headers={"Origin": f"http://{host}"}, ticket=tickets[0]) as line:
        assert await line.hello()

    refused = [
        await _refusal(resident, headers={}, ticket=tickets[0]),
        await _refusal(resident, headers={"Origin": "https://evil.example"}, ticket=tickets[1]),
        await _refusal(resident, headers={}, ticket=resident.token),
        await _refusal(resident, headers={}),
    ]
    await world.later(seconds=40)
    refused.append(await _refusal(resident, headers={}, ticket=tickets[2]))

    assert [(401, "not_signed_in")] * 5 == refused


async def test_lines_are_bounded_for_all_and_for_each(world: World, settings: Settings) -> None:
    """One too many of one person ends their oldest; one too many of all is told to come later."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    async with another_server(settings, live_lines=1, live_lines_each=1) as (http, parts):
        caller = at(resident, http)
        async with on_line(caller) as oldest:
            await oldest.hello()
            async with on_line(caller) as newest:
                await newest.hello()

                assert (4429, "replaced") == await oldest.closed()
                assert (503, "busy") == await _refusal(at(other, http))
        await until(lambda: _counts(parts.hub.count, 0))
        async with on_line(at(other, http)) as line:
            await line.hello()


@pytest.mark.parametrize("last_id", ["zzz", "foreign", "future"])
async def test_a_position_that_cannot_be_is_told_to_begin_anew(world: World, last_id: str) -> None:
    """Somebody else's, one of the future, and nonsense; as a browser reads no status, by a code."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    last_id = {
        "foreign": write_cursor(0, user_id=UUID(other.id)),
        "future": write_cursor(10_000, user_id=UUID(resident.id)),
    }.get(last_id, last_id)
    async with on_line(resident, last_id=last_id) as line:
        assert (4409, "cursor_unknown") == await line.closed()


async def test_more_than_a_page_was_missed(world: World) -> None:
    """Everything comes, page after page, before the greeting."""
    resident = await world.person("resident1")
    await drain(world.parts)
    async with on_line(resident) as line:
        begun = await line.hello()
    await many_changes(world.parts, resident, 250)
    await drain(world.parts)

    async with on_line(resident, last_id=begun) as line:
        await line.hello()

    versions = [f["data"]["version"] for f in line.told]
    assert list(range(versions[0], versions[0] + 250)) == versions


async def test_pages_of_staff_follow_by_events(world: World) -> None:
    """The same frames as server-sent events, from `Last-Event-ID` on, until the session ends."""
    staff, resident = await world.person("staff1"), await world.person("resident1")
    await drain(world.parts)
    async with on_line(staff) as line:
        begun = await line.hello()
    order = await world.paid(resident)
    await drain(world.parts)
    headers = {**signed(staff), "Last-Event-ID": begun}
    async with staff.http.stream("GET", "/v1/live/events", headers=headers) as stream:
        assert "text/event-stream; charset=utf-8" == stream.headers["content-type"]
        text = ""
        async for part in stream.aiter_text():
            text += part
            if '"hello"' in text:
                await change(
                    world.parts,
                    f"UPDATE sessions SET ended_at = linli_now() WHERE user_id = '{staff.id}'",
                )
    async with on_line(resident) as line:
        await line.hello()

    assert order["id"] in text
    assert text.index(order["id"]) < text.index('"hello"')
    assert text.endswith('event: end\ndata: {"code":4401,"reason":"not_signed_in"}\n\n')
    assert (401, "not_signed_in") == await staff.refused("GET", "/v1/live/events")


async def _refusal(person: Person, **how: object) -> tuple[int, str]:
    try:
        async with on_line(person, **how):  # type: ignore[arg-type]
            return 101, ""
    except InvalidStatus as refused:
        answer = refused.response
        return answer.status_code, orjson.loads(answer.body or b"{}")["code"]


async def _counts(found: int, expected: int) -> bool:
    return found == expected
