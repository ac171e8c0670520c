"""The rest rule over HTTP: who has worked too long gets nothing new, and may always finish."""

from typing import Any

import httpx
import pytest

from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change, value
from tests.fixtures.builders.worlds import World, point


async def _both(runner: Person, job_id: str) -> list[httpx.Response]:
    """What the hall and the accept say."""
    return [
        await runner.call("GET", "/v1/hall"),
        await runner.call("POST", f"/v1/jobs/{job_id}/accept"),
    ]


async def test_after_four_hours_nothing_new_is_given_until_a_pause(world: World) -> None:
    """With the job in hand, and for twenty minutes after it; then the hall is open again."""
    resident, runner = await world.person("resident1"), await world.runner()
    held = await world.picked_up(resident, runner)
    await world.later(hours=4)
    await world.stands(runner, point())
    job_id = (await world.paid(resident))["job_id"]

    for said in await _both(runner, job_id):
        assert (409, "rest_needed", "1200") == (
            said.status_code, said.json()["code"], said.headers["retry-after"],
        )  # fmt: skip
    await runner.post(f"/v1/jobs/{held['job_id']}/stops/1/deliver", {"code": held["receipt_code"]})
    await world.later(minutes=10)
    await world.stands(runner, point())
    for said in await _both(runner, job_id):
        assert (409, "rest_needed") == (said.status_code, said.json()["code"])
        assert 500 < int(said.headers["retry-after"]) <= 600
    seen = await runner.get("/v1/runners/me/hours")
    assert ("rest_needed", 4) == (seen["hold"]["code"], seen["stretch_s"] // 3600)
    await world.later(minutes=10)
    await world.stands(runner, point())

    assert 1 == len((await runner.get("/v1/hall"))["items"])
    await runner.post(f"/v1/jobs/{job_id}/accept")
    assert 0 <= (await runner.get("/v1/runners/me/hours"))["stretch_s"] < 60
    reminded = "SELECT count(*) FROM events WHERE name = 'runner.rest_due'"
    assert 1 == await value(world.parts, reminded)


# What the account says, as SQL on the runner's row, the refusal, and whether it names a time.
WORKED = {
    "eight hours": ("day_s = 28800, days_in_row = 1", "day_confirm_needed", False),
    "twelve hours": ("day_s = 43200, days_in_row = 1", "day_limit_reached", True),
    "seven days": ("day_s = 60, days_in_row = 7", "rest_day_needed", True),
}


@pytest.mark.parametrize("worked", WORKED)
async def test_each_limit_has_its_own_refusal(world: World, worked: str) -> None:
    """Hall and accept say the same; confirming helps exactly where it is asked for."""
    resident, runner = await world.person("resident1"), await world.runner()
    job_id = (await world.paid(resident))["job_id"]
    assert (409, "hours_not_due") == await runner.refused("POST", "/v1/runners/me/confirm-hours")
    columns, code, names_a_time = WORKED[worked]
    await change(world.parts, f"UPDATE runners SET worked_until = linli_now(), {columns}")

    for said in await _both(runner, job_id):
        assert (409, code) == (said.status_code, said.json()["code"])
        assert names_a_time is ("retry-after" in said.headers)
    if code == "rest_day_needed":
        return
    seen: list[dict[str, Any]] = [
        await runner.post("/v1/runners/me/confirm-hours") for _ in range(2)
    ]

    assert [True, True] == [s["is_confirmed"] for s in seen]
    accepted = await runner.call("POST", f"/v1/jobs/{job_id}/accept")
    expected = 200 if code == "day_confirm_needed" else 409
    assert expected == accepted.status_code


async def test_a_community_may_be_stricter_and_never_laxer(world: World) -> None:
    """Two hours instead of four hold at once; five are refused."""
    resident, runner = await world.person("resident1"), await world.runner()
    place = await world.admin.get(f"/v1/places/{world.community_id}")
    laxer = {**place["settings"], "rest": {**place["settings"]["rest"], "continuous_s": 18_000}}
    refused = await world.admin.refused(
        "PUT", f"/v1/places/{world.community_id}", json={"settings": laxer},
        headers={"If-Match": f'"{place["version"]}"'},
    )  # fmt: skip
    rest: dict[str, int] = {**place["settings"]["rest"], "continuous_s": 7200}
    await world.change_settings(rest=rest)
    await world.accepted(resident, runner)
    await world.later(hours=2)

    assert (422, "malformed_request") == refused
    assert (409, "rest_needed") == await runner.refused("GET", "/v1/hall")
