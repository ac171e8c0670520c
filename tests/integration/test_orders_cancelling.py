"""Cancelling: the cost is asked first, the figure shown is the figure charged."""

import asyncio
from typing import Any

import pytest

from api.kit.db import run
from tests.fixtures.builders.carrying import hand_over
from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.money import payments_of, percent, refunded
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import at_once, outcomes, until_blocked
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.windows import window_in
from tests.fixtures.builders.worlds import World, point

MIND = {"reason": "changed_mind"}
# Which share of the fee cancelling costs, by the stage that the order has reached.
COST_PERCENT = {
    "unpaid": 0, "waiting": 0, "open": 0, "accepted": 0, "accepted_long_ago": 20, "arrived": 50,
}  # fmt: skip
SAID = {"text": "电梯停了,门岗也不让进"}
TOO_LATE = {
    "picked_up": "cancel_not_possible",
    "failed": "cancel_not_possible",
    "delivered": "cancel_not_possible",
    "completed": "order_moved_on",
    "cancelled": "order_moved_on",
}


async def order_at(world: World, stage: str, resident: Person) -> str:
    """An order that has reached a stage."""
    if stage == "unpaid":
        return (await world.place(resident))["id"]
    if stage == "waiting":
        return (await world.paid(resident, window=window_in(minutes=120)))["id"]
    if stage in ("open", "cancelled"):
        order = await world.paid(resident)
        if stage == "cancelled":
            await resident.post(f"/v1/orders/{order['id']}/cancel", MIND)
        return order["id"]
    runner = await world.runner()
    if stage in ("accepted", "accepted_long_ago", "arrived"):
        order = await world.accepted(resident, runner)
        if stage == "arrived":
            await runner.post(f"/v1/jobs/{order['job_id']}/arrive")
        if stage != "accepted":
            await world.later(seconds=121)
        return order["id"]
    if stage in ("picked_up", "failed"):
        order = await world.picked_up(resident, runner)
        if stage == "failed":
            await runner.post(f"/v1/jobs/{order['job_id']}/fail", {"reason": "refused"})
        return order["id"]
    act = world.delivered if stage == "delivered" else world.completed
    return (await act(resident, runner))["id"]


async def test_only_the_customer_and_staff_of_the_place_may_cancel(world: World) -> None:
    """To everybody else the order does not exist, and without a session nothing does."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    foreign = await foreign_staff(world)
    path = f"/v1/orders/{(await world.paid(resident))['id']}/cancel"

    anonymous = await world.http.post(path, json=MIND)

    assert 401 == anonymous.status_code
    assert (404, "not_found") == await other.refused("POST", path, json=MIND)
    assert (404, "not_found") == await foreign.refused("POST", path, json=MIND)


@pytest.mark.parametrize(("stage", "code"), TOO_LATE.items())
async def test_it_can_be_too_late_to_cancel(world: World, stage: str, code: str) -> None:
    """Once the goods are on their way neither cost nor cancellation is to be had."""
    resident = await world.person("resident1")
    order_id = await order_at(world, stage, resident)

    asked = await resident.refused("GET", f"/v1/orders/{order_id}/cancel-cost")
    cancelled = await resident.refused("POST", f"/v1/orders/{order_id}/cancel", json=MIND)

    assert [(409, code), (409, code)] == [asked, cancelled]


async def test_a_cost_that_was_not_asked_for_is_not_charged(world: World) -> None:
    """Where cancelling costs something, a token must prove that the figure was shown."""
    resident = await world.person("resident1")
    order_id = await order_at(world, "accepted_long_ago", resident)

    refused = await resident.refused("POST", f"/v1/orders/{order_id}/cancel", json=MIND)

    assert (409, "cancel_cost_changed") == refused


async def test_a_cost_that_changed_meanwhile_is_not_charged(world: World) -> None:
    """It was free when asked; two minutes later it is not, and the customer must be asked."""
    resident = await world.person("resident1")
    order_id = await order_at(world, "accepted", resident)
    shown = await resident.get(f"/v1/orders/{order_id}/cancel-cost")
    await world.later(seconds=121)
    body = {**MIND, "token": shown["token"]}

    refused = await resident.refused("POST", f"/v1/orders/{order_id}/cancel", json=body)

    assert 0 == shown["cost_fen"]
    assert (409, "cancel_cost_changed") == refused


async def test_a_figure_holds_for_five_minutes(world: World) -> None:
    """Then it must be asked for again, though it is still the same."""
    resident = await world.person("resident1")
    order_id = await order_at(world, "accepted_long_ago", resident)
    path = f"/v1/orders/{order_id}/cancel"
    shown = await resident.get(f"{path}-cost")
    await world.later(seconds=301)
    again = await resident.get(f"{path}-cost")

    old = await resident.refused("POST", path, json={**MIND, "token": shown["token"]})
    order = await resident.post(path, {**MIND, "token": again["token"]})

    assert (409, "cancel_token_expired") == old
    assert shown["cost_fen"] == again["cost_fen"] == order["cost_fen"]


async def test_a_token_nobody_gave_is_worth_nothing(world: World) -> None:
    """Not even where cancelling is free: a client that sends one means a figure."""
    resident = await world.person("resident1")
    order_id = await order_at(world, "open", resident)
    path = f"/v1/orders/{order_id}/cancel"
    tokens = ["", ".", "1.", "x.y", "9" * 64, f"99999999999.{'0' * 32}"]

    refused = {await resident.refused("POST", path, json={**MIND, "token": t}) for t in tokens}

    assert {(409, "cancel_cost_changed")} == refused


async def test_the_token_of_another_order_is_worth_nothing(world: World) -> None:
    """A token holds for one order, though the figures be the same."""
    resident = await world.person("resident1")
    one, other = await world.paid(resident), await world.paid(resident)
    shown = await resident.get(f"/v1/orders/{other['id']}/cancel-cost")
    body = {**MIND, "token": shown["token"]}

    refused = await resident.refused("POST", f"/v1/orders/{one['id']}/cancel", json=body)

    assert (409, "cancel_cost_changed") == refused


@pytest.mark.parametrize(("stage", "share"), COST_PERCENT.items())
async def test_what_is_shown_is_charged_and_the_rest_goes_back(
    world: World, stage: str, share: int
) -> None:
    """At each stage: staff see the same figure, the token carries it, the refund matches it."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    order_id = await order_at(world, stage, resident)
    fee_fen = (await resident.get(f"/v1/orders/{order_id}"))["fee_fen"]
    cost_fen = percent(fee_fen, share)
    back_fen = 0 if stage == "unpaid" else fee_fen - cost_fen
    shown = await resident.get(f"/v1/orders/{order_id}/cancel-cost")
    to_staff = await staff.get(f"/v1/orders/{order_id}/cancel-cost")
    body = {**MIND, "token": shown["token"]}

    order = await resident.post(f"/v1/orders/{order_id}/cancel", body)
    await world.settle()

    assert shown == to_staff | {k: shown[k] for k in ("token", "expires_at")}
    assert (cost_fen, back_fen) == (shown["cost_fen"], shown["refund_fen"])
    assert ("cancelled", "changed_mind", "resident", "resident", cost_fen, back_fen) == (
        order["state"],
        order["cancel_reason"],
        order["cancel_fault"],
        order["cancel_side"],
        order["cost_fen"],
        order["refunded_fen"],
    )
    assert (back_fen, int(back_fen > 0)) == await refunded(world, order_id)


async def test_staff_cancel_at_the_figure_that_the_customer_would_see(world: World) -> None:
    """A call by telephone: who records it makes no difference to cost and fault."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    order_id = await order_at(world, "accepted_long_ago", resident)
    shown = await resident.get(f"/v1/orders/{order_id}/cancel-cost")
    body = {**MIND, "token": shown["token"]}

    order = await staff.post(f"/v1/orders/{order_id}/cancel", body)

    assert (shown["cost_fen"], "resident", "staff") == (
        order["cost_fen"],
        order["cancel_fault"],
        order["cancel_side"],
    )


async def test_what_staff_decide_costs_the_customer_nothing(world: World) -> None:
    """The platform answers for it: the figure for this reason is 0, and it is charged so."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    order_id = await order_at(world, "arrived", resident)
    path = f"/v1/orders/{order_id}/cancel"
    mind = await staff.get(f"{path}-cost")
    shown = await staff.get(f"{path}-cost?reason=staff_decision")
    body = {"reason": "staff_decision", "token": mind["token"]}

    other = await staff.refused("POST", path, json=body)
    order = await staff.post(path, {**body, "token": shown["token"]})

    assert (409, "cancel_cost_changed") == other
    assert (0, 0, "platform") == (shown["cost_fen"], order["cost_fen"], order["cancel_fault"])


async def test_the_runner_sees_the_figure_the_customer_sees(world: World) -> None:
    """By the job, as runners know no orders; another runner sees nothing."""
    resident, other = await world.person("resident1"), await world.runner(2)
    order_id = await order_at(world, "arrived", resident)
    job_id = (await resident.get(f"/v1/orders/{order_id}"))["job_id"]
    runner = await world.person("runner1")
    reason = "?reason=customer_unreachable"

    seen = [
        await runner.get(f"/v1/jobs/{job_id}/cancel-cost{reason}"),
        await resident.get(f"/v1/orders/{order_id}/cancel-cost{reason}"),
    ]

    assert seen[0] == seen[1] | {k: seen[0][k] for k in ("token", "expires_at")}
    assert ("arrived", "resident") == (seen[0]["stage"], seen[0]["fault"])
    assert (404, "not_found") == await other.refused("GET", f"/v1/jobs/{job_id}/cancel-cost")


@pytest.mark.parametrize(
    ("reason", "said", "fault", "delta_cp"),
    [
        ("runner_unable", {}, "runner", -50),
        ("weather", SAID, "nobody", 0),
        ("shop_closed", SAID, "merchant", 0),
    ],
)
async def test_a_runner_who_cancels_is_excused_by_evidence(
    world: World, reason: str, said: dict[str, str], fault: str, delta_cp: int
) -> None:
    """All money goes back; without an excuse it costs points, as handing back does."""
    resident, runner = await world.person("resident1"), await world.runner()
    # For two weeks a newcomer's worst mistakes are free.
    await world.later(days=15)
    await world.stands(runner, point())
    for _ in range(3):
        # Two in a week are free of themselves.
        order = await world.accepted(resident, runner)
        await world.later(seconds=121)
        path = f"/v1/jobs/{order['job_id']}/cancel"
        if said:
            bare = await runner.refused("POST", path, json={"reason": reason})
            assert (409, "evidence_missing") == bare
        await runner.call("POST", path, json={"reason": reason, **said}, expect=204)
        await world.stands(runner, point())
    await world.settle()
    seen = await resident.get(f"/v1/orders/{order['id']}")
    entries = (await runner.get(f"/v1/points/runners/{runner.id}/ledger"))["items"]

    assert ("cancelled", "runner", fault) == (
        seen["state"],
        seen["cancel_side"],
        seen["cancel_fault"],
    )
    assert (order["fee_fen"], 1) == await refunded(world, order["id"])
    assert [*["order.released"] * 3, "runner.joined"] == [e["kind"] for e in entries]
    assert delta_cp == sum(e["delta_cp"] for e in entries)


async def test_nobody_gives_the_reason_of_another(world: World) -> None:
    """Nor one that does not fit the stage."""
    resident, runner = await world.person("resident1"), await world.runner()
    waiting, accepted = await world.paid(resident), await world.accepted(resident, runner)
    tries = [
        (resident, f"/v1/orders/{waiting['id']}/cancel", "weather"),
        (resident, f"/v1/orders/{waiting['id']}/cancel", "runner_asked"),
        (resident, f"/v1/orders/{accepted['id']}/cancel", "runner_unable"),
        (resident, f"/v1/orders/{accepted['id']}/cancel", "staff_decision"),
        (runner, f"/v1/jobs/{accepted['job_id']}/cancel", "changed_mind"),
        (runner, f"/v1/jobs/{accepted['job_id']}/cancel", "customer_unreachable"),
    ]

    refused = {
        await who.refused("POST", path, json={"reason": reason, **SAID})
        for who, path, reason in tries
    }

    assert {(409, "cancel_reason_unfit")} == refused


async def test_what_was_said_is_read_by_staff_and_by_its_author(world: World) -> None:
    """Sealed at rest, never in an event; the customer does not read what the runner said."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.accepted(resident, runner)
    job, path = f"/v1/jobs/{order['job_id']}", f"/v1/orders/{order['id']}/statements"

    await runner.post(f"{job}/release", {"reason": "gate_refused", **SAID})
    to_staff, to_customer = await staff.get(path), await resident.get(path)

    assert [("release", "gate_refused", SAID["text"], runner.id)] == [
        (s["act"], s["reason"], s["text"], s["author_id"]) for s in to_staff["items"]
    ]
    assert [] == to_customer["items"]
    assert (404, "not_found") == await runner.refused("GET", path)


async def test_where_the_table_asks_for_a_photo_words_are_not_enough(world: World) -> None:
    """One's own photo, sent as evidence; staff see it, and it is used once."""
    resident, runner = await world.person("resident1"), await world.runner()
    staff = await world.person("staff1")
    order = await world.accepted(resident, runner)
    path = f"/v1/jobs/{order['job_id']}/release"
    own = (await uploaded(runner, purpose="evidence"))["upload_id"]
    other = (await uploaded(resident, purpose="evidence"))["upload_id"]
    body = {"reason": "lift_broken", **SAID}

    bare = await runner.refused("POST", path, json=body)
    foreign = await runner.refused("POST", path, json={**body, "upload_ids": [other]})
    await runner.post(path, {**body, "upload_ids": [own]})
    said = (await staff.get(f"/v1/orders/{order['id']}/statements"))["items"]
    await runner.post(f"/v1/jobs/{order['job_id']}/accept")
    again = await runner.refused("POST", path, json={**body, "upload_ids": [own]})

    assert (409, "evidence_missing") == bare
    assert [(409, "upload_unknown")] * 2 == [foreign, again]
    assert [[own]] == [[p["upload_id"] for p in s["photos"]] for s in said]


async def test_the_policy_is_there_for_anybody(world: World) -> None:
    """Without a session, with the figures of a community."""
    await world.change_settings(cancel_after_accept_percent=35)
    path = "/v1/policies/cancellation"
    plain = (await world.http.get(path)).json()
    ours = (await world.http.get(f"{path}?community_id={world.community_id}")).json()
    failure = (await world.http.get("/v1/policies/failure")).json()

    def percent_of(policy: dict[str, Any]) -> int:
        rows = [
            r for r in policy["rows"] if (r["stage"], r["reason"]) == ("accepted", MIND["reason"])
        ]
        return rows[0]["percent"]

    assert (20, 35) == (percent_of(plain), percent_of(ours))
    assert {"releases", "failures"} == failure.keys()


async def test_cancelling_takes_the_job_off_its_runner(world: World) -> None:
    """The runner's hands are free again and the job is nobody's to carry."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    job = f"/v1/jobs/{order['job_id']}"

    await resident.post(f"/v1/orders/{order['id']}/cancel", MIND)

    assert 0 == (await runner.get("/v1/runners/me"))["load"]
    code = {"code": order["pickup_code"]}
    assert (409, "job_moved_on") == await runner.refused("POST", f"{job}/pick-up", json=code)
    assert (409, "job_not_open") == await runner.refused("POST", f"{job}/accept")


async def test_of_many_cancellations_one_counts(world: World) -> None:
    """Ten at once: one works, the rest hear that the order moved on, one refund goes out."""
    resident = await world.person("resident1")
    order = await world.paid(resident)
    path = f"/v1/orders/{order['id']}/cancel"

    answers = await at_once(*(unhurried(resident).call("POST", path, json=MIND) for _ in range(10)))
    await world.settle()

    assert {"ok": 1, "order_moved_on": 9} == outcomes(answers)
    assert (order["fee_fen"], 1) == await refunded(world, order["id"])
    assert [("paid", True)] == await payments_of(world, order["id"])


async def test_cancelling_frees_whoever_holds_the_job_by_then(world: World) -> None:
    """The job changes hands while the cancellation is under way: the new runner is unloaded."""
    resident = await world.person("resident1")
    first, second = await world.runner(1), await world.runner(2)
    order = await world.accepted(resident, first)
    await world.accepted(resident, first)
    async with world.parts.database.session() as session:
        await run(session, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", order["job_id"])
        cancel = f"/v1/orders/{order['id']}/cancel"
        cancelling = asyncio.create_task(resident.call("POST", cancel, json=MIND))
        await until_blocked(world.parts)
        await hand_over(session, job_id=order["job_id"], giver=first.id, taker=second.id)
        await session.commit()
    answer = await cancelling

    loads = [(await r.get("/v1/runners/me"))["load"] for r in (first, second)]

    assert 200 == answer.status_code
    assert [1, 0] == loads
