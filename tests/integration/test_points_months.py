"""A month closes: everybody is reviewed, and what is published names only who agreed."""

from datetime import timedelta

from api.kit.clock import china
from api.kit.db import read_now
from api.kit.ids import new_id
from tests.fixtures.builders.penalties import carried
from tests.fixtures.builders.people import agree
from tests.fixtures.builders.worlds import World


async def test_a_closed_month_is_reviewed_and_published(world: World) -> None:
    """Six runners, so the best two stand on the board; one of them does not want to be shown."""
    runners = [await world.runner(n) for n in range(1, 7)]
    for n, runner in enumerate(runners):
        await carried(world, runner, [str(new_id()) for _ in range(5 + n)])
    best, second = runners[5], runners[4]
    await agree(best, "points_boards")
    async with world.parts.database.session() as session:
        today = china(await read_now(session)).date()
    over = (today.replace(day=1) + timedelta(days=35)).replace(day=5)
    await world.later(days=(over - today).days)
    path = f"/v1/points/runners/{best.id}"
    staff, of_here = await world.person("staff1"), {"place_id": world.community_id}
    published = await world.http.get(
        "/v1/points/publications", params={"community_id": world.community_id}
    )
    (month,) = [m for m in published.json()["items"] if m["month"][:7] == f"{today:%Y-%m}"]
    (review,) = (await best.get(f"{path}/reviews"))["items"]
    proposals = (await staff.get("/v1/points/reviews", params=of_here))["items"]
    day = await best.get(f"{path}/days/{today}")

    assert [1] == [row["rank"] for row in month["contribution"]]
    assert (6, 45) == (month["figures"]["runners"], month["figures"]["orders"])
    assert ("trainee", "trainee", 10) == (review["tier"], review["proposed"], review["orders"])
    assert {"orders", "active_days", "course"} <= set(review["lacking"])
    assert {r.id for r in runners} == {each["runner_id"] for each in proposals}
    assert (10, 10, 1700) == (day["orders"], day["on_time_orders"], day["points_cp"])
    assert (404, "not_found") == await second.refused("GET", f"{path}/reviews")
    assert (403, "role_missing") == await best.refused("GET", "/v1/points/reviews", params=of_here)
