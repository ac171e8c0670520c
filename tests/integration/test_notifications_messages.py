"""Messages in WeChat: one consent, one message; at the right time, once, or not at all."""

import asyncio

import pytest

from api.bootstrap import build
from api.settings import Settings
from api.wechat.messenger import SandboxMessenger
from tests.fixtures.builders.messages import at_clock, consents, ends, inbox, left, sent, told
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change, value
from tests.fixtures.builders.worlds import World
from tests.fixtures.working import drain, tick
from workers.sending import send_once

PROGRESS, ENDED = "order_progress", "order_ended"
_AGAIN_SQL = "UPDATE deliveries SET next_at = linli_now() - interval '1 s' WHERE state = 'pending'"


async def accepted_order(world: World, *, at_hour: int = 12) -> tuple[Person, Person, str]:
    """Somebody with one consent whose order was accepted; nothing is sent yet."""
    await at_clock(world, at_hour)
    resident, runner = await world.person("resident1"), await world.runner()
    await consents(resident, PROGRESS)
    order = await world.accepted(resident, runner)
    await drain(world.parts)
    return resident, runner, order["number"]


async def test_a_consent_carries_one_message(world: World) -> None:
    """Sent with number, words and time; the next event finds nothing left and is in the inbox."""
    resident, runner, number = await accepted_order(world)
    await tick(world.parts)
    job_id = (await inbox(resident))[0]["subject_id"]
    code = await value(world.parts, "SELECT pickup_code FROM jobs WHERE id = $1", job_id)
    await runner.post(f"/v1/jobs/{job_id}/pick-up", {"code": code})
    await tick(world.parts)

    ((template_id, fields, page),) = await sent(world.parts)
    assert "sandbox_order_progress" == template_id
    assert str(number) == fields["character_string1"]["value"]
    assert "骑手已接单" == fields["thing2"]["value"]
    assert page.startswith("pages/order/")
    assert 0 == await left(resident, PROGRESS)
    assert ["sent"] == await ends(world.parts)
    assert "job.picked_up" == (await inbox(resident))[0]["kind"]


async def test_without_consent_nothing_is_planned(world: World) -> None:
    """A reject is no consent; the inbox has it all the same."""
    await at_clock(world, 12)
    resident, runner = await world.person("resident1"), await world.runner()
    said = {"answers": [{"template": PROGRESS, "answer": "reject"}]}
    await resident.post("/v1/me/subscriptions", said)
    await world.accepted(resident, runner)
    await tick(world.parts)

    assert ([], []) == (await ends(world.parts), await sent(world.parts))
    assert "job.accepted" == (await inbox(resident))[0]["kind"]


async def test_who_takes_back_the_consent_to_messages_gets_none(world: World) -> None:
    """Whatever was accepted in WeChat's dialog: not one that waited, and none is planned anew."""
    resident, runner, _ = await accepted_order(world)
    await consents(resident, PROGRESS)
    await resident.post("/v1/me/consents/notifications/withdraw")
    await tick(world.parts)
    await world.accepted(resident, runner)
    await tick(world.parts)

    assert (["ungranted"], []) == (await ends(world.parts), await sent(world.parts))
    assert 2 == await left(resident, PROGRESS)
    assert 2 == len([kind for kind in await told(resident) if kind == "job.accepted"])


async def test_what_wechat_refuses_counts_as_none_left(world: World) -> None:
    """43101: no retry, no count; the record stays in the inbox."""
    await at_clock(world, 12)
    resident, runner = await world.person("resident1"), await world.runner()
    said = {"answers": [{"template": PROGRESS, "answer": "accept"}]}
    for _ in range(3):
        await resident.post("/v1/me/subscriptions", said)
    await world.accepted(resident, runner)
    await tick(world.parts)
    await world.later(hours=2)

    assert ["refused"] == await ends(world.parts)
    assert 0 == await left(resident, PROGRESS)
    assert [] == await sent(world.parts)
    assert "job.accepted" in [r["kind"] for r in await inbox(resident)]


async def test_ten_messages_on_three_consents_are_three(world: World, settings: Settings) -> None:
    """However many workers send at once, no consent is used twice and no count is lost."""
    await at_clock(world, 12)
    resident, runner = await world.person("resident1"), await world.runner()
    await world.change_settings(capacity=20)
    await consents(resident, PROGRESS, times=3)
    for _ in range(5):
        await world.accepted(resident, runner)
    await drain(world.parts)
    others = [build(settings) for _ in range(2)]
    for other in others:
        await other.open()
    try:
        await asyncio.gather(*(send_once(p) for p in (world.parts, *others) * 2))
        await tick(world.parts)
    finally:
        for other in others:
            await other.close()

    assert 3 == len(await sent(world.parts))
    assert {"sent": 3, "ungranted": 2} == _counted(await ends(world.parts))
    assert 0 == await left(resident, PROGRESS)


async def test_while_wechat_is_away_it_is_tried_again_and_the_consent_kept(world: World) -> None:
    """With growing pauses, and then it is sent, once."""
    resident, _, _ = await accepted_order(world)
    messenger = world.parts.messenger
    assert isinstance(messenger, SandboxMessenger)
    messenger.is_available = False
    pauses: list[int] = []
    for _ in range(3):
        await send_once(world.parts)
        pauses.append(
            await value(
                world.parts,
                "SELECT round(extract(epoch FROM next_at - linli_now()))::int FROM deliveries",
            )
        )
        assert 1 == await left(resident, PROGRESS)
        await change(world.parts, _AGAIN_SQL)
    messenger.is_available = True
    await tick(world.parts)

    assert [10, 40, 160] == pauses
    assert (1, ["sent"]) == (len(await sent(world.parts)), await ends(world.parts))


async def test_what_never_works_ends_before_it_is_pointless(world: World) -> None:
    """Once the next try would come too late there is none; it expired and is no fault."""
    await accepted_order(world)
    messenger = world.parts.messenger
    assert isinstance(messenger, SandboxMessenger)
    messenger.is_available = False
    for _ in range(6):
        await send_once(world.parts)
        await change(world.parts, _AGAIN_SQL)

    assert ["expired"] == await ends(world.parts)


@pytest.mark.parametrize(("point", "messages"), [("before", 0), ("after", 1)])
async def test_a_worker_that_dies_in_the_call_sends_it_no_second_time(
    world: World, settings: Settings, point: str, messages: int
) -> None:
    """Nobody knows whether it was sent: it is not sent again, and its consent stays used."""
    resident, _, _ = await accepted_order(world)
    dying = build(settings.model_copy(update={"chaos": f"1:1:raise:gateway.{point}_call"}))
    await dying.open()
    await send_once(dying)
    await dying.close()
    await send_once(world.parts)
    in_hand = await ends(world.parts)
    await change(
        world.parts, "UPDATE deliveries SET claimed_at = claimed_at - interval '3 minutes'"
    )
    await tick(world.parts)

    assert (["sending"], ["unknown"]) == (in_hand, await ends(world.parts))
    assert messages == len(await sent(world.parts))
    assert 0 == await left(resident, PROGRESS)


async def test_what_was_read_is_not_sent_any_more(world: World) -> None:
    """Whoever looked into the inbox needs no message, and keeps the consent."""
    resident, _, _ = await accepted_order(world)
    await resident.post(f"/v1/me/inbox/{(await inbox(resident))[0]['id']}/read")
    await tick(world.parts)

    assert ["seen"] == await ends(world.parts)
    assert 1 == await left(resident, PROGRESS)


async def test_in_quiet_hours_only_what_is_urgent_is_sent(world: World) -> None:
    """The rest waits for the morning and is then one message."""
    await at_clock(world, 23)
    resident, runner = await world.person("resident1"), await world.runner()
    await consents(resident, PROGRESS, times=2)
    await consents(resident, ENDED, times=2)
    orders = [await world.paid(resident) for _ in range(3)]
    await runner.post(f"/v1/jobs/{orders[0]['job_id']}/accept")
    staff = await world.person("staff1")
    for order in orders[1:]:
        await staff.post(f"/v1/orders/{order['id']}/cancel", {"reason": "staff_decision"})
    await tick(world.parts)
    by_night = [fields["thing2"]["value"] for _, fields, _ in await sent(world.parts)]
    await at_clock(world, 7)
    by_day = [(t, fields["thing2"]["value"]) for t, fields, _ in await sent(world.parts)][1:]

    assert ["骑手已接单"] == by_night
    assert [("sandbox_order_ended", "您有4条新消息")] == by_day
    assert {"sent": 2, "folded": 3} == _counted(await ends(world.parts))
    assert 1 == await left(resident, ENDED)


async def test_a_community_sets_its_own_quiet_hours(world: World) -> None:
    """Equal ends: never quiet."""
    await at_clock(world, 23)
    await world.change_settings(quiet={"begins": "00:00", "ends": "00:00"})
    resident = await world.person("resident1")
    await consents(resident, ENDED, times=2)
    order = await world.paid(resident)
    staff = await world.person("staff1")
    await staff.post(f"/v1/orders/{order['id']}/cancel", {"reason": "staff_decision"})
    await tick(world.parts)

    assert 2 == len(await sent(world.parts))


async def test_only_templates_that_are_asked_for_here_are_counted(world: World) -> None:
    """An unknown one is refused as a whole; what can be asked for is listed with its id."""
    resident = await world.person("resident1")
    said = [{"template": t, "answer": "accept"} for t in (PROGRESS, "weather")]
    refused = await resident.refused("POST", "/v1/me/subscriptions", json={"answers": said})
    listed = (await resident.get("/v1/me/subscriptions"))["items"]

    assert (422, "malformed_request") == refused
    assert {0} == {c["left"] for c in listed}
    assert "sandbox_order_progress" in {c["template_id"] for c in listed}


async def test_consents_are_bounded(world: World) -> None:
    """Whoever says yes without end is sent a hundred at most."""
    resident = await world.person("resident1")
    said = {"answers": [{"template": PROGRESS, "answer": "accept"}] * 5}
    for _ in range(21):
        await resident.post("/v1/me/subscriptions", said)

    assert 100 == await left(resident, PROGRESS)


def _counted(states: list[str]) -> dict[str, int]:
    return {state: states.count(state) for state in sorted(set(states))}
