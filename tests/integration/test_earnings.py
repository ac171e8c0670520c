"""Earnings: from completed orders, by day and by order; for staff with a reason."""

from datetime import date, timedelta

from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World

ME = "/v1/runners/me/earnings"


async def test_what_is_completed_is_earned_on_the_day_it_was_delivered(world: World) -> None:
    """Not what only arrived, not another runner's; sums are those of the items, page by page."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    other = await world.runner(2)
    done = [await world.completed(resident, runner) for _ in range(3)]
    await world.delivered(resident, runner)
    await world.completed(resident, other)
    yesterday = "UPDATE jobs SET closed_at = closed_at - interval '1 day' WHERE id = "
    await change(world.parts, f"{yesterday}'{done[0]['job_id']}'")

    first = await runner.get(ME, params={"limit": 2})
    rest = await runner.get(ME, params={"limit": 2, "cursor": first["next_cursor"]})
    items = first["items"] + rest["items"]
    newest = date.fromisoformat(first["days"][0]["day"])
    only = {"from": str(newest), "to": str(newest)}

    assert [d["id"] for d in reversed(done)] == [i["order_id"] for i in items]
    assert sum(i["fee_fen"] for i in items) == first["fee_fen"] == rest["fee_fen"]
    assert [(str(newest), 2), (str(newest - timedelta(days=1)), 1)] == [
        (d["day"], d["orders_count"]) for d in first["days"]
    ]
    assert rest["next_cursor"] is None
    assert 2 == (await runner.get(ME, params=only))["orders_count"]


async def test_staff_may_look_with_a_reason_that_is_kept(world: World) -> None:
    """Nobody else may, and nobody without one."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff, foreign = await world.person("staff1"), await foreign_staff(world)
    path, why = f"/v1/runners/{runner.id}/earnings", {"reason": "核对补贴"}

    assert (404, "not_found") == await resident.refused("GET", ME)
    assert (403, "role_missing") == await resident.refused("GET", path, params=why)
    assert (403, "role_missing") == await runner.refused("GET", path, params=why)
    assert (404, "not_found") == await foreign.refused("GET", path, params=why)
    assert (422, "malformed_request") == await staff.refused("GET", path)
    assert 0 == (await staff.get(path, params=why))["orders_count"]
    sql = "SELECT actor_id::text, data->>'reason' FROM events WHERE name = 'earnings.read'"
    assert [(staff.id, why["reason"])] == await rows(world.parts, sql)


async def test_a_period_is_bounded(world: World) -> None:
    """Backwards, or longer than a quarter, or out of the calendar."""
    runner = await world.runner()
    for first, last in (("2026-02-02", "2026-02-01"), ("2026-01-01", "2026-04-03"),
                        ("0001-01-01", "0001-01-02"), ("2026-01-01", "9999-12-31")):  # fmt: skip
        refused = await runner.refused("GET", ME, params={"from": first, "to": last})

        assert (422, "malformed_request") == refused
