"""Workers die again and again while many write: who follows by `/v1/sync` misses nothing."""

import asyncio
from itertools import count

import pytest

from api.cli.processes import Process
from api.settings import Settings
from tests.fixtures.builders.messages import consents, sent
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.processes import running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.recovery import left
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.syncing import OWN, Follower, follow, happened
from tests.fixtures.builders.worlds import World
from tests.fixtures.working import drain

pytestmark = [pytest.mark.storm, pytest.mark.timeout(300)]

MIND = {"reason": "changed_mind"}
ORDERS = 5
KILL_SHARE = 0.015


async def keep_alive(worker: Process, over: asyncio.Event) -> int:
    """Start the worker again whenever it died; how often it did."""
    for deaths in count():
        while not worker.has_ended:
            if over.is_set():
                return deaths
            await asyncio.sleep(0.02)
        worker.environment["LINLI_CHAOS"] = f"sync-{deaths}:{KILL_SHARE}:kill"
        worker.start()
    raise AssertionError


async def follow_on(follower: Follower, over: asyncio.Event) -> None:
    """Wait for changes until it is over."""
    while not over.is_set():
        await follower.look(wait=2)


async def write(world: World, person: Person) -> None:
    """Orders, paid and given up again."""
    for _ in range(ORDERS):
        order = await world.paid(person)
        await person.post(f"/v1/orders/{order['id']}/cancel", MIND)


async def test_followers_miss_nothing_while_workers_die(world: World, settings: Settings) -> None:
    """Each change once, in the order of its thing; nobody gets two messages on one consent."""
    people = [await world.person(f"resident{n}") for n in range(4)]
    for person in people:
        await consents(person, "order_ended", times=3)
    await drain(world.parts)
    followers = [await follow(p) for p in people]
    seq = int(await value(world.parts, "SELECT max(seq) FROM events"))
    over = asyncio.Event()
    with running_worker(settings, chaos=f"sync:{KILL_SHARE}:kill") as worker:
        living = asyncio.create_task(keep_alive(worker, over))
        following = [asyncio.create_task(follow_on(f, over)) for f in followers]
        await asyncio.gather(*(write(world, p) for p in people))

        async def is_done() -> bool:
            return await left(world.parts) == 0

        await until(is_done, within_s=120)
        over.set()
        deaths = await living
        await asyncio.gather(*following)
    await drain(world.parts)

    assert deaths > 0
    for follower in followers:
        await follower.catch_up()
        assert all(v == sorted(set(v)) for v in follower.versions().values())
        own = {k: v for k, v in follower.versions().items() if k[0] in OWN}
        assert own == await happened(world.parts, follower.person, after_seq=seq)
    assert len(await sent(world.parts)) <= 3 * len(people)
