"""Consent per purpose and text: given, asked anew, taken back; and what does not work without."""

import asyncio

from tests.fixtures.builders.people import agree
from tests.fixtures.builders.sql import change, rows, value
from tests.fixtures.builders.worlds import World, point

_LOCATION = "runner_location"
_POSITION = "/v1/runners/me/position"


async def granted(world: World, name: str) -> dict[str, bool]:
    """Which purposes a person agrees to."""
    person = await world.person(name)
    return {c["purpose"]: c["is_granted"] for c in (await person.get("/v1/me/consents"))["items"]}


async def test_where_a_runner_is_takes_a_consent_of_its_own(world: World) -> None:
    """Refused without, also after taking it back; and then the last position is forgotten."""
    runner, staff = await world.person("runner1"), await world.person("staff1")
    await runner.post("/v1/runners/apply", {"community_id": world.community_id})
    await staff.post(f"/v1/runners/{runner.id}/approve", {})
    here = {"point": point()}
    before = await runner.refused("PUT", _POSITION, json=here)
    await agree(runner, "privacy_rules")
    of_other_purpose = await runner.refused("PUT", _POSITION, json=here)
    await agree(runner, _LOCATION)
    await runner.call("PUT", _POSITION, json=here, expect=204)

    await runner.post(f"/v1/me/consents/{_LOCATION}/withdraw")
    await world.settle()

    needed = (409, "consent_needed")
    assert [needed] * 3 == [
        before,
        of_other_purpose,
        await runner.refused("PUT", _POSITION, json=here),
    ]
    assert await value(world.parts, "SELECT lat FROM runners") is None


async def test_a_new_text_is_asked_anew(world: World) -> None:
    """Who agreed to an older text has not agreed to today's; agreeing ends the older consent."""
    runner = await world.runner()
    await change(world.parts, "UPDATE data_consents SET text_version = '2020-01-01'")
    refused = await runner.refused("PUT", _POSITION, json={"point": point()})
    stale = {"purpose": _LOCATION, "version": "2020-01-01"}
    outdated = await runner.refused("POST", "/v1/me/consents", json=stale)
    await agree(runner, _LOCATION)

    states = await rows(world.parts, "SELECT state FROM data_consents ORDER BY granted_at, state")

    assert (409, "consent_needed") == refused
    assert (409, "consent_outdated") == outdated
    assert ["granted", "superseded"] == sorted(r[0] for r in states)
    await world.stands(runner, point())


async def test_agreeing_and_withdrawing_twice_changes_nothing(world: World) -> None:
    """Ten at once are one consent; withdrawing is one call, as agreeing is."""
    person = await world.person("resident1")
    await asyncio.gather(*(agree(person, "photos") for _ in range(10)))
    during = await granted(world, "resident1")
    for _ in range(2):
        await person.post("/v1/me/consents/photos/withdraw")
    told = "SELECT name FROM events WHERE subject = 'data_consent' ORDER BY seq"

    assert [True] == [is_granted for p, is_granted in during.items() if p == "photos"]
    assert [False] * 5 == list((await granted(world, "resident1")).values())
    assert ["data_consent.granted", "data_consent.withdrawn"] == [
        r[0] for r in await rows(world.parts, told)
    ]


async def test_the_rules_are_public_and_say_how_long_what_is_kept(world: World) -> None:
    """In Chinese and English, without a session; every purpose has what refusing it costs."""
    answer = await world.http.get("/v1/legal/privacy")
    english = await world.http.get("/v1/legal/privacy", headers={"Accept-Language": "en"})
    told = answer.json()

    assert (200, "zh", "en") == (answer.status_code, told["language"], english.json()["language"])
    assert all(p["without"] and p["version"] for p in told["purposes"])
    assert {"骑手最近一次的位置": 1, "重复请求的答复": 3}.items() <= {
        k["what"]: k["days"] for k in told["kept"]
    }.items()
    assert {"users", "orders", "addresses"} <= {d["table"] for d in told["data"]}
