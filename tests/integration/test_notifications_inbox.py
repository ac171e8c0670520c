"""The inbox: one record for each event and person, whatever rings how often."""

import asyncio
from uuid import uuid4

from tests.fixtures.builders.messages import inbox, told
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.syncing import follow
from tests.fixtures.builders.worlds import World
from tests.fixtures.working import drain
from workers.pump import pump_once
from workers.reacting import react

_TELL = "notifications.tell"
_PENDING_SQL = "SELECT event_seq FROM reactions WHERE task = $1 AND state = 'pending'"


async def nothing(event_seq: int, task: str) -> None:
    """A bell that nobody hears."""


async def test_each_is_told_what_the_others_did(world: World) -> None:
    """The customer of the runner's acts, the runner of the customer's; nobody of their own."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.completed(resident, runner)
    await drain(world.parts)

    assert ["job.accepted", "job.picked_up", "job.delivered"] == [
        k for k in await told(resident) if k != "user.granted"
    ]
    assert ["runner.approved", "order.completed"] == [
        k for k in await told(runner) if k != "user.granted"
    ]
    staff = await world.person("staff1")
    assert "runner.applied" in await told(staff)


async def test_a_record_says_what_happened_in_both_languages(world: World) -> None:
    """Words with the order's number, the page it opens, and what it is about."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    await drain(world.parts)
    record = (await inbox(resident))[0]
    english = (await resident.get("/v1/me/inbox", headers={"Accept-Language": "en"}))["items"][0]

    assert "骑手已接单" == record["title"]
    assert str(order["number"]) in record["body"]
    assert f"pages/order/index?id={order['id']}" == record["page"]
    assert ("job", order["job_id"]) == (record["subject"], record["subject_id"])
    assert record["is_urgent"]
    assert "A runner took your order" == english["title"]


async def test_told_ten_times_at_once_is_told_once(world: World) -> None:
    """A reaction that is rung, repeated and raced makes one record and counts it once."""
    resident, runner = await world.person("resident1"), await world.runner()
    await drain(world.parts)
    await world.accepted(resident, runner)
    await pump_once(world.parts, nothing)
    (seq,) = (await rows(world.parts, _PENDING_SQL, _TELL))[0]

    await asyncio.gather(*(react(world.parts, event_seq=seq, task_name=_TELL) for _ in range(5)))
    await react(world.parts, event_seq=seq, task_name=_TELL)
    await drain(world.parts)

    page = await resident.get("/v1/me/inbox", params={"subject": "job"})
    assert (
        1
        == len(page["items"])
        == page["unread"]
        - len((await resident.get("/v1/me/inbox", params={"subject": "user"}))["items"])
    )


async def test_reading_is_counted_once_and_told_to_other_phones(world: World) -> None:
    """One record, then all up to one; what came later stays unread."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.delivered(resident, runner)
    await drain(world.parts)
    other_phone = await follow(resident)
    newest, middle, *_ = await inbox(resident)
    total = len(await inbox(resident))

    first = await resident.post(f"/v1/me/inbox/{middle['id']}/read")
    again = await resident.post(f"/v1/me/inbox/{middle['id']}/read")
    state = await resident.post("/v1/me/inbox/read-all", {"up_to": middle["id"]})
    await drain(world.parts)

    assert first["read_at"] == again["read_at"]
    assert first["read_at"] is not None
    assert {"unread": 1} == state
    assert [newest["id"]] == [r["id"] for r in await inbox(resident, show="unread")]
    assert ["inbox"] * 2 == [i["kind"] for i in await other_phone.catch_up()][:2]
    assert {"unread": 0} == await resident.post("/v1/me/inbox/read-all", {"up_to": newest["id"]})
    assert total >= 3


async def test_a_record_of_another_is_not_there(world: World) -> None:
    """Neither to be read nor to read up to; as if it did not exist."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.accepted(resident, runner)
    await drain(world.parts)
    foreign, stranger = (await inbox(resident))[0]["id"], await world.person("resident2")

    for record_id in (foreign, str(uuid4())):
        for path, body in (
            (f"/v1/me/inbox/{record_id}/read", {}),
            ("/v1/me/inbox/read-all", {"json": {"up_to": record_id}}),
        ):
            assert (404, "not_found") == await stranger.refused("POST", path, **body)
    assert (await inbox(resident))[0]["read_at"] is None


async def test_pages_follow_each_other(world: World) -> None:
    """Newest first, without a gap or a repeat."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.delivered(resident, runner)
    await drain(world.parts)
    whole = [r["id"] for r in await inbox(resident)]
    paged: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = await resident.get("/v1/me/inbox", params=query)
        paged += [r["id"] for r in page["items"]]
        if not (cursor := page["next_cursor"]):
            break

    assert whole == paged


async def test_after_ninety_days_it_is_forgotten(world: World) -> None:
    """Read or not, with its count; what is younger stays."""
    resident, runner = await world.person("resident1"), await world.runner()
    await world.accepted(resident, runner)
    await drain(world.parts)
    first = (await inbox(resident))[0]["id"]
    await world.later(hours=24 * 80)
    world.people.clear()
    resident = await world.person("resident1")
    await world.accepted(resident, await world.runner(2))
    await drain(world.parts)
    kept = [r["id"] for r in await inbox(resident)]
    await world.later(hours=24 * 11)
    page = await resident.get("/v1/me/inbox", params={"limit": 100})

    assert first in kept
    assert {r["id"] for r in page["items"]} < set(kept) - {first}
    assert "job.accepted" in {r["kind"] for r in page["items"]}
    assert page["unread"] == len(page["items"])
