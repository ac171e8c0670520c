"""Appeals against points: nothing counts until somebody else has answered, and by entries only."""

from api.points.service.recomputing import recompute
from tests.fixtures.builders.penalties import answered, appealed, complained, demoted
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.worlds import World


async def stands_at(world: World, runner: Person) -> int:
    """A runner's points, in hundredths."""
    await world.settle()
    return (await runner.get(f"/v1/points/runners/{runner.id}"))["balance_cp"]


async def entry_of(runner: Person, entry_id: str) -> dict[str, object]:
    """One entry as its runner sees it."""
    page = await runner.get(f"/v1/points/runners/{runner.id}/ledger", params={"limit": 100})
    return next(each for each in page["items"] if each["id"] == entry_id)


async def mismatches(world: World) -> int:
    """How many entries the replay of all ledgers finds otherwise."""
    async with world.parts.database.session() as session:
        return (await recompute(session)).mismatches


async def test_a_penalty_counts_at_once_and_not_while_an_appeal_is_open(world: World) -> None:
    """From filing to the answer it counts 0; what is reduced counts less, what is reversed not."""
    runner, staff = await world.runner(), await world.person("staff1")
    entry_id = await complained(world, runner)
    seen = await entry_of(runner, entry_id)
    path = f"/v1/points/entries/{entry_id}/appeal"

    assert (-300, 300, True) == (
        await stands_at(world, runner), seen["penalty_cp"], seen["may_appeal"],
    )  # fmt: skip
    other = await world.runner(2)
    assert (404, "not_found") == await other.refused("POST", path, json={"text": "不服"})
    first = await appealed(world, runner, entry_id)
    assert 0 == await stands_at(world, runner)
    assert (409, "already_appealed") == await runner.refused("POST", path, json={"text": "不服"})
    reduced = await answered(world, staff, first, "reduce", 100)
    assert ("reduced", 100, -100) == (
        reduced["state"], reduced["left_cp"], await stands_at(world, runner),
    )  # fmt: skip
    told = (await runner.get("/v1/me/inbox"))["items"]
    assert "积分申诉有结果了" in [each["title"] for each in told]

    second = await appealed(world, runner, entry_id)
    assert (2, 0) == (second["step"], await stands_at(world, runner))
    decide = f"/v1/points/appeals/{second['id']}/decide"
    body, match = {"outcome": "uphold", "reason": "同前"}, {"If-Match": '"1"'}
    assert (409, "another_must_decide") == await staff.refused(
        "POST", decide, json=body, headers=match
    )
    assert (403, "role_missing") == await runner.refused("POST", decide, json=body, headers=match)
    await answered(world, world.admin, second, "reverse")
    assert 0 == await stands_at(world, runner)
    assert (409, "already_appealed") == await runner.refused("POST", path, json={"text": "不服"})
    assert 0 == await mismatches(world)


async def test_no_answer_in_time_is_an_answer_for_the_runner(world: World) -> None:
    """Three working days later nothing is taken; after fifteen days nothing can be appealed."""
    runner = await world.runner()
    entry_id, another = await complained(world, runner), await complained(world, runner, "minor")
    appeal = await appealed(world, runner, entry_id)
    await world.later(days=8)
    await world.settle()

    assert "lapsed" == (await runner.get(f"/v1/points/appeals/{appeal['id']}"))["state"]
    assert -100 == await stands_at(world, runner)
    await world.later(days=8)
    path = f"/v1/points/entries/{another}/appeal"
    assert (409, "appeal_too_late") == await runner.refused("POST", path, json={"text": "不服"})
    assert not (await entry_of(runner, another))["may_appeal"]


async def test_what_should_not_stand_is_reversed_by_an_entry(world: World) -> None:
    """A manager says so, once; the ledger keeps both entries."""
    runner, staff = await world.runner(), await world.person("staff1")
    path = f"/v1/points/entries/{await complained(world, runner)}/reverse"

    assert (403, "role_missing") == await runner.refused("POST", path, json={"reason": "录错"})
    await staff.post(path, {"reason": "录错"})
    assert 0 == await stands_at(world, runner)
    assert (409, "already_reversed") == await staff.refused("POST", path, json={"reason": "录错"})
    assert 0 == await mismatches(world)


async def test_a_runner_sees_how_they_stand_and_what_is_missing(world: World) -> None:
    """Quality with its interval, the next tier and what lacks, the rules before and after."""
    runner = await world.runner()
    path = f"/v1/points/runners/{runner.id}"
    seen = await runner.get(path)
    compared = await runner.get(f"{path}/comparison", params={"version": "2026.1"})
    unknown = await runner.refused("GET", f"{path}/comparison", params={"version": "2031.1"})

    quality = seen["quality"]
    assert quality["lower"] < quality["mean"] < quality["upper"]
    assert quality["is_early"]
    assert ("trainee", "runner") == (seen["tier"], seen["next_tier"])
    assert "累计0单,需要30单" in [each["zh"] for each in seen["lacking"]]
    assert [] == compared["changes"]
    assert (409, "rules_unknown") == unknown


async def test_a_lower_tier_waits_while_an_appeal_against_it_is_open(world: World) -> None:
    """The tier before holds until somebody else has answered; then what was decided."""
    runner, staff = await world.runner(), await world.person("staff1")
    path = f"/v1/points/runners/{runner.id}/tier-appeal"
    assert (409, "nothing_to_appeal") == await runner.refused("POST", path, json={"text": "不服"})
    appeal = await demoted(world, runner)

    async def tier() -> str:
        await world.settle()
        return (await runner.get(f"/v1/points/runners/{runner.id}"))["tier"]

    assert ("tier", "runner", "trainee") == tuple(
        appeal[name] for name in ("about", "tier_from", "tier_to")
    )
    assert "runner" == await tier()
    decide = f"/v1/points/appeals/{appeal['id']}/decide"
    body, match = {"outcome": "uphold", "reason": "同前"}, {"If-Match": '"1"'}
    assert (409, "another_must_decide") == await staff.refused(
        "POST", decide, json=body, headers=match
    )
    grid = await world.person("grid1")
    await answered(world, grid, appeal, "uphold")
    assert "trainee" == await tier()
    again = await runner.post(path, {"text": "不服"})
    assert (2, "runner") == (again["step"], await tier())
    await answered(world, world.admin, again, "reverse")
    assert "runner" == await tier()
    assert (409, "already_appealed") == await runner.refused("POST", path, json={"text": "不服"})


async def test_a_rating_under_appeal_is_not_observed(world: World) -> None:
    """Of which order it was stays unknown to the runner all the way."""
    runner, resident = await world.runner(), await world.person("resident1")
    order = await world.completed(resident, runner)
    await resident.post(f"/v1/orders/{order['id']}/rate", {"stars": 1})
    await world.settle()
    path = f"/v1/points/runners/{runner.id}"
    entries = (await runner.get(f"{path}/ledger"))["items"]
    rating = next(each for each in entries if each["kind"] == "rating.revealed")

    async def heard() -> float:
        seen = (await runner.get(path))["quality"]["dimensions"]
        return next(each["observations"] for each in seen if each["dimension"] == "R")

    before = await heard()
    appeal = await appealed(world, runner, rating["id"])
    held = await heard()
    await answered(world, await world.person("staff1"), appeal, "uphold")
    told = [e for e in (await runner.get(f"{path}/ledger"))["items"] if "order" not in e["kind"]]
    assert (True, "rating", 0.5, 0.0, 0.5) == (
        rating["may_appeal"], appeal["about"], before, held, await heard(),
    )  # fmt: skip
    assert 4 == len(told)
    assert order["id"] not in str(told)
    assert 0 == await mismatches(world)
