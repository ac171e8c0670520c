"""Staff at work in a real browser: sign in, help, moderate, are refused; no page complains."""

import re

import httpx
from playwright.async_api import WebSocketRoute

from api.console.edge import route_of
from api.console.page import Page
from api.console.rendering import HEADERS
from api.console.site import PAGES
from tests.browser.desk import Desk, cookie_of
from tests.fixtures.builders.boards import shown
from tests.fixtures.builders.lines import on_line
from tests.fixtures.builders.penalties import appealed, complained
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.worlds import World, point
from tests.fixtures.working import drain

_FIRST_PAGE_BYTES_MAX = 100_000


async def test_an_order_appears_and_is_given_to_another_runner(desk: Desk, world: World) -> None:
    """The line tells of what is placed over HTTP; reassigning is one form with a reason."""
    resident = await world.person("resident1")
    first, second = await world.runner(1), await world.runner(2, at=point(60, 90))
    await desk.sign_in("dev:staff1")
    await desk.page.get_by_text("现在没有进行中的单").wait_for()
    await desk.page.get_by_text("有变化立即显示").wait_for()
    assert await desk.received_bytes() < _FIRST_PAGE_BYTES_MAX

    order = await world.accepted(resident, first)
    await drain(world.parts)
    card = desk.page.get_by_role("link", name=f"{order['number']} 取送")
    # By itself the page looks every thirty seconds.
    await card.wait_for(timeout=20_000)
    await desk.page.get_by_role("link", name=f"订单 {order['number']},已接单").wait_for()
    await card.click()
    await desk.unfold("改派")
    await desk.page.get_by_label("骑手").select_option(second.id)
    await desk.page.get_by_label("原因", exact=True).first.select_option("runner_unable")
    await desk.press("改派")

    assert "已改派。" == await desk.page.get_by_role("status").inner_text()
    job = await world.admin.get(f"/v1/jobs/{order['job_id']}")
    assert second.id == job["runner_id"]


async def test_a_desk_without_its_line_asks_by_itself_and_says_so(desk: Desk, world: World) -> None:
    """Cut off, it shows what happens all the same; signed out, it leads to the door."""

    async def cut(line: WebSocketRoute) -> None:
        await line.close(code=1013, reason="busy")

    await desk.page.route_web_socket("**/v1/live?**", cut)
    await desk.sign_in("dev:staff1")
    await desk.page.get_by_text("实时连接断开").wait_for()

    order = await world.paid(await world.person("resident1"))
    await desk.page.get_by_role("link", name=f"{order['number']} 取送").wait_for(timeout=20_000)
    await change(world.parts, "UPDATE sessions SET ended_at = linli_now() WHERE device = '工作台'")
    await desk.page.wait_for_url("**/sign-in**", timeout=20_000)


async def test_every_page_fits_a_small_phone(desk: Desk, world: World) -> None:
    """At 360 px nothing sticks out, and nobody is shut out; some pages are looked at elsewhere."""
    post = await shown(world, await world.person("resident1"))
    order = await world.paid(await world.person("resident1"))
    await desk.sign_in("dev:staff1")
    narrow = [
        "/", "/orders", f"/orders/{order['id']}", f"/orders/{order['id']}/cancel", "/approvals",
        "/posts", f"/posts/{post['id']}", "/cases", "/appeals", "/nowhere", "/sign-in",
    ]  # fmt: skip
    assert [] == [
        wrong for path in narrow for wrong in (*await desk.too_wide(path), *await desk.barriers())
    ]
    desk.forgive("404")


async def test_a_phone_opens_the_console_that_shows_the_code(desk: Desk, world: World) -> None:
    """What the screen shows, a member of staff sends once; nobody else's phone opens anything."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    await desk.go("/sign-in")
    code = await desk.shown_code(world.parts.vault)

    assert (403, "role_missing") == await resident.refused(
        "POST", "/v1/me/console", json={"code": code}
    )
    await staff.post("/v1/me/console", {"code": code})
    await desk.page.wait_for_url("**/console/", timeout=20_000)
    refused = await staff.refused("POST", "/v1/me/console", json={"code": code})
    assert (409, "console_code_invalid") == refused
    listed = (await staff.get("/v1/me/sessions"))["items"]
    assert "工作台" in [session["device"] for session in listed]


async def test_forms_carry_their_token_and_sessions_end(
    plain: httpx.AsyncClient, world: World
) -> None:
    """Without the token, from another site, or after two hours alone, nothing is done."""
    csrf = await cookie_of(plain, "dev:staff1")
    forged = await plain.post("/console/sign-out", data={"csrf": "0" * 32})
    foreign = await plain.post(
        "/console/sign-in", data={"code": "dev:staff1"}, headers={"sec-fetch-site": "cross-site"}
    )
    bare = await plain.post("/console/place", json={})
    bearer = await plain.get(
        "/v1/me", headers={"authorization": f"Bearer {plain.cookies['linli_console']}"}
    )
    assert [403, 403, 415, 401] == [r.status_code for r in (forged, foreign, bare, bearer)]
    assert "请刷新页面再试" in forged.text
    assert {**HEADERS} == {name: forged.headers[name] for name in HEADERS}

    await world.later(hours=1)
    assert 200 == (await plain.get("/console/")).status_code
    await world.later(hours=1.5)
    assert 200 == (await plain.get("/console/now")).status_code
    ticket = (await plain.post("/console/line", data={"csrf": csrf})).json()["ticket"]
    async with on_line(await world.person("staff1"), headers={}, ticket=ticket) as line:
        assert await line.hello()
    await world.later(hours=0.6)
    expired = await plain.get("/console/")
    polled = await plain.get("/console/now", headers={"hx-request": "true"})
    assert (303, "/console/sign-in?expired=1") == (
        expired.status_code, expired.headers["location"],
    )  # fmt: skip
    assert "/console/sign-in" == polled.headers["hx-redirect"]


async def test_every_page_is_refused_whom_its_grants_do_not_name(
    plain: httpx.AsyncClient, world: World
) -> None:
    """All pages, all roles: 403 for whoever the policy does not mean, no crash for all others."""
    grid = await granted(world, "desk-grid", "grid_worker", world.community_id)
    shop = await granted(world, "desk-shop", "merchant_staff", world.community_id)
    people: dict[str, tuple[str, ...]] = {
        "dev:desk-grid": ("grid_worker",),
        "dev:desk-shop": ("merchant_staff",),
        "dev:staff1": ("community_staff",),
        "dev:admin1": ("admin",),
    }
    assert grid.id != shop.id
    wrong: list[str] = []
    for code, roles in people.items():
        csrf = await cookie_of(plain, code)
        for page in PAGES:
            status = await _asked(plain, page, csrf, world)
            is_meant = bool(set(roles) & set(page.roles))
            if (status == 403) == is_meant or status >= 500:
                wrong.append(f"{code} {page.method} {page.path}: {status}")
    plain.cookies.clear()
    wrong += [
        f"nobody {page.path}: {status}"
        for page in PAGES
        if (status := await _asked(plain, page, "", world)) != 303
    ]

    assert [] == wrong
    assert all(route_of(page).path == page.path for page in PAGES)


async def _asked(plain: httpx.AsyncClient, page: Page, csrf: str, world: World) -> int:
    path = re.sub(r"\{\w+:uuid\}", world.office_id, page.path)
    path = path.replace("{form}", "csv").replace("{kind}", "platform_fee")
    # Signing out would end the asking.
    if page.path == "/sign-out" and csrf:
        return 303
    if page.method == "GET":
        return (await plain.get(f"/console{path}")).status_code
    form = {"csrf": csrf, "place_id": world.community_id}
    return (await plain.post(f"/console{path}", data=form)).status_code


async def test_an_appeal_is_answered_once(plain: httpx.AsyncClient, world: World) -> None:
    """The version that was shown decides: the second who answers is told that they are late."""
    runner = await world.runner()
    await appealed(world, runner, await complained(world, runner))
    csrf = await cookie_of(plain, "dev:staff1")
    appeal = (await runner.get("/v1/points/appeals"))["items"][0]
    form = {"csrf": csrf, "version": appeal["version"], "outcome": "reverse", "reason": "已核实"}
    answered = await plain.post(f"/console/appeals/{appeal['id']}", data=form)
    stale = await plain.post(f"/console/appeals/{appeal['id']}", data=form)

    assert [303, 412] == [answered.status_code, stale.status_code]
