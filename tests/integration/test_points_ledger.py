"""Points: each fact scored once, explained line by line, seen by the right people."""

import pytest

from api.settings import Settings
from tests.fixtures.builders.families import consented, order_for, quote_for
from tests.fixtures.builders.processes import recomputed
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.windows import window_in
from tests.fixtures.builders.worlds import World
from tests.fixtures.working import drain

_CHANGED_BY_SQL = (
    "ALTER TABLE points_entries DISABLE TRIGGER points_entries_only_grow",
    "UPDATE points_entries SET delta_cp = delta_cp {} 1 WHERE seq = 2",
    "ALTER TABLE points_entries ENABLE TRIGGER points_entries_only_grow",
)


async def balance_cp(world: World, runner_id: str) -> tuple[int, int]:
    """Balance and number of entries, as staff see them."""
    staff = await world.person("staff1")
    seen = await staff.get(f"/v1/points/runners/{runner_id}")
    return seen["balance_cp"], seen["entries"]


async def test_points_are_for_their_runner_and_the_staff_of_the_place(world: World) -> None:
    """Another runner, a resident and staff elsewhere do not find them; the rules are public."""
    runner = await world.runner(1)
    others = [await world.runner(2), await world.person("resident1"), await foreign_staff(world)]
    path = f"/v1/points/runners/{runner.id}"

    for tail in ("", "/ledger"):
        refused = {await other.refused("GET", path + tail) for other in others}

        assert {(404, "not_found")} == refused
        assert 401 == (await world.http.get(path + tail)).status_code
    assert 200 == (await world.http.get("/v1/points/rules")).status_code


async def test_a_runner_without_a_fact_has_nothing(world: World) -> None:
    """Zero points, no entry, an empty ledger."""
    runner = await world.runner()

    assert (0, 0) == await balance_cp(world, runner.id)
    ledger = await runner.get(f"/v1/points/runners/{runner.id}/ledger")
    assert ([], None) == (ledger["items"], ledger["next_cursor"])


@pytest.mark.parametrize(("held_s", "entries"), [(60, 1), (180, 1)])
async def test_handing_back_costs_only_after_the_free_time(
    world: World, held_s: int, entries: int
) -> None:
    """Within two minutes it is free; later only beyond the free number of the week."""
    resident, runner = await world.person("resident1"), await world.runner()
    # For two weeks a newcomer's worst mistakes are free.
    await world.later(days=15)
    await world.stands(runner, {"lat": 31.2304, "lng": 121.4737, "coord": "gcj02"})
    deltas: list[int] = []
    for n in range(1, 4):
        order = await world.accepted(resident, runner)
        await world.later(seconds=held_s)
        await runner.post(f"/v1/jobs/{order['job_id']}/release")
        await drain(world.parts)
        await resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})
        await world.stands(runner, {"lat": 31.2304, "lng": 121.4737, "coord": "gcj02"})
        total, count = await balance_cp(world, runner.id)
        deltas.append(total)
        assert 1 + n * entries == count

    assert deltas == ([0, 0, 0] if held_s <= 120 else [0, 0, -50])


async def test_what_staff_hand_back_costs_nothing(world: World) -> None:
    """It is nobody's fault, however long it was held, so there is no fact at all."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.accepted(resident, runner)
    await world.later(seconds=300)
    await staff.post(f"/v1/jobs/{order['job_id']}/release")
    await world.settle()

    assert (0, 1) == await balance_cp(world, runner.id)


async def test_every_entry_is_explained_and_they_sum_up(world: World) -> None:
    """Three completed orders and a rating: pages of three, newest first, nothing lost."""
    resident, runner = await world.person("resident1"), await world.runner()
    for _ in range(3):
        order = await world.completed(resident, runner, window=window_in(minutes=5))
    await resident.post(f"/v1/orders/{order['id']}/rate", {"stars": 5})
    await world.settle()
    path = f"/v1/points/runners/{runner.id}/ledger"
    first = await runner.get(path, params={"limit": 3})
    rest = await runner.get(path, params={"limit": 3, "cursor": first["next_cursor"]})
    items = first["items"] + rest["items"]

    assert [5, 4, 3, 2, 1] == [e["seq"] for e in items]
    assert rest["next_cursor"] is None
    for entry in items:
        assert entry["delta_cp"] == sum(line["delta_cp"] for line in entry["lines"])
        assert all(line["zh"] and line["en"] for line in entry["lines"])
    total, _ = await balance_cp(world, runner.id)
    assert (total, total) == (sum(e["delta_cp"] for e in items), items[0]["balance_cp"])


async def test_a_ledger_recomputed_elsewhere_is_the_same_to_the_last_digit(
    world: World, settings: Settings
) -> None:
    """In another process; one centipoint that was changed is named, and fails the check."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.completed(resident, runner, window=window_in(minutes=5))
    await resident.post(f"/v1/orders/{order['id']}/rate", {"stars": 5})
    await world.settle()
    same = await recomputed(settings)
    await change(world.parts, *(sql.format("+") for sql in _CHANGED_BY_SQL))
    other = await recomputed(settings)
    await change(world.parts, *(sql.format("-") for sql in _CHANGED_BY_SQL))

    assert (0, 1) == (same[0], other[0])
    assert "3 entries of 1 runners (1.90 points)" in same[1]
    assert "entry 2 delta_cp: stored 171, replayed 170" in other[1]


async def test_bad_weather_and_care_count_and_are_told(world: World) -> None:
    """The weather by which it was promised, or a storm; a carer's order for a parent."""
    runner, carer = await world.runner(3), await world.person("resident1")
    dependant = await consented(world)
    await world.change_settings(weather_percent=150)
    order = await carer.post(
        "/v1/orders", order_for(await quote_for(world, carer, dependant["id"]))
    )
    await world.pay(carer, order["id"])
    order = await carer.get(f"/v1/orders/{order['id']}")
    await world.change_settings(weather_percent=100)
    await runner.post(f"/v1/jobs/{order['job_id']}/accept")
    await runner.post(f"/v1/jobs/{order['job_id']}/pick-up", {"code": order["pickup_code"]})
    body = {"code": order["receipt_code"]}
    await runner.post(f"/v1/jobs/{order['job_id']}/stops/1/deliver", body)
    await carer.post(f"/v1/orders/{order['id']}/confirm")
    await world.settle()
    (entry,) = [
        each
        for each in (await runner.get(f"/v1/points/runners/{runner.id}/ledger"))["items"]
        if each["kind"] == "order.completed"
    ]

    assert 110 + 50 + 20 + 50 == entry["delta_cp"]
    told = str(entry)
    assert "坏天气" in told
    assert "关爱老人0.50" in told
