"""What counts as an answer to somebody who asked: reaching them, or trying three times."""

from tests.fixtures.builders.agreeing import tomorrow
from tests.fixtures.builders.cases import appointed, consented, meeting, offered, requested
from tests.fixtures.builders.worlds import World


async def test_whom_a_contact_names_was_reached_and_of_three_tries_one_is_made(
    world: World,
) -> None:
    """A contact that names nobody reached nobody; with the third one it is a response, too."""
    on = await tomorrow(world)
    party, mediator = await world.person("resident1"), await world.person("resident5")
    staff = await world.person("staff1")
    await appointed(world, mediator)
    case = await offered(world, await requested(party, world.community_id), None, staff)
    case = await consented(world, case, staff)
    path = f"/v1/cases/{case['id']}"
    await mediator.post(f"{path}/accept")
    period = {"place_id": world.community_id, "first": on.isoformat(), "last": on.isoformat()}

    async def response() -> tuple[int, int]:
        rates = (await staff.get("/v1/mediation/figures", params=period))["rates"]
        (rate,) = [r for r in rates if r["name"] == "response"]
        return len(rate["numerator_ids"]), len(rate["denominator_ids"])

    for _ in range(2):
        await mediator.post(f"{path}/contact", await meeting(world, how="phone"))
    twice = await response()
    await mediator.post(f"{path}/contact", await meeting(world, how="phone"))

    # Not late yet, and not reached: it counts neither way.
    assert ((0, 0), (1, 1)) == (twice, await response())
