"""One round at a time, however many workers, and whichever of them dies."""

import asyncio

from api.bootstrap import build
from api.settings import Settings
from tests.fixtures.builders.crowds import crowd_of_runners
from tests.fixtures.builders.dispatching import dispatched, offers_of, round_by, turn
from tests.fixtures.builders.errands import SAMPLES, able_runner, placed
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.processes import running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.sql import change, rows, value
from tests.fixtures.builders.worlds import World
from tests.fixtures.mortal import lived
from workers.dispatching import look_once

TWICE_SQL = """
SELECT job_id FROM offer_jobs GROUP BY job_id HAVING count(*) > 1
UNION ALL SELECT runner_id FROM offers GROUP BY runner_id HAVING count(*) > 1
"""
DUE_SQL = "UPDATE dispatch_turns SET next_at = linli_now() - interval '1 s'"


async def test_two_workers_at_once_make_one_round(world: World, settings: Settings) -> None:
    """One of them has it; no job is offered twice, no runner asked twice."""
    resident = await world.person("resident1")
    for _ in range(3):
        await world.paid(resident)
    await crowd_of_runners(world, 4)
    await turn(world)
    other = build(settings)
    await other.open()
    try:
        made = await asyncio.gather(*(round_by(p, world) for p in (world.parts, other) * 2))
    finally:
        await other.close()

    [row] = [m for m in made if m is not None]
    assert (1, 3, 4) == (row.n, row.jobs, row.runners)
    assert row.offers == await value(world.parts, "SELECT count(*) FROM offers") > 0
    assert [] == await rows(world.parts, TWICE_SQL)


async def test_whatever_a_round_dies_of_it_is_made_once(world: World) -> None:
    """Killed at any await it leaves nothing, and the next worker to look makes it."""
    resident = await world.person("resident1")
    for _ in range(2):
        await world.paid(resident)
    await crowd_of_runners(world, 2)
    await turn(world)
    deaths = 0
    while not await lived(round_by(world.parts, world), dies_after=deaths + 1):
        deaths += 1
        done = await value(world.parts, "SELECT count(*) FROM dispatch_rounds")
        if done:
            break
        assert 0 == await value(world.parts, "SELECT count(*) FROM offers")

    await round_by(world.parts, world)

    assert deaths > 5
    assert [(1, 2)] == await rows(world.parts, "SELECT n, jobs FROM dispatch_rounds")
    assert [] == await rows(world.parts, TWICE_SQL)


async def test_workers_make_rounds_by_themselves_and_one_that_is_killed_is_not_missed(
    world: World, settings: Settings
) -> None:
    """Two processes and their bell: every runner hears of one job, whoever lives to tell."""
    resident, first = await world.person("resident1"), await world.runner(1)
    second = await world.person("runner2")
    await world.change_settings(offer_s=300)

    async def is_asked(runner: Person) -> bool:
        return bool(await offers_of(runner))

    with running_worker(settings) as one, running_worker(settings):
        await world.paid(resident)
        await until(lambda: is_asked(first), within_s=60)
        one.kill()
        await world.runner(2)
        await world.paid(resident)
        await until(lambda: is_asked(second), within_s=60)

    made = await rows(world.parts, "SELECT n FROM dispatch_rounds ORDER BY n")
    assert [*range(1, len(made) + 1)] == [r[0] for r in made]
    assert 2 == await value(world.parts, "SELECT sum(offers) FROM dispatch_rounds")
    assert [] == await rows(world.parts, TWICE_SQL)


async def test_who_is_due_is_rung_for_and_what_is_late_is_made(world: World) -> None:
    """A bell for each round; where nobody hears it, whoever looks next makes the round."""
    rung: list[tuple[str, int]] = []

    async def ring(community_id: object, n: int) -> None:
        rung.append((str(community_id), n))

    idle = await look_once(world.parts, ring)
    await world.paid(await world.person("resident1"))
    due = [await look_once(world.parts, ring) for _ in range(2)]
    before = await value(world.parts, "SELECT count(*) FROM dispatch_rounds")
    await change(world.parts, DUE_SQL.replace("1 s", "3 s"))
    await look_once(world.parts, ring)

    assert (0, [1, 1]) == (idle, due)
    assert {(world.community_id, 1)} == {*rung}
    assert 0 == before
    # Nobody works there: a round without runners is a round.
    assert [(1, 1, 0, 0)] == await rows(
        world.parts, "SELECT n, jobs, runners, offers FROM dispatch_rounds"
    )


async def test_what_is_urgent_is_everybodys(world: World) -> None:
    """Medicine is not kept for one runner: it stands first in every hall, and in no round."""
    resident, runner = await world.person("resident1"), await able_runner(world)
    order = await placed(world, resident, SAMPLES["medicine"])
    await world.pay(resident, order["id"])

    made = await dispatched(world)
    hall = (await runner.get("/v1/hall"))["items"]

    assert (0, 0) == (made.jobs, made.offers)
    assert ["medicine"] == [j["kind"] for j in hall]


async def test_a_busy_runner_is_asked_for_more_of_the_same_shop(world: World) -> None:
    """On the way to a counter one hears of what else is to be fetched there, and may be full."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.change_settings(capacity=2)
    await world.settle()
    await world.accepted(resident, runner)
    await world.paid(resident)
    await world.paid(resident)

    made = await dispatched(world)
    [offer] = (await runner.get("/v1/offers"))["items"]
    await runner.post(f"/v1/offers/{offer['id']}/accept")
    after = await dispatched(world)

    assert (2, 1, 1) == (made.jobs, made.runners, made.offers)
    assert (1, "joined") == (len(offer["jobs"]), offer["why"]["code"])
    assert (1, 0) == (after.jobs, after.runners)
