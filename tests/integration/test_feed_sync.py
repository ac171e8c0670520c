"""What changed for me since: nothing lost, nobody else's, and waiting costs nothing."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from api.bootstrap import Parts, build
from api.events.registry import KINDS
from api.feed.queries import AUDIENCES, NOBODY
from api.feed.service import write_cursor
from api.orders.service.cancelling import cancel_unpaid
from api.settings import Settings
from tests.fixtures.builders.boards import written
from tests.fixtures.builders.lines import on_line
from tests.fixtures.builders.neighbours import enrol, ordered_for
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import at_once, outcomes, until
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.syncing import OWN, Follower, follow, happened
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.serving import client_of, serving
from tests.fixtures.working import drain
from workers.pump import pump_once
from workers.timers import TIMERS

MIND = {"reason": "changed_mind"}


async def nothing(event_seq: int, task: str) -> None:
    """A bell that nobody hears."""


@asynccontextmanager
async def server_with(
    settings: Settings, **changes: Any
) -> AsyncGenerator[tuple[httpx.AsyncClient, Parts]]:
    """Another server on the same database, and its parts."""
    parts = build(settings.model_copy(update=changes))
    async with (
        serving(parts) as url,
        client_of(url, timeout=30) as client,
    ):
        yield client, parts


def at(http: httpx.AsyncClient, person: Person) -> Person:
    """The same person at another server."""
    return Person(http, person.token, person.id)


def test_every_subject_has_its_audience() -> None:
    """Nothing happens of which nobody decided whom it concerns."""
    missing = {k.subject for k in KINDS.values()} - AUDIENCES.keys() - NOBODY

    assert missing == set(), (
        f"events of {sorted(missing)} reach nobody's /v1/sync: add a line to AUDIENCES in"
        " api/feed/queries.py (rows seq, user_id of the events e), or the subject to NOBODY there"
    )


async def test_customer_and_runner_are_told_what_changed(world: World) -> None:
    """Each thing with its version and state, in order; and nothing of what is not theirs."""
    resident, runner = await world.person("resident1"), await world.runner()
    stranger = await world.person("resident2")
    await drain(world.parts)
    mine, theirs, other = [await follow(p) for p in (resident, runner, stranger)]

    order = await world.completed(resident, runner)
    await drain(world.parts)
    told = await mine.catch_up()
    await theirs.catch_up()

    job, asked = ("job", order["job_id"]), ("order", order["id"])
    assert [1, 2, 3, 4, 5] == mine.versions()[job]
    assert [1, 2, 3] == mine.versions()[asked]
    assert "completed" == [i["state"] for i in told if i["id"] == order["id"]][-1]
    assert [3, 4, 5] == [v for v in theirs.versions()[job] if v >= 3]
    assert asked not in theirs.versions()
    assert [] == await other.catch_up()


async def test_staff_who_placed_an_order_for_somebody_follow_it(world: World) -> None:
    """Order, money, job and trouble on the way, as a customer does; other staff hear nothing."""
    grid, other, runner = (
        await world.person("grid1"), await world.person("staff1"), await world.runner(),
    )  # fmt: skip
    person = await enrol(world, grid)
    await drain(world.parts)
    mine, theirs = await follow(grid), await follow(other)

    order = await ordered_for(world, grid, person)
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    incident = await runner.post("/v1/incidents", {"job_id": order["job_id"], "code": "other"})
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await grid.post(f"/v1/orders/{order['id']}/confirm")
    await drain(world.parts)
    told = await mine.catch_up()

    found = mine.versions()
    assert [1, 2, 3] == found["order", order["id"]]
    assert [1, 2, 3, 4, 5] == found["job", order["job_id"]]
    assert [1] == found["incident", incident["id"]]
    assert {"payment"} <= {item["kind"] for item in told}
    assert [] == [i for i in await theirs.catch_up() if i["kind"] != "inbox"]


async def test_staff_follow_their_places_where_they_ask_to(world: World) -> None:
    """Each change once, in order, with the community; nothing of elsewhere, nothing unasked."""
    staff, resident = await world.person("staff1"), await world.person("resident1")
    await drain(world.parts)
    theirs, unasked, mine = (
        await follow(staff, places=True), await follow(staff), await follow(resident, places=True),
    )  # fmt: skip

    order = await world.paid(resident)
    await drain(world.parts)
    told = [i for i in await theirs.catch_up() if i["kind"] != "inbox"]
    await mine.catch_up()

    assert {world.community_id} == {i["community_id"] for i in told}
    assert [1, 2] == theirs.versions()["order", order["id"]]
    assert [1, 2] == theirs.versions()["job", order["job_id"]]
    assert [1, 2] == mine.versions()["order", order["id"]]
    assert [] == [i for i in await unasked.catch_up() if i["kind"] != "inbox"]


async def test_who_works_for_a_part_follows_that_part(world: World) -> None:
    """Sync and line tell a grid worker of the grid and a building's of the building, no more."""
    grid_id, homes = await _parted(world)
    keeper = await granted(world, "keeper1", "grid_worker", grid_id)
    helper = await granted(world, "helper1", "grid_worker", homes[0])
    shop = await granted(world, "packer1", "merchant_staff", grid_id)
    people = [keeper, helper, shop]
    await drain(world.parts)
    followers = [await follow(person, places=True) for person in people]

    async with on_line(keeper) as first, on_line(helper) as second, on_line(shop) as third:
        lines = [first, second, third]
        for line in lines:
            await line.hello()
        posts = [
            (await written(world, world.admin, place_id=home, text=home))["id"] for home in homes
        ]
        await world.paid(await world.person("resident1"))
        await drain(world.parts)
        seen = [await f.catch_up() for f in followers]
        told = [await line.tell(len(s)) for line, s in zip(lines, seen, strict=True)]

    assert [set(posts), {posts[0]}, set()] == [{i["id"] for i in items} for items in seen]
    assert seen == [[frame["data"] for frame in frames] for frames in told]
    assert all([await keeper.get(f"/v1/posts/{post}") for post in posts])


async def _parted(world: World) -> tuple[str, list[str]]:
    """A grid of the community, and two buildings in it."""

    async def place(kind: str, parent_id: str, name: str) -> str:
        body = {"kind": kind, "parent_id": parent_id, "name": name, "point": point()}
        return (await world.admin.post("/v1/places", body))["id"]

    grid_id = await place("grid", world.community_id, "一网格")
    return grid_id, [await place("building", grid_id, name) for name in ("5号楼", "6号楼")]


async def test_a_cursor_that_cannot_be_is_refused(world: World) -> None:
    """Somebody else's, one of the future, one of long ago, and none at all."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    await world.place(resident)
    await drain(world.parts)
    mine = await follow(resident)
    await world.later(hours=24 * 8)
    await TIMERS["forget_changes"].sweep(world.parts)
    tried = {
        "foreign": (await follow(other)).cursor,
        "future": write_cursor(10_000, user_id=UUID(resident.id)),
        "old": write_cursor(0, user_id=UUID(resident.id)),
    }

    answers = {
        name: await resident.refused("GET", "/v1/sync", params={"after": cursor, "wait": 20})
        for name, cursor in tried.items()
    }

    assert dict.fromkeys(tried, (409, "cursor_unknown")) == answers
    malformed = await resident.call("GET", "/v1/sync", params={"after": "zzz"}, expect=422)
    assert ["after"] == [e["field"] for e in malformed.json()["errors"]]
    assert mine.cursor
    assert 0 == await value(
        world.parts, "SELECT count(*) FROM changes WHERE at < linli_now() - interval '7 days'"
    )


async def test_what_commits_late_is_not_lost(world: World) -> None:
    """An event whose number is lower and that is committed later is told all the same."""
    resident = await world.person("resident1")
    early, late = await world.place(resident), await world.place(resident)
    await drain(world.parts)
    mine = await follow(resident)
    async with world.parts.database.transaction() as (session, now):
        assert await cancel_unpaid(session, order_id=UUID(early["id"]), now=now)
        await resident.post(f"/v1/orders/{late['id']}/cancel", MIND)
        await drain(world.parts)
        before = [i["id"] for i in await mine.catch_up() if i["kind"] == "order"]
    await drain(world.parts)
    after = [i["id"] for i in await mine.catch_up() if i["kind"] == "order"]

    assert ([late["id"]], [early["id"]]) == (before, after)


async def test_with_many_writers_and_pumps_nothing_is_lost_or_doubled(
    world: World, settings: Settings
) -> None:
    """Readers that keep looking see each change of each thing once, in its order."""
    people = [await world.person(f"resident{n}") for n in range(4)]
    await drain(world.parts)
    followers = [await follow(p) for p in people]
    seq = int(await value(world.parts, "SELECT max(seq) FROM events"))
    other, is_over = build(settings), asyncio.Event()
    await other.open()

    async def write(person: Person) -> None:
        for _ in range(2):
            order = await world.paid(person)
            await person.post(f"/v1/orders/{order['id']}/cancel", MIND)

    async def pump(parts: Parts) -> None:
        while not is_over.is_set() or await pump_once(parts, nothing):
            await pump_once(parts, nothing)
            await asyncio.sleep(0)

    async def read(follower: Follower) -> None:
        while not is_over.is_set():
            await follower.look(wait=1)

    try:
        async with asyncio.TaskGroup() as group:
            going = [*map(pump, (world.parts, other)), *map(read, followers)]
            for act in going:
                group.create_task(act)
            await asyncio.gather(*map(write, people * 2))
            is_over.set()
    finally:
        await other.close()
    await drain(world.parts)

    for follower in followers:
        await follower.catch_up()
        assert all(v == sorted(set(v)) for v in follower.versions().values())
        own = {k: v for k, v in follower.versions().items() if k[0] in OWN}
        assert own == await happened(world.parts, follower.person, after_seq=seq)


async def test_who_waits_is_woken_by_a_change(world: World, settings: Settings) -> None:
    """Long before the wait is over, and others sleep on."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    await drain(world.parts)
    mine, theirs = await follow(resident), await follow(other)
    async with server_with(settings) as (http, parts):
        mine.person, theirs.person = at(http, resident), at(http, other)
        waiting = asyncio.create_task(mine.look(wait=20))
        sleeping = asyncio.create_task(theirs.look(wait=2))
        await until(lambda: _taken(parts, 2))
        await world.place(resident)
        await drain(world.parts)
        async with asyncio.timeout(10):
            woken = await waiting

        assert {"order"} == {i["kind"] for i in woken}
        assert [] == await sleeping
        assert 0 == parts.room.taken


async def test_without_redis_a_look_wakes_instead(world: World, settings: Settings) -> None:
    """The bell is a bell; the feed is the truth."""
    resident = await world.person("resident1")
    await drain(world.parts)
    mine = await follow(resident)
    async with server_with(settings, redis_url="redis://127.0.0.1:1/0") as (http, parts):
        mine.person = at(http, resident)
        waiting = asyncio.create_task(mine.look(wait=20))
        await until(lambda: _taken(parts, 1))
        await world.place(resident)
        await drain(world.parts)
        async with asyncio.timeout(10):
            assert await waiting


async def test_who_waits_holds_no_place_and_no_connection(world: World, settings: Settings) -> None:
    """More wait than there are places at work and connections; others are served."""
    small = {"requests_at_once": 4, "database_connections": 2, "sync_seats_each": 20}
    resident = await world.person("resident1")
    await drain(world.parts)
    followers = [await follow(resident) for _ in range(12)]
    async with server_with(settings, **small) as (http, parts):
        caller = at(http, resident)
        for follower in followers:
            follower.person = caller
        waiting = [asyncio.create_task(f.look(wait=20)) for f in followers]
        await until(lambda: _taken(parts, 12))
        answers = await at_once(*(caller.call("GET", "/v1/me") for _ in range(8)))
        await world.place(resident)
        await drain(world.parts)
        async with asyncio.timeout(10):
            told = await asyncio.gather(*waiting)

    assert {"ok": 8} == outcomes(answers)
    assert all(told)


async def test_seats_are_bounded_for_all_and_for_each(world: World, settings: Settings) -> None:
    """One too many of one person takes their oldest; one too many of all is told to come later."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    await drain(world.parts)
    mine, newer, theirs = await follow(resident), await follow(resident), await follow(other)
    async with server_with(settings, sync_seats=1, sync_seats_each=1) as (http, parts):
        mine.person = newer.person = at(http, resident)
        oldest = asyncio.create_task(mine.look(wait=20))
        await until(lambda: _taken(parts, 1))
        newest = asyncio.create_task(newer.look(wait=2))
        async with asyncio.timeout(10):
            assert [] == await oldest
        refused = await at(http, other).refused(
            "GET", "/v1/sync", params={"after": theirs.cursor, "wait": 20}
        )

        assert (503, "busy") == refused
        assert [] == await newest


async def test_who_goes_away_gives_the_seat_back_at_once(world: World, settings: Settings) -> None:
    """A client that hung up holds no seat until its wait is over: the only one is free again."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    await drain(world.parts)
    mine, theirs = await follow(resident), await follow(other)
    async with server_with(settings, sync_seats=1) as (http, parts):
        asked = {"after": mine.cursor, "wait": 20}
        leaving = asyncio.create_task(at(http, resident).call("GET", "/v1/sync", params=asked))
        await until(lambda: _taken(parts, 1))
        leaving.cancel()
        await until(lambda: _free(parts), within_s=10)
        theirs.person = at(http, other)

        assert [] == await theirs.look(wait=1)
        assert 0 == parts.room.taken


async def test_a_session_that_ends_meanwhile_is_told_nothing(
    world: World, settings: Settings
) -> None:
    """Signing out ends the wait with the next look, without an answer."""
    resident = await world.person("resident1")
    await drain(world.parts)
    mine = await follow(resident)
    async with server_with(settings) as (http, parts):
        waiting = asyncio.create_task(
            at(http, resident).call("GET", "/v1/sync", params={"after": mine.cursor, "wait": 20})
        )
        await until(lambda: _taken(parts, 1))
        await world.place(resident)
        await resident.call("DELETE", "/v1/sessions", expect=204)
        await drain(world.parts)
        async with asyncio.timeout(10):
            answer = await waiting

    assert (401, "not_signed_in") == (answer.status_code, answer.json()["code"])


async def _free(parts: Parts) -> bool:
    return parts.room.taken == 0


async def _taken(parts: Parts, count: int) -> bool:
    return parts.room.taken >= count
