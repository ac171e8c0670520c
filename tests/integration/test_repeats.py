"""Repeating errands: each next order a day ahead, exactly once, paid each time or skipped."""

from datetime import date, datetime, timedelta

import pytest

from api.kit.clock import CHINA
from api.repeats.rules import Rule, day_after, first_day, place_at, window_on
from tests.fixtures.builders.errands import SAMPLES
from tests.fixtures.builders.repeating import weekly
from tests.fixtures.builders.worlds import World
from workers.timers import TIMERS

MONDAY = date(2026, 11, 23)
MON_WED = Rule((1, 3), 9 * 60, 60, MONDAY + timedelta(days=9))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (MONDAY - timedelta(days=1), MONDAY),
        (MONDAY, MONDAY + timedelta(days=2)),
        (MONDAY + timedelta(days=2), MONDAY + timedelta(days=7)),
        (MONDAY + timedelta(days=7), MONDAY + timedelta(days=9)),
        (MONDAY + timedelta(days=9), None),
    ],
)
def test_the_days_of_a_rule_follow_each_other_until_the_last(
    day: date, expected: date | None
) -> None:
    """Mondays and Wednesdays, the last day included."""
    assert expected == day_after(MON_WED, day)


@pytest.mark.parametrize(("hour", "expected"), [(8, MONDAY), (9, MONDAY + timedelta(days=2))])
def test_the_first_day_is_one_that_has_not_begun(hour: int, expected: date) -> None:
    """On the day itself, while its window is still to come."""
    now = datetime(2026, 11, 23, hour, tzinfo=CHINA)

    day = first_day(MON_WED, now=now)

    assert expected == day
    begins, ends = window_on(MON_WED, expected)
    assert timedelta(days=1) == begins - place_at(MON_WED, expected)
    assert timedelta(hours=1) == ends - begins


async def test_the_next_order_is_placed_a_day_ahead_and_once(world: World) -> None:
    """Not before, and not again, however often the worker looks."""
    resident = await world.person("resident1")
    repeat = await resident.post("/v1/repeats", await weekly(world))
    await world.settle()
    early = (await resident.get("/v1/orders"))["items"]
    await world.later(days=2, hours=12)

    await TIMERS["place_repeats"].sweep(world.parts)
    await world.settle()

    [order] = (await resident.get("/v1/orders"))["items"]
    after = await resident.get(f"/v1/repeats/{repeat['id']}")
    assert [] == early
    assert "awaiting_payment" == order["state"]
    assert [order["id"]] == [d["order_id"] for d in after["days"]]
    weekly_later = date.fromisoformat(repeat["next_on"]) + timedelta(days=7)
    assert weekly_later.isoformat() == after["next_on"]
    assert repeat["quote"]["fee_fen"] == order["fee_fen"]


async def test_what_was_paid_is_carried_out_and_what_was_not_is_skipped(world: World) -> None:
    """The job waits for its window; an unpaid day is told as skipped, the next one comes."""
    resident = await world.person("resident1")
    repeat = await resident.post("/v1/repeats", await weekly(world))
    await world.later(days=2, hours=12)
    [order] = (await resident.get("/v1/orders"))["items"]
    await world.pay(resident, order["id"])
    paid = await resident.get(f"/v1/orders/{order['id']}")
    await world.later(days=7)
    unpaid = (await resident.get("/v1/orders"))["items"][0]
    await world.later(days=1)

    days = (await resident.get(f"/v1/repeats/{repeat['id']}"))["days"]

    assert ("active", "waiting") == (paid["state"], paid["job_state"])
    assert order["id"] != unpaid["id"]
    assert ["not_paid_in_time", None] == [d["code"] for d in days]


async def test_a_paused_repeat_places_nothing_and_an_ended_one_stays_so(world: World) -> None:
    """Resumed it goes on with the next day that is to come."""
    resident, other = await world.person("resident1"), await world.person("resident2")
    repeat = await resident.post("/v1/repeats", await weekly(world))
    path = f"/v1/repeats/{repeat['id']}"
    foreign = await other.refused("POST", f"{path}/pause")
    await resident.post(f"{path}/pause")
    await world.later(days=6)
    paused = (await resident.get("/v1/orders"))["items"]
    resumed = await resident.post(f"{path}/resume")
    ended = await resident.post(f"{path}/end")

    again = await resident.refused("POST", f"{path}/resume")

    assert (404, "not_found") == foreign
    assert [] == paused
    assert resumed["next_on"] > repeat["next_on"]
    assert ("ended", None) == (ended["state"], ended["next_on"])
    assert (409, "repeat_moved_on") == again


async def test_a_day_that_cannot_be_is_skipped_with_its_reason(world: World) -> None:
    """The community shrank meanwhile: refused as any order would be, and told."""
    resident = await world.person("resident1")
    repeat = await resident.post("/v1/repeats", await weekly(world))
    await world.change_settings(max_trip_m=100)
    await world.later(days=2, hours=12)

    days = (await resident.get(f"/v1/repeats/{repeat['id']}"))["days"]

    assert [(repeat["next_on"], None, "trip_too_long")] == [
        (d["day"], d["order_id"], d["code"]) for d in days
    ]


async def test_what_cannot_repeat_is_refused_by_name(world: World) -> None:
    """Codes of parcels are for one time, a last day is to come, and the usual is forbidden."""
    resident = await world.person("resident1")
    parcel = await weekly(world, details={"kind": "parcel", **(SAMPLES["parcel"].details or {})})
    parcel["errand"]["kind"] = "parcel"
    past, forbidden = await weekly(world), await weekly(world, item="一条香烟")
    past["rule"]["until"] = "2026-01-01"

    said: list[tuple[str, str]] = []
    for body in (parcel, past, forbidden):
        answer = await resident.call("POST", "/v1/repeats", json=body)
        said.append((answer.json()["code"], answer.json()["errors"][0]["field"]))

    assert said == [
        ("malformed_request", "errand.kind"),
        ("malformed_request", "rule.until"),
        ("goods_forbidden", "item"),
    ]
