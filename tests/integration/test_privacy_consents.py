"""Consent per purpose and text: given, asked anew, taken back; and what does not work without."""

import asyncio

from tests.fixtures.builders.images import encoded, picture, send, uploaded
from tests.fixtures.builders.neighbours import enrol
from tests.fixtures.builders.people import Person, agree
from tests.fixtures.builders.sql import change, rows, value
from tests.fixtures.builders.worlds import World, order_on, point

_LOCATION = "runner_location"
_POSITION = "/v1/runners/me/position"


async def granted(world: World, name: str) -> dict[str, bool]:
    """Which purposes a person agrees to."""
    person = await world.person(name)
    return {c["purpose"]: c["is_granted"] for c in (await person.get("/v1/me/consents"))["items"]}


async def no_photo(person: Person) -> tuple[int, str]:
    """How a photo is refused."""
    answer = await send(person, encoded(picture()))
    return answer.status_code, answer.json()["code"]


async def take_back(person: Person, *purposes: str) -> None:
    """Withdraw consents."""
    for purpose in purposes:
        await person.post(f"/v1/me/consents/{purpose}/withdraw")


async def test_ordering_takes_the_rules_and_photos_their_own_consent(world: World) -> None:
    """Without: no quote, no order on a quote from before, no photo; whom staff order for is asked
    for none, having no phone to agree on. The texts say just this."""
    person, staff = await world.person("resident1"), await world.person("grid1")
    enrolled, quote = await enrol(world, staff), await world.quote(person)
    for who in (person, staff):
        await take_back(who, "privacy_rules", "photos")
    asked = {"kind": "fetch", "pickup": point(), "dropoff": point(200)}
    needed = (409, "consent_needed")

    assert needed == await person.refused("POST", "/v1/quotes", json=asked)
    assert needed == await person.refused("POST", "/v1/orders", json=order_on(quote["id"]))
    assert needed == await staff.refused("POST", "/v1/quotes", json=asked)
    assert needed == await no_photo(person)
    for_them = {"address_id": enrolled["address_id"], "for_person_id": enrolled["id"]}
    asked = {"kind": "fetch", "pickup": point(100), **for_them}
    of_staff = await staff.post("/v1/quotes", asked)
    await staff.post("/v1/orders", order_on(of_staff["id"]))
    for purpose in ("privacy_rules", "photos"):
        await agree(person, purpose)
    await person.post("/v1/orders", order_on(quote["id"]))
    await uploaded(person)


async def test_where_a_runner_is_takes_a_consent_of_its_own(world: World) -> None:
    """Refused without, also after taking it back; and then the last position is forgotten."""
    runner, staff = await world.person("runner1"), await world.person("staff1")
    await runner.post("/v1/runners/apply", {"community_id": world.community_id})
    await staff.post(f"/v1/runners/{runner.id}/approve", {})
    here = {"point": point()}
    before = await runner.refused("PUT", _POSITION, json=here)
    await agree(runner, _LOCATION)
    await runner.call("PUT", _POSITION, json=here, expect=204)

    await runner.post(f"/v1/me/consents/{_LOCATION}/withdraw")
    await world.settle()

    needed = (409, "consent_needed")
    assert [needed] * 2 == [
        before,
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

    sql = "SELECT state FROM data_consents WHERE user_id = $1 AND purpose = $2"
    states = await rows(world.parts, sql, runner.id, _LOCATION)

    assert (409, "consent_needed") == refused
    assert (409, "consent_outdated") == outdated
    assert ["granted", "superseded"] == sorted(r[0] for r in states)
    await world.stands(runner, point())


async def test_agreeing_and_withdrawing_twice_changes_nothing(world: World) -> None:
    """Ten at once are one consent; withdrawing is one call, as agreeing is."""
    person = await world.person("resident1")
    await take_back(person, "privacy_rules", "notifications", "photos")
    so_far = await value(world.parts, "SELECT max(seq) FROM events")
    await asyncio.gather(*(agree(person, "photos") for _ in range(10)))
    during = await granted(world, "resident1")
    for _ in range(2):
        await person.post("/v1/me/consents/photos/withdraw")
    told = "SELECT name FROM events WHERE subject = 'data_consent' AND seq > $1 ORDER BY seq"

    assert [True] == [is_granted for p, is_granted in during.items() if p == "photos"]
    assert [False] * 6 == list((await granted(world, "resident1")).values())
    assert ["data_consent.granted", "data_consent.withdrawn"] == [
        r[0] for r in await rows(world.parts, told, so_far)
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
