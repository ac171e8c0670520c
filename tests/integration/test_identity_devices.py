"""One's own sessions: listed by device, ended one by one or all others, at once."""

from datetime import timedelta

import pytest

from api.bootstrap import Parts
from api.identity.rules import device_of
from api.kit.db import read_now
from api.kit.ids import new_id
from api.kit.simulated import set_clock
from tests.contract.recorder import declared as declared
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.worlds import World, point

pytestmark = pytest.mark.usefixtures("declared")
_REFUSED, _NOT_THERE = (401, "not_signed_in"), (404, "not_found")
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) MicroMessenger/8.0.60"


async def _on(world: World, **more: str) -> Person:
    headers = {"User-Agent": more.pop("agent", "")}
    body = {"code": "dev:resident1", **more}
    answer = await world.http.post("/v1/sessions", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return Person(world.http, answer.json()["token"], answer.json()["user_id"])


async def _later(parts: Parts, **by: float) -> None:
    async with parts.database.session() as session:
        at = await read_now(session) + timedelta(**by)
        await set_clock(session, settings=parts.settings, at=at, speed=1)
        await session.commit()


async def test_my_sessions_are_listed_with_their_devices(world: World) -> None:
    """The newest first, this one marked; nobody else's, no token, no ended one."""
    phone = await _on(world, agent=_IPHONE)
    await _on(world, device="客厅的平板", agent=_IPHONE)
    gone = await _on(world)
    await gone.call("DELETE", "/v1/sessions", expect=204)
    other = await sign_in(world.http, "dev:resident2")
    listed = await phone.get("/v1/me/sessions")

    assert [("客厅的平板", False), ("iPhone", True)] == [
        (s["device"], s["is_current"]) for s in listed["items"]
    ]
    assert {"id", "device", "created_at", "seen_at", "expires_at", "is_current"} == set(
        listed["items"][0]
    )
    assert listed["next_cursor"] is None
    assert 1 == len((await other.get("/v1/me/sessions"))["items"])


async def test_pages_of_sessions_hold_each_once(world: World) -> None:
    """Three on pages of two."""
    *_, last = [await _on(world, device=f"D{n}") for n in range(3)]
    first = await last.get("/v1/me/sessions?limit=2")
    second = await last.get(f"/v1/me/sessions?limit=2&cursor={first['next_cursor']}")

    assert ["D2", "D1", "D0"] == [s["device"] for s in (*first["items"], *second["items"])]
    assert second["next_cursor"] is None


async def test_last_seen_is_exact_to_the_hour(world: World) -> None:
    """A session in use is seen again after an hour, and not written to before."""
    person = await _on(world)
    seen: list[str] = []
    for minutes in (0, 50, 15):
        await _later(world.parts, minutes=minutes)
        seen.append((await person.get("/v1/me/sessions"))["items"][0]["seen_at"])

    assert seen[0] == seen[1] < seen[2]


async def test_a_session_is_ended_from_another_device_at_once(world: World) -> None:
    """The lost phone is out at the next request; ending it again finds nothing."""
    lost, mine = await _on(world, device="lost"), await _on(world, device="mine")
    listed = (await mine.get("/v1/me/sessions"))["items"]
    path = f"/v1/me/sessions/{listed[1]['id']}"
    await mine.call("DELETE", path, expect=204)

    assert _REFUSED == await lost.refused("GET", "/v1/me")
    assert 200 == (await mine.call("GET", "/v1/me")).status_code
    assert _NOT_THERE == await mine.refused("DELETE", path)


async def test_a_session_that_is_not_mine_is_not_there(world: World) -> None:
    """Equal bodies for somebody else's and for nobody's; theirs lives on."""
    mine, other = await _on(world), await sign_in(world.http, "dev:resident2")
    theirs = (await other.get("/v1/me/sessions"))["items"][0]["id"]
    answers = [
        (await mine.call("DELETE", f"/v1/me/sessions/{i}")).json() for i in (theirs, new_id())
    ]
    bodies = [{k: v for k, v in a.items() if k != "request_id"} for a in answers]

    assert bodies[0] == bodies[1]
    assert "not_found" == bodies[0]["code"]
    assert 200 == (await other.call("GET", "/v1/me")).status_code


async def test_all_other_sessions_end_with_one_call(world: World) -> None:
    """Of this person; this one, and other people's, live on; twice is once."""
    mine = [await _on(world) for _ in range(3)]
    other = await sign_in(world.http, "dev:resident2")
    for _ in range(2):
        await mine[0].call("DELETE", "/v1/me/sessions", expect=204)
    seen = [(await p.call("GET", "/v1/me")).status_code for p in (*mine, other)]

    assert [200, 401, 401, 200] == seen


async def test_an_expired_session_is_neither_listed_nor_ended(world: World) -> None:
    """Thirty days without use."""
    await _on(world, device="old")
    await _later(world.parts, days=31)
    fresh = await _on(world, device="fresh")

    assert ["fresh"] == [s["device"] for s in (await fresh.get("/v1/me/sessions"))["items"]]


async def test_a_role_taken_away_is_gone_at_the_next_request(world: World) -> None:
    """Roles are read with each request; no token carries any."""
    staff = await world.person("staff1")
    body = {"kind": "building", "parent_id": world.community_id, "point": point()}
    before = await staff.call("POST", "/v1/places", json={**body, "name": "一"})
    await change(world.parts, "UPDATE grants SET revoked_at = now() WHERE role <> 'admin'")
    after = await staff.refused("POST", "/v1/places", json={**body, "name": "二"})

    assert (201, (403, "role_missing")) == (before.status_code, after)


@pytest.mark.parametrize(
    ("named", "agent", "device"),
    [
        ("iPhone 15", _IPHONE, "iPhone 15"),
        (None, _IPHONE, "iPhone"),
        (None, "Mozilla/5.0 (Linux; Android 15; V2338A) MicroMessenger/8.0", "Android"),
        (None, "Mozilla/5.0 (Windows NT 10.0) WindowsWechat", "Windows"),
        (None, "Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) iPhone", "iPad"),
        (None, "curl/8.0", ""),
        ("x" * 61, "", "x" * 60),
    ],
)
def test_a_device_has_the_name_that_its_client_gives_it(
    named: str | None, agent: str, device: str
) -> None:
    """Its own word before the kind that the user agent tells; never the user agent itself."""
    assert device == device_of(named, agent)
