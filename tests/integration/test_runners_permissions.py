"""What a runner may take: wish, tier and courses, judged once and read by the one predicate."""

from datetime import time, timedelta
from importlib import import_module
from typing import Any

from api.kinds import KINDS
from api.runners.catalogue import training
from api.tiers import tiers
from tests.fixtures.builders.days import go_to, today
from tests.fixtures.builders.dispatching import dispatched, offers_of
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.worlds import World, point

ALL_KINDS = 10


async def _pass(runner: Person, *modules: str) -> None:
    for name in modules:
        module = training().module(name)
        assert module is not None
        body = {"answers": [q.right for q in module.questions]}
        await runner.post(f"/v1/runners/training/{name}/attempts", body)


async def _kinds(runner: Person) -> set[str]:
    return set((await runner.get("/v1/runners/me"))["kinds"])


async def test_a_kind_opens_with_its_courses_and_closes_when_one_lapses(world: World) -> None:
    """Where training is demanded; a wish narrows it further."""
    runner = await world.runner()
    assert ALL_KINDS == len(await _kinds(runner))
    await world.change_settings(runner_checks=["training"])
    await world.settle()
    assert set() == await _kinds(runner)

    await _pass(runner, "safety")
    assert {"fetch", "queue", "trash"} == await _kinds(runner)
    await _pass(runner, "food")
    assert {"fetch", "queue", "trash", "buy", "meal"} == await _kinds(runner)
    await runner.put("/v1/runners/me/application", {"kinds": ["meal", "fetch"]})
    assert {"fetch", "meal"} == await _kinds(runner)
    await world.later(days=366)

    kept = await rows(world.parts, "SELECT kinds, permitted_until FROM runners")
    assert [([], None)] == kept


async def test_after_the_upgrade_trainees_are_judged_by_the_tables_of_today(world: World) -> None:
    """Who was approved when printing was everybody's does not keep it; others are left alone."""
    judging = import_module("api.migrations.versions.0143_judging_anew")
    await world.change_settings(runner_checks=["tier"])
    trainee, lead = await world.runner(1), await world.runner(2)
    staff = await world.person("staff1")
    await staff.post(f"/v1/runners/{lead.id}/tier", {"tier": "lead", "reason": "一直很好"})
    before = await _kinds(trainee)
    await change(
        world.parts, "UPDATE runners SET kinds = kinds || 'print'::text WHERE tier = 'trainee'"
    )
    held = await _kinds(trainee)
    await change(world.parts, judging.JUDGE_ANEW)
    await world.settle()

    assert before | {"print"} == held
    assert before == await _kinds(trainee)
    assert ALL_KINDS == len(await _kinds(lead))


async def test_a_tier_limits_weight_fee_kinds_and_number(world: World) -> None:
    """The hall hides what is beyond it, the accept says why; staff raise the tier with a reason."""
    await world.change_settings(runner_checks=["tier"])
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    heavy = (await world.paid(resident, weight_g=12_000))["job_id"]
    tier = f"/v1/runners/{runner.id}/tier"

    me = await runner.get("/v1/runners/me")
    assert (3, 10_000, 3000) == (me["capacity"], me["weight_max_g"], me["fee_max_fen"])
    assert {k.code for k in KINDS.values() if k.permission == "basic"} == set(me["kinds"])
    assert [] == (await runner.get("/v1/hall"))["items"]
    accept = f"/v1/jobs/{heavy}/accept"
    assert (409, "weight_not_permitted") == await runner.refused("POST", accept)
    await change(world.parts, "UPDATE jobs SET weight_g = 1, fee_fen = 3001")
    assert (409, "fee_not_permitted") == await runner.refused("POST", accept)
    body = {"tier": "runner", "reason": "满30单"}
    assert (403, "role_missing") == await runner.refused("POST", tier, json=body)
    raised = await staff.post(tier, body)

    assert ("runner", 5, ALL_KINDS) == (raised["tier"], raised["capacity"], len(raised["kinds"]))
    await change(world.parts, "UPDATE jobs SET fee_fen = 300")
    await runner.post(accept)


def test_a_tier_names_only_kinds_that_its_permissions_open() -> None:
    """What is published is what holds: no kind is listed that the other half of the row closes."""
    for tier in tiers().values():
        closed = {k for k in tier.kinds if not tier.opens(k)}

        assert set() == closed, tier.name


async def test_a_quiz_is_judged_by_the_server_and_tells_no_answers(world: World) -> None:
    """Wrong ones are named, not corrected; after five tries a day it is tomorrow's turn."""
    runner, resident = await world.runner(), await world.person("resident1")
    path = "/v1/runners/training/safety"
    text = await runner.get(path)
    attempts = f"{path}/attempts"

    assert not any("right" in q for q in text["questions"])
    assert (404, "not_found") == await runner.refused("GET", "/v1/runners/training/cooking")
    assert (404, "not_found") == await resident.refused("POST", attempts, json={"answers": []})
    result: dict[str, Any] = await runner.post(attempts, {"answers": [0, 0]})
    assert {"score_percent": 33, "wrong": ["hurt", "rest"], "valid_until": None} == result
    for _ in range(4):
        await runner.post(attempts, {"answers": []})
    refused = await runner.call("POST", attempts, json={"answers": [0, 1, 2]})
    assert (409, "training_attempts_used") == (refused.status_code, refused.json()["code"])
    assert 0 < int(refused.headers["retry-after"]) <= 86_401


async def test_a_passed_course_is_scored_once_and_may_lift_a_penalty(world: World) -> None:
    """As a fact of the points engine, with the fact it shall lower."""
    runner = await world.runner()
    right = {"answers": [0, 1, 2], "offsets": "release:019a:3"}
    result = await runner.post("/v1/runners/training/safety/attempts", right)
    await world.settle()
    await world.settle()

    scored = await rows(
        world.parts,
        "SELECT kind, delta_cp, fact->'data'->>'course', fact->'data'->>'offsets'"
        " FROM points_entries WHERE kind <> 'runner.joined'",
    )
    assert 100 == result["score_percent"]
    assert [("training.completed", 50, "safety", "release:019a:3")] == scored
    courses = (await runner.get("/v1/runners/training"))["items"]
    assert ["safety"] == [c["name"] for c in courses if c["passed_until"]]


async def test_a_newcomer_climbs_three_floors_without_a_lift(world: World) -> None:
    """The hall hides the fourth, the accept and staff's assignment say why; a lift changes it."""
    await world.change_settings(runner_checks=["tier"])
    resident, runner = await world.person("resident1"), await world.runner()
    high = (await world.paid(resident, floor=5, has_lift=False))["job_id"]
    low = (await world.paid(resident, floor=4, has_lift=False))["job_id"]
    lifted = (await world.paid(resident, floor=20, has_lift=True))["job_id"]

    assert (409, "floors_not_permitted") == await runner.refused("POST", f"/v1/jobs/{high}/accept")
    shown = {item["job_id"] for item in (await runner.get("/v1/hall"))["items"]}
    assert {low, lifted} == shown
    await runner.post(f"/v1/jobs/{low}/accept")


async def test_a_newcomers_day_is_full_until_midnight(world: World) -> None:
    """In hall, accept and offer alike; what was handed back leaves room for another."""
    await world.change_settings(runner_checks=["tier"])
    resident, runner = await world.person("resident1"), await world.runner()
    day = await today(world.parts) + timedelta(days=1)
    await go_to(world, day, time(23, 50))
    await world.stands(runner, point())
    jobs = [(await world.paid(resident))["job_id"] for _ in range(3)]
    await change(world.parts, "UPDATE runners SET jobs_day_max = 1")
    first, second = (f"/v1/jobs/{job_id}" for job_id in jobs[:2])

    await runner.post(f"{first}/accept")
    full = await runner.refused("POST", f"{second}/accept")
    hall = await runner.refused("GET", "/v1/hall")
    await dispatched(world)
    offered = await offers_of(runner)
    await runner.post(f"{first}/release", {"reason": "handed_back"})
    again = await runner.post(f"{second}/accept")
    await go_to(world, day + timedelta(days=1), time(0, 0, 1))
    await world.stands(runner, point())
    await runner.post(f"/v1/jobs/{jobs[2]}/accept")

    assert (409, "day_jobs_full") == full == hall
    assert [] == offered
    assert "accepted" == again["state"]
