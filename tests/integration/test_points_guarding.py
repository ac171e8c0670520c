"""What the ledgers show is listed for a person, once, and takes nothing from anybody."""

from datetime import time, timedelta

from tests.fixtures.builders.days import go_to, today
from tests.fixtures.builders.penalties import carried
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.worlds import World


async def test_a_pair_is_listed_once_for_somebody_who_is_not_in_it(world: World) -> None:
    """Fifteen orders of one household and nothing else: staff look, and the points stay."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff, foreign = await world.person("staff1"), await foreign_staff(world)
    path, of_here = "/v1/points/findings", {"params": {"place_id": world.community_id}}
    # What counts at most, counts by the day: all of this is on one.
    await go_to(world, await today(world.parts) + timedelta(days=1), time(9))
    await carried(world, runner, [resident.id] * 15)
    before = (await runner.get(f"/v1/points/runners/{runner.id}"))["balance_cp"]
    for _ in range(2):
        await world.later(hours=2)
        await carried(world, runner, [resident.id])
    await world.later(hours=2)

    assert (403, "role_missing") == await runner.refused("GET", path, **of_here)
    assert (404, "not_found") == await foreign.refused("GET", path, **of_here)
    (finding,) = (await staff.get(path, **of_here))["items"]
    assert ("pair", "open", [runner.id], resident.id) == (
        finding["kind"], finding["state"], finding["runner_ids"], finding["person_id"],
    )  # fmt: skip
    assert {"orders": 15, "of_orders": 15} == finding["counted"]
    body, match = {"outcome": "clear", "reason": "邻居常点她"}, {"If-Match": '"1"'}
    decide = f"{path}/{finding['id']}/decide"
    decided = await staff.post(decide, body, headers=match)
    assert "cleared" == decided["state"]
    assert (409, "finding_moved_on") == await staff.refused(
        "POST", decide, json=body, headers={"If-Match": '"2"'}
    )
    after = (await runner.get(f"/v1/points/runners/{runner.id}"))["balance_cp"]
    assert after == before  # Two more of the household and day add nothing: the best four count.
