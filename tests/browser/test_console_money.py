"""Money, books, what staff did and figures at the console: pages, their forms, their files."""

from io import BytesIO
from zipfile import ZipFile

import httpx

from tests.browser.desk import Desk, cookie_of
from tests.fixtures.builders.days import strange_day, strange_differences
from tests.fixtures.builders.wallets import asked, earned
from tests.fixtures.builders.worlds import World, order_on


async def test_managers_follow_the_money_and_ask_wechat_again(
    plain: httpx.AsyncClient, world: World
) -> None:
    """From the sums to a line and to an order; asking again says why, of what was seen."""
    resident, runner = await world.person("resident1"), await world.runner()
    owed_fen = await earned(world, runner)
    row = await asked(world, runner, 100)
    quote = await world.quote(resident)
    late = await resident.post("/v1/orders", order_on(quote["id"], item="=1+1"))
    payment = await resident.post("/v1/payments", {"order_id": late["id"]})
    await resident.post(f"/v1/orders/{late['id']}/cancel", {"reason": "changed_mind"})
    await resident.post(f"/v1/sandbox/payments/{payment['payment_id']}/pay")
    await world.settle()
    csrf = await cookie_of(plain, "dev:staff1")

    async def page(path: str) -> str:
        answer = await plain.get(f"/console{path}")
        assert answer.status_code == 200, (path, answer.text)
        return answer.text

    money = await page("/money")
    assert f'class="number">{owed_fen / 100:.2f}</td>' in money.partition("应付骑手")[2][:90]
    assert "付款时已不需要" in await page("/money/troubles")
    assert "下单人付款" in await page("/money/accounts/wechat_clearing")
    assert 404 == (await plain.get("/console/money/accounts/escrow")).status_code
    assert f"/orders/{late['id']}/money" in await page(f"/orders/{late['id']}")
    assert "微信退款" in await page(f"/orders/{late['id']}/money")
    assert row["id"] in await page("/withdrawals?state=offered")
    again = f"/console/withdrawals/{row['id']}/retry"
    listed = await world.admin.get(f"/v1/places/{world.community_id}/withdrawals")
    form = {"csrf": csrf, "version": listed["items"][0]["version"], "reason": "canary-why"}
    steps = [await plain.post(again, data=form) for _ in range(2)]
    assert [303, 412] == [step.status_code for step in steps]

    orders = (await plain.get("/console/orders/table.csv?state=cancelled")).text
    assert [True, False] == ["'=1+1" in orders, ",=1+1" in orders]
    assert 3 == len((await page("/withdrawals/table.csv")).splitlines()) + 1
    book = await plain.get("/console/money/accounts/wechat_clearing/table.xlsx")
    assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(book.content)).namelist()
    assert 404 == (await plain.get("/console/orders/table.pdf")).status_code
    figures = await page("/figures")
    told = (await world.admin.get(f"/v1/stats/places/{world.community_id}"))["days"][-1]
    counts = ("orders_count", "delivered_count", "failed_count", "cancelled_count")
    assert [2, 1, 0, 1] == [told[name] for name in counts]
    assert '<rect class="good"' in figures
    assert "canary-why" in await page("/audit?group=money")


async def test_the_audit_tells_work_and_no_private_life(
    plain: httpx.AsyncClient, world: World
) -> None:
    """What staff decide is there with its reason, page by page; what they order is not."""
    staff, admin = await world.person("staff1"), world.admin
    mine = await world.paid(staff)
    theirs = await world.paid(await world.person("resident1"))
    await staff.post(f"/v1/orders/{mine['id']}/cancel", {"reason": "changed_mind"})
    order = await staff.get(f"/v1/orders/{theirs['id']}")
    refund = {"amount_fen": 10, "reason": "goodwill", "text": "等太久"}
    await staff.post(
        f"/v1/orders/{order['id']}/refund", refund, headers={"If-Match": f'"{order["version"]}"'}
    )
    await staff.post(f"/v1/orders/{order['id']}/cancel",
                     {"reason": "staff_decision", "text": "骑手不够"})  # fmt: skip
    day = await strange_day(world)
    csrf = await cookie_of(plain, "dev:admin1")
    differs = (await strange_differences(world, day))[0]
    seen = (await plain.get(f"/console/reconciliations/{day['id']}")).text
    closing = f"/console/differences/{differs['id']}/explain"
    form = {"csrf": csrf, "version": str(differs["version"]), "reason": "线下收款"}
    closed = [await plain.post(closing, data=form) for _ in range(2)]
    path = f"/v1/places/{world.community_id}/audit"
    first = await admin.get(f"{path}?limit=1&actor_id={staff.id}")
    rest = await admin.get(f"{path}?actor_id={staff.id}&cursor={first['next_cursor']}")
    acts = [(a["act"], a["reason"], a["role"]) for a in [*first["items"], *rest["items"]]]
    by_staff = (await staff.get(f"{path}?group=money"))["items"]

    assert [
        ("order.cancelled", "staff_decision", "community_staff"),
        ("order.refund_decided", "goodwill", "community_staff"),
    ] == [a for a in acts if a[0].startswith(("order.", "job."))]
    assert mine["id"] not in {a["subject_id"] for a in rest["items"]}
    assert differs["advice"] in seen
    assert [303, 412] == [c.status_code for c in closed]
    assert "线下收款" in (await plain.get("/console/audit")).text
    assert "线下收款" in (await plain.get("/console/differences/table.csv")).text
    # What is of no community is told to those who answer for all of them.
    assert [] == by_staff
    assert (404, "not_found") == await staff.refused("GET", f"/v1/places/{world.office_id}/audit")
    assert 422 == (await admin.call("GET", f"{path}?cursor=WyJ4IiwieSJd")).status_code


async def test_pages_of_money_fit_a_small_phone(desk: Desk, world: World) -> None:
    """No page sticks out, none complains of the policy of content."""
    runner = await world.runner()
    await earned(world, runner)
    await asked(world, runner, 100)
    order = await world.paid(await world.person("resident1"))
    day = await strange_day(world)
    await desk.sign_in("dev:admin1")
    paths = [
        "/money", "/money/troubles", "/money/accounts/platform_fee", "/withdrawals",
        f"/orders/{order['id']}/money", "/reconciliations", f"/reconciliations/{day['id']}",
        "/differences", "/audit", "/figures",
    ]  # fmt: skip

    assert [] == [wide for path in paths for wide in await desk.too_wide(path)]
