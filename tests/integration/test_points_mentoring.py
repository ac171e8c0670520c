"""Newcomers are taken along by lead runners, who gain points when a newcomer has learnt it."""

from api.points.queries.mentorships import due
from tests.fixtures.builders.penalties import carried, complained, graduates
from tests.fixtures.builders.worlds import World


async def test_a_lead_takes_newcomers_along_until_they_graduate(world: World) -> None:
    """Both want it; thirty orders without an upheld complaint are points for the lead, once."""
    lead, newcomer, other = [await world.runner(n) for n in (1, 2, 3)]
    resident, path = await world.person("resident1"), "/v1/points/mentorships"

    assert (403, "role_missing") == await resident.refused("POST", path)
    asked = await other.post(path)
    take = f"{path}/{asked['id']}/take"
    assert (409, "lead_required") == await newcomer.refused("POST", take)
    assert (409, "mentor_asked") == await other.refused("POST", path)
    done = await graduates(world, newcomer, lead)
    assert ("graduated", lead.id) == (done["state"], done["mentor_id"])
    assert 500 == (await lead.get(f"/v1/points/runners/{lead.id}"))["balance_cp"]
    assert (409, "mentor_asked") == await newcomer.refused("POST", path)
    assert (409, "mentor_not_needed") == await lead.refused("POST", path)

    assert {"asked", "graduated"} == {m["state"] for m in (await lead.get(path))["items"]}
    await lead.post(take)
    await complained(world, other, "minor")
    await carried(world, other, [f"h{n}" for n in range(30)])
    async with world.parts.database.transaction() as (session, now):
        waiting = await due(session, now=now, limit=5)
    assert [] == waiting, "whom a complaint keeps back is not looked at again and again"
    staff = await world.person("staff1")
    await staff.post(f"/v1/runners/{lead.id}/tier", {"tier": "runner", "reason": "自愿"})
    await world.later(minutes=1)
    (last,) = (await other.get(path))["items"]
    assert "lapsed" == last["state"]
    assert 500 == (await lead.get(f"/v1/points/runners/{lead.id}"))["balance_cp"]
    assert (404, "not_found") == await newcomer.refused("POST", f"{path}/{asked['id']}/end")
