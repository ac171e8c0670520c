"""A proof from a stairwell: late, never lost, and worth what its token allows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.jobs.rules import PROOF_SEND_WITHIN, PROOF_WINDOW, judge_late_proof
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_STOP_SQL = "SELECT proven_at, closed_at FROM stops WHERE order_id = $1"


def proof(order: dict[str, Any], issued: dict[str, Any], *, after_s: float) -> dict[str, Any]:
    """A proof that claims so many seconds after the token was issued."""
    at = datetime.fromisoformat(issued["from_at"]) + timedelta(seconds=after_s)
    return {"code": order["receipt_code"], "client_at": at.isoformat(), "token": issued["token"]}


async def carried(world: World) -> tuple[Person, dict[str, Any], dict[str, Any], str]:
    """A runner with an order in hand and a token, and the path of the late proof."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    issued = await runner.post(f"/v1/jobs/{order['job_id']}/proof-token")
    return runner, order, issued, f"/v1/jobs/{order['job_id']}/stops/1/late-proof"


@pytest.mark.parametrize(
    ("client_s", "now_s", "counts_from_s", "verdict"),
    [
        (0, 0, 0, "counted"),
        (60, 600, 60, "counted"),
        (900, 1800, 900, "counted"),
        (-1, 600, 600, "outside_window"),
        (901, 1800, 1800, "outside_window"),
        (601, 600, 600, "outside_window"),
        (60, 1801, 1801, "sent_too_late"),
        (-9999, 9999, 9999, "sent_too_late"),
    ],
)
def test_what_a_late_proof_is_worth(
    client_s: int, now_s: int, counts_from_s: int, verdict: str
) -> None:
    """The phone's time inside the window, both ends included; else the server's."""

    def at(seconds: int) -> datetime:
        return NOON + timedelta(seconds=seconds)

    judged = judge_late_proof(issued_at=NOON, client_at=at(client_s), now=at(now_s))

    assert (900, 1800) == (PROOF_WINDOW.total_seconds(), PROOF_SEND_WITHIN.total_seconds())
    assert (at(counts_from_s), verdict) == judged


async def test_only_who_carries_a_job_gets_a_token(world: World) -> None:
    """After the pickup, before the end; the customer and others see no such thing."""
    resident, runner = await world.person("resident1"), await world.runner(1)
    order = await world.accepted(resident, runner)
    path = f"/v1/jobs/{order['job_id']}/proof-token"

    assert (409, "job_moved_on") == await runner.refused("POST", path)
    for other in (resident, await world.runner(2), await world.person("staff1")):
        assert (404, "not_found") == await other.refused("POST", path)


async def test_a_token_is_good_for_its_runner_and_job_only(world: World) -> None:
    """Forged, altered, another job's: nothing is delivered."""
    runner, order, issued, path = await carried(world)
    other = await world.picked_up(await world.person("resident2"), runner)
    of_other = await runner.post(f"/v1/jobs/{other['job_id']}/proof-token")
    seconds, _, signature = issued["token"].partition(".")
    earlier = f"{int(seconds) - 600}.{signature}"
    tokens = [of_other["token"], earlier, f"{seconds}.{'0' * 32}", "x", f"{'9' * 30}.{signature}"]
    body = proof(order, issued, after_s=0)

    refused = {await runner.refused("POST", path, json={**body, "token": t}) for t in tokens}
    state = (await runner.get(f"/v1/jobs/{order['job_id']}"))["state"]

    assert {(409, "proof_token_invalid")} == refused
    assert "picked_up" == state


async def test_what_was_proven_in_time_is_in_time(world: World) -> None:
    """Delivered within the promise, heard of after it: no lateness, and no second time."""
    runner, order, _, path = await carried(world)
    resident = await world.person("resident1")
    await world.later(seconds=2400 - 300)
    issued = await runner.post(f"/v1/jobs/{order['job_id']}/proof-token")
    await world.later(minutes=20)
    body = proof(order, issued, after_s=120)
    wrong = {**body, "code": "0000" if body["code"] != "0000" else "1111"}

    mistaken = await runner.refused("POST", path, json=wrong)
    answer = await runner.post(path, body)
    again = await runner.refused("POST", path, json=body)
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    await world.settle()
    entry, _ = (await runner.get(f"/v1/points/runners/{runner.id}/ledger"))["items"]

    assert (409, "code_wrong") == mistaken
    assert ("counted", "delivered") == (answer["verdict"], answer["job_state"])
    assert datetime.fromisoformat(body["client_at"]) == datetime.fromisoformat(answer["proven_at"])
    assert (409, "stop_closed") == again
    assert (0, 170) == (entry["fact"]["data"]["late_s"], entry["delta_cp"])


@pytest.mark.parametrize(
    ("after_s", "sent_after", "verdict"),
    [
        (-3600, timedelta(minutes=20), "outside_window"),
        (86_400, timedelta(minutes=20), "outside_window"),
        (60, timedelta(minutes=31), "sent_too_late"),
    ],
)
async def test_what_cannot_be_shown_counts_from_when_it_is_heard_of(
    world: World, after_s: float, sent_after: timedelta, verdict: str
) -> None:
    """The delivery is taken, the claim is not."""
    runner, order, issued, path = await carried(world)
    await world.later(seconds=sent_after.total_seconds())

    answer = await runner.post(path, proof(order, issued, after_s=after_s))
    proven_at, closed_at = (await rows(world.parts, _STOP_SQL, order["id"]))[0]

    assert (verdict, "delivered") == (answer["verdict"], answer["job_state"])
    assert proven_at == closed_at


async def test_a_proof_that_comes_when_the_job_is_over_is_kept_for_staff(world: World) -> None:
    """The runner gave up, then the phone sends what it had: nothing moves, nothing is lost."""
    runner, order, issued, path = await carried(world)
    staff = await world.person("staff1")
    await runner.post(f"/v1/jobs/{order['job_id']}/fail", {"reason": "nobody_there"})
    door = await photo(runner)
    body = {**proof(order, issued, after_s=0), "photo_ids": [door]}

    answer = await runner.post(path, body)
    said = (await staff.get(f"/v1/orders/{order['id']}/statements"))["items"]

    assert ("moved_on", None, "failed") == (
        answer["verdict"], answer["proven_at"], answer["job_state"],
    )  # fmt: skip
    assert [("late_proof", runner.id)] == [(s["act"], s["author_id"]) for s in said]
    assert [[door]] == [[p["upload_id"] for p in s["photos"]] for s in said]
