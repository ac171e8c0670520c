"""What is promised follows what deliveries took, and who waits sees when to expect it."""

from datetime import datetime

import pytest

from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.worlds import World, point

KNOWN_SQL = "UPDATE promised_hours SET samples = 20, median_s = 1000 RETURNING hour"


async def test_the_past_of_the_hour_is_promised_and_the_weather_stretches_it(
    world: World,
) -> None:
    """A timer learns each day from deliveries; a handful says nothing yet."""
    resident, runner = await world.person("resident1"), await world.runner()

    async def promised_min() -> float:
        quote = await world.quote(resident)
        due_at, ready_at = (datetime.fromisoformat(quote[k]) for k in ("due_at", "ready_at"))
        return round((due_at - ready_at).total_seconds() / 60, 1)

    await world.delivered(resident, runner)
    await world.later(minutes=1)
    learned = await value(world.parts, "SELECT sum(samples) FROM promised_hours")
    before = await promised_min()
    hours = len(await rows(world.parts, KNOWN_SQL))
    known = await promised_min()
    await world.change_settings(weather_percent=200)

    assert (1, 24) == (learned, hours)
    assert (40, 20, 40) == (before, known, await promised_min())


async def test_who_waits_sees_when_to_expect_it(world: World) -> None:
    """Once somebody has it: the walk, what is done on the way, and all else they carry."""
    resident, runner = await world.person("resident1"), await world.runner()
    first = await world.paid(resident)
    track = f"/v1/jobs/{first['job_id']}/track"

    async def expected_min() -> float:
        at = datetime.fromisoformat((await resident.get(track))["expected_at"])
        now = await value(world.parts, "SELECT linli_now()")
        return (at - now).total_seconds() / 60

    open_yet = await resident.get(track)
    await runner.post(f"/v1/jobs/{first['job_id']}/accept")
    alone = await expected_min()
    seen = await resident.get(track)
    nearer = await world.accepted(resident, runner, dropoff=point(100))
    with_another = await expected_min()
    await runner.post(f"/v1/jobs/{first['job_id']}/pick-up", {"code": first["pickup_code"]})
    fetched = await resident.get(track)

    assert (None, None, None) == (open_yet["expected_at"], open_yet["point"], seen["point"])
    # 200 m at 80 m a minute; three minutes at the counter, one until the hand-over.
    assert 6 < alone <= 7.5
    # The other is fetched in the same visit; its door is on the way, two minutes.
    assert alone + 1 < with_another <= alone + 3.5
    assert nearer["job_id"] != first["job_id"]
    assert fetched["point"] is not None
    assert fetched["expected_at"] > fetched["position_at"]


async def test_what_visits_took_is_expected_again(world: World) -> None:
    """Beyond the way, at this door: seen once it says nothing yet, often enough it does."""
    resident, runner = await world.person("resident1"), await world.runner()
    first = await world.picked_up(resident, runner)
    await world.later(minutes=10)
    code = {"code": first["receipt_code"]}
    await runner.post(f"/v1/jobs/{first['job_id']}/stops/1/deliver", code)
    await world.later(minutes=1)
    learned = await rows(
        world.parts, "SELECT act, kind <> '', spot <> '', samples, median_s FROM visit_times"
    )
    await world.stands(runner, point())
    await world.accepted(resident, runner)

    async def at_the_door_min() -> float:
        leg = (await runner.get("/v1/runners/me/jobs"))["route"][-1]
        done_at, arrives_at = (datetime.fromisoformat(leg[k]) for k in ("done_at", "arrives_at"))
        return (done_at - arrives_at).total_seconds() / 60

    once = await at_the_door_min()
    await rows(world.parts, "UPDATE visit_times SET samples = 20 RETURNING act")
    often = await at_the_door_min()

    assert [("deliver", False, False), ("deliver", True, False), ("deliver", True, True)] == sorted(
        row[:3] for row in learned
    )
    # 200 m at 80 m a minute; of the counter's three minutes half came after the pickup.
    assert {1} == {row[3] for row in learned}
    assert [720.0] * 3 == pytest.approx([row[4] for row in learned], abs=20)
    assert (1.0, 6.0) == pytest.approx((once, often), abs=0.2)
