"""Staff at work in a real browser: sign in, help, moderate, are refused; no page complains."""

import httpx

from api.console.edge import route_of
from api.console.page import Page
from api.console.rendering import HEADERS
from api.console.site import PAGES
from tests.browser.desk import Desk, cookie_of
from tests.fixtures.builders.boards import LOUD, written
from tests.fixtures.builders.harvests import farmer, joined, neighbour, offered
from tests.fixtures.builders.penalties import appealed, complained
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.worlds import World, point

_FIRST_PAGE_BYTES_MAX = 100_000


async def test_an_order_appears_and_is_given_to_another_runner(desk: Desk, world: World) -> None:
    """Placed over HTTP it is there without reloading; reassigning is one form with a reason."""
    resident = await world.person("resident1")
    first, second = await world.runner(1), await world.runner(2, at=point(60, 90))
    await desk.sign_in("dev:staff1")
    await desk.page.get_by_text("现在没有进行中的单").wait_for()
    assert await desk.received_bytes() < _FIRST_PAGE_BYTES_MAX

    order = await world.accepted(resident, first)
    card = desk.page.get_by_role("link", name=f"{order['number']} 取送")
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


async def test_a_quarrel_goes_from_the_queue_to_a_case(desk: Desk, world: World) -> None:
    """Published, made a case of and opened; every page fits a small phone and shuts nobody out."""
    post = await written(world, await world.person("resident1"))
    await desk.sign_in("dev:staff1")

    await desk.go("/posts")
    await desk.page.get_by_role("link", name="查看并处理").click()
    await desk.press("公开")
    await desk.press("转为调解")
    assert "调解中" in await desk.page.locator("article .tags").inner_text()
    await desk.go("/cases")
    await desk.page.get_by_role("link", name="打开", exact=True).click()
    assert LOUD in await desk.page.locator(".said").inner_text()

    order = await world.paid(await world.person("resident1"))
    case = desk.page.url.removeprefix(f"{desk.url}/console").partition("?")[0]
    narrow = [
        "/", "/orders", f"/orders/{order['id']}", f"/orders/{order['id']}/cancel", "/approvals",
        "/posts", f"/posts/{post['id']}", "/cases", case, "/appeals", "/cycles", "/nowhere",
        "/sign-in",
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
    await cookie_of(plain, "dev:staff1")
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
    path = page.path
    for name in ("order_id", "membership_id", "runner_id", "merchant_id", "post_id", "appeal_id",
                 "case_id", "cycle_id", "building_id", "item_id", "bag_id"):  # fmt: skip
        path = path.replace(f"{{{name}:uuid}}", world.office_id)
    # Signing out would end the asking.
    if page.path == "/sign-out" and csrf:
        return 303
    if page.method == "GET":
        return (await plain.get(f"/console{path}")).status_code
    form = {"csrf": csrf, "place_id": world.community_id}
    return (await plain.post(f"/console{path}", data=form)).status_code


async def test_an_appeal_is_upheld_and_a_bag_is_packed(
    plain: httpx.AsyncClient, world: World
) -> None:
    """What the forms of appeals and packing send does what the API would."""
    runner = await _appealing(world)
    csrf = await cookie_of(plain, "dev:staff1")
    page = (await plain.get("/console/appeals")).text
    appeal = (await runner.get("/v1/points/appeals"))["items"][0]
    assert "canary-appeal" in page
    form = {"csrf": csrf, "version": appeal["version"], "outcome": "reverse", "reason": "已核实"}
    answered = await plain.post(f"/console/appeals/{appeal['id']}", data=form)
    stale = await plain.post(f"/console/appeals/{appeal['id']}", data=form)
    assert [303, 412] == [answered.status_code, stale.status_code]

    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop)
    buyer = await neighbour(world, 1)
    bag = await joined(buyer, cycle, 2)
    await world.pay(buyer, bag["id"])
    await owner.post(f"/v1/cycles/{cycle['id']}/close")
    await world.settle()
    here = f"/console/cycles/{cycle['id']}"
    building = (await plain.get(f"{here}/buildings/{world.building_id}")).text
    assert "我来配" in building
    steps = [
        await plain.post(f"{here}/bags/{bag['id']}/claim", data={"csrf": csrf}),
        await plain.post(
            f"{here}/bags/{bag['id']}/pack",
            data={"csrf": csrf, f"count.{cycle['items'][0]['id']}": "2"},
        ),
    ]
    assert [303, 303] == [step.status_code for step in steps], [step.text for step in steps]
    packed = await owner.get(f"/v1/cycles/{cycle['id']}/bags/{bag['id']}")
    assert "packed" == packed["state"]


async def _appealing(world: World) -> Person:
    """A runner who appeals against what a complaint cost."""
    runner = await world.runner()
    await appealed(world, runner, await complained(world, runner))
    return runner
