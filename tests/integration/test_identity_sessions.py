"""Who calls: sessions, development codes, roles and where they hold."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from api.bootstrap import Parts, build
from api.cli.main import _grant
from api.kit.crypto import token_hash
from api.kit.db import read_now, run
from api.kit.ids import new_token
from api.kit.simulated import set_clock
from api.settings import Settings
from tests.contract.problems import said
from tests.contract.recorder import declared as declared
from tests.fixtures.builders.neighbours import has_phone
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.serving import serving

pytestmark = pytest.mark.usefixtures("declared")
_REFUSED = (401, "not_signed_in")


async def _clock(parts: Parts, **by: float) -> None:
    async with parts.database.session() as session:
        now = await read_now(session) + timedelta(**by)
        await set_clock(session, settings=parts.settings, at=now, speed=1)
        await session.commit()


async def test_what_is_no_token_of_ours_opens_nothing(http: httpx.AsyncClient) -> None:
    """401 with WWW-Authenticate, on ordinary and on hot routes, before the body is looked at."""
    wrong = ("", "Bearer", "Bearer x", "Basic YTpi", "Bearer " + "x" * 200, f"Token {new_token()}",
             f"Bearer {new_token()}", "Bearer ' OR 1=1 -- aaaaaaaaaaaaaa")  # fmt: skip
    seen = {
        said(await http.request(method, path, headers={"Authorization": header}, content=body))
        for header in wrong
        for method, path, body in (
            ("GET", "/v1/me", b""),
            ("GET", "/v1/hall", b""),
            ("PUT", "/v1/me", b"{"),
        )
    }

    assert {_REFUSED} == seen


async def test_a_token_is_good_in_the_header_only(world: World) -> None:
    """Not in the address, where logs would keep it."""
    resident = await world.person("resident1")

    assert _REFUSED == said(await world.http.get(f"/v1/me?token={resident.token}"))


async def test_of_a_token_only_the_hash_is_kept(world: World) -> None:
    """A reader of the database cannot sign in with what stands there."""
    resident = await world.person("resident1")
    async with world.parts.database.session() as session:
        found = "SELECT token_hash, s::text FROM sessions AS s WHERE user_id = $1"
        rows = await run(session, found, resident.id)
    stored = rows[0]

    assert token_hash(resident.token) == bytes(stored[0])
    assert resident.token not in stored[1]


async def test_an_ended_session_is_over_at_once(world: World) -> None:
    """The next request is refused; another session of the same person goes on."""
    first, second = [await sign_in(world.http, "dev:resident1") for _ in range(2)]
    await first.call("DELETE", "/v1/sessions", expect=204)

    assert _REFUSED == await first.refused("GET", "/v1/me")
    assert second.id == (await second.get("/v1/me"))["id"]


async def test_one_call_ends_all_other_sessions(world: World) -> None:
    """Of this person, on every route; nobody else's, and not the one that calls."""
    mine = [await sign_in(world.http, "dev:resident1") for _ in range(4)]
    other = await sign_in(world.http, "dev:resident2")
    await mine[0].call("DELETE", "/v1/sessions", json={"which": "others"}, expect=204)
    seen = [(await p.call("GET", "/v1/me")).status_code for p in (*mine, other)]

    assert [200, 401, 401, 401, 200] == seen


async def test_each_sign_in_has_a_token_of_its_own(world: World) -> None:
    """Never one that was there before (session fixation)."""
    tokens = {(await sign_in(world.http, "dev:resident1")).token for _ in range(5)}

    assert 5 == len(tokens)


@pytest.mark.parametrize(("days", "status"), [(29.9, 200), (30.1, 401)])
async def test_a_session_ends_after_thirty_idle_days(
    world: World, days: float, status: int
) -> None:
    """By the database's clock."""
    resident = await world.person("resident1")
    await _clock(world.parts, days=days)

    assert status == (await resident.call("GET", "/v1/me")).status_code


async def test_a_session_slides_as_long_as_it_is_used(world: World) -> None:
    """Three times twenty days; then thirty idle ones end it."""
    resident, seen = await world.person("resident1"), list[int]()
    for days in (20, 20, 20, 31):
        await _clock(world.parts, days=days)
        seen.append((await resident.call("GET", "/v1/me")).status_code)

    assert [200, 200, 200, 401] == seen


@pytest.mark.parametrize("state", ["banned", "closed"])
async def test_who_is_banned_is_out_at_the_next_request(world: World, state: str) -> None:
    """On ordinary and hot routes, and at the door."""
    runner = await world.runner()
    async with world.parts.database.session() as session:
        await run(session, "UPDATE users SET state = $2 WHERE id = $1", runner.id, state)
        await session.commit()
    door = await world.http.post("/v1/sessions", json={"code": "dev:runner1"})

    closed = (401, "account_closed")
    assert [closed] * 3 == [
        await runner.refused("GET", "/v1/me"),
        await runner.refused("GET", "/v1/hall"),
        said(door),
    ]


async def test_a_code_of_another_form_opens_nothing(http: httpx.AsyncClient) -> None:
    """And a number opens nothing to whom nobody granted anything."""
    wrong = (
        "dev:",
        "dev:A",
        "dev:-x",
        "resident1",
        "dev:a b",
        f"dev:{'x' * 42}",
        "dev:13800138000",
    )
    seen = {said(await http.post("/v1/sessions", json={"code": code})) for code in wrong}

    assert {(401, "login_code_invalid")} == seen


async def test_development_codes_open_nothing_where_they_are_off(settings: Settings) -> None:
    """As in production."""
    closed = settings.model_copy(update={"dev_login": False})
    async with serving(build(closed)) as url, httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/v1/sessions", json={"code": "dev:admin1"})

    assert (503, "login_unavailable") == said(answer)


async def test_who_was_granted_by_phone_signs_in_by_it(
    http: httpx.AsyncClient, parts: Parts
) -> None:
    """`linli grant`: the first admin, twice the same; the number is sealed and found."""
    for _ in range(2):
        assert await _grant(parts, "13800138000", "admin", None)
    admin = await sign_in(http, "dev:13800138000")
    async with parts.database.session() as session:
        rows = await run(session, "SELECT u::text FROM users AS u")

    assert [{"role": "admin", "place_id": None}] == (await admin.get("/v1/me"))["grants"]
    assert [] == [row for row in rows if "13800138000" in row[0]]


async def test_a_role_holds_at_its_place_and_below_but_not_beside(world: World) -> None:
    """Staff of one community: its building yes; its office, its neighbour, the deployment no."""

    async def place(kind: str, parent_id: str | None, name: str, by: Person, status: int) -> str:
        body = {"kind": kind, "parent_id": parent_id, "name": name, "point": point()}
        answer = await by.call("POST", "/v1/places", json=body)
        assert status == answer.status_code, (kind, name, answer.text)
        return answer.json().get("id", "")

    beside = await place("community", world.office_id, "旁边社区", world.admin, 201)
    await _grant(world.parts, "13900139000", "community_staff", UUID(world.community_id))
    staff = await sign_in(world.http, "dev:13900139000")

    await place("building", world.community_id, "自己的楼", staff, 201)
    await place("building", beside, "别人的楼", staff, 403)
    await place("community", world.office_id, "新社区", staff, 403)
    await place("office", None, "新街道", staff, 403)
    edit = {"headers": {"If-Match": '"1"'}, "json": {"name": "改名"}}
    seen = [
        (await staff.call("PUT", f"/v1/places/{i}", **edit)).status_code
        for i in (world.building_id, world.community_id, beside, world.office_id)
    ]
    assert [200, 200, 403, 403] == seen


@pytest.mark.parametrize("name", ["resident1", "runner1", "grid1"])
async def test_who_is_no_manager_makes_no_places(world: World, name: str) -> None:
    """403, also for a grid worker, who is staff but manages nothing."""
    body = {"kind": "building", "parent_id": world.community_id, "name": "楼", "point": point()}

    assert (403, "role_missing") == await (await world.person(name)).refused(
        "POST", "/v1/places", json=body
    )


async def test_a_nickname_can_be_changed_and_is_seen_by_its_owner(world: World) -> None:
    """The answer, and the next reading of it."""
    resident = await world.person("resident1")
    changed = await resident.put("/v1/me", {"nickname": "小王 🥬"})

    assert ("小王 🥬", changed) == (changed["nickname"], await resident.get("/v1/me"))


async def test_a_nickname_reaches_nobody_and_is_no_institution(world: World) -> None:
    """Numbers in any writing and names of offices are refused; staff may carry theirs."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    wrong = (
        "加我13800138000",
        "微信 138-0013-8000",
        "１３８００１３８０００",
        "桂花居委会",
        "客 服 小李",
    )

    said = {await resident.refused("PUT", "/v1/me", json={"nickname": name}) for name in wrong}
    theirs = await staff.put("/v1/me", {"nickname": "桂花居委会小李"})

    assert ({(422, "nickname_refused")}, "桂花居委会小李") == (said, theirs["nickname"])


async def test_ones_own_phone_is_shown_masked(world: World) -> None:
    """Whoever looks over a shoulder learns four digits."""
    resident = await world.person("resident1")
    before = await resident.get("/v1/me")
    await has_phone(world, resident, "13912340987")

    shown = await resident.call("GET", "/v1/me", expect=200)

    assert (None, "139****0987") == (before["phone"], shown.json()["phone"])
    assert "13912340987" not in shown.text
