"""Whole pieces of work at the console, in a real browser: settings, a case, a cycle, a runner."""

from tests.browser.desk import Desk
from tests.fixtures.builders.agreeing import named, term, today
from tests.fixtures.builders.boards import written
from tests.fixtures.builders.cases import appointed, meeting
from tests.fixtures.builders.harvests import farmer, joined, neighbour, offered
from tests.fixtures.builders.penalties import appealed, complained
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.worlds import World

_WHY_SQL = (
    "SELECT data->>'reason' FROM events WHERE name = 'place.changed' ORDER BY seq DESC LIMIT 1"
)


async def test_settings_are_looked_at_before_they_hold(desk: Desk, world: World) -> None:
    """Before and after in sums; what somebody else changed meanwhile refuses it; why is kept."""
    await desk.sign_in("dev:staff1")
    await _night_fee(desk, "3.50")
    assert "8.50" in await desk.page.locator("tr", has_text="夜里 23 点").inner_text()
    assert "待接单的 0 单" in await desk.page.locator("main").inner_text()
    await world.change_settings(offer_s=60)
    await desk.page.get_by_label("为什么改").fill("夜间骑手太少")
    await desk.press("确认并生效")
    assert "别人刚刚改过" in await desk.page.locator("main").inner_text()
    desk.forgive("412")

    await _night_fee(desk, "3.50")
    await desk.page.get_by_label("为什么改").fill("夜间骑手太少")
    await desk.press("确认并生效")
    assert "设置已生效" in await desk.page.get_by_role("status").inner_text()

    settings = (await world.admin.get(f"/v1/places/{world.community_id}"))["settings"]
    assert (350, 60) == (settings["tariff"]["night_fen"], settings["offer_s"])
    assert "夜间骑手太少" == await value(world.parts, _WHY_SQL)
    assert [] == await desk.too_wide("/settings")


async def _night_fee(desk: Desk, yuan: str) -> None:
    await desk.go("/settings")
    await desk.page.get_by_label("22:00–06:00 送达的加价").fill(yuan)
    await desk.press("先看改了什么")


async def test_a_quarrel_is_followed_to_its_agreement(desk: Desk, world: World) -> None:
    """Staff publish, make a case, name the other side and ask; the rest is theirs, and is shown."""
    author, mediator = await world.person("resident1"), await world.person("resident8")
    await appointed(world, mediator, categories=["noise"])
    await written(world, author)
    await desk.sign_in("dev:staff1")
    await desk.go("/posts")
    await desk.page.get_by_role("link", name="查看并处理").click()
    await desk.press("公开")
    await desk.press("转为调解")
    await desk.go("/cases")
    await desk.page.get_by_role("link", name="打开", exact=True).click()
    other = await world.person("resident4")
    await desk.unfold("添加当事人")
    await desk.page.get_by_label("是谁").select_option("person")
    await desk.page.get_by_label("账号编号").fill(other.id)
    await desk.press("添加")
    await desk.press("征求各方意见")

    case_id = desk.page.url.partition("/cases/")[2].partition("?")[0]
    path = f"/v1/cases/{case_id}"
    for party in (author, other):
        await party.post(f"{path}/consent", {"has_read_rights": True})
    await mediator.post(f"{path}/accept")
    await mediator.post(f"{path}/sessions", await meeting(world))
    parties = sorted((await mediator.get(path))["parties"], key=lambda p: p["side"])
    last = {"kind": "always", "last": (await today(world)).isoformat()}
    text = await mediator.post(
        f"{path}/propose",
        {"form": "oral", "facts": "每晚跳舞。", "terms": [term(parties[1]["id"], schedule=last)]},
    )
    await desk.go(f"/cases/{case_id}")
    assert "待签名" in await desk.page.locator("main").inner_text()
    for person, side in ((author, "party"), (other, "party"), (mediator, "mediator")):
        await person.post(f"{path}/sign", named(text, side))
    await desk.go(f"/cases/{case_id}")
    shown = await desk.page.locator("main").inner_text()
    assert "已生效" in shown
    assert "不得在广场播放音乐" in shown
    assert [] == await desk.too_wide(f"/cases/{case_id}")


async def test_a_cycle_is_cut_off_and_packed(desk: Desk, world: World) -> None:
    """More is there, no more is taken, and the bag of the one who paid is filled."""
    owner, shop = await farmer(world)
    cycle = await offered(world, owner, shop)
    buyer = await neighbour(world, 1)
    bag = await joined(buyer, cycle, 2)
    await world.pay(buyer, bag["id"])
    await world.settle()
    await desk.sign_in("dev:staff1")
    await desk.go("/merchants")
    await desk.page.get_by_role("link", name=shop["name"]).click()
    assert "店主" in await desk.page.locator("main").inner_text()
    await desk.go("/cycles")
    await desk.page.get_by_role("link", name=cycle["title"]).click()
    assert "3号楼" in await desk.page.locator("main").inner_text()
    await desk.page.locator("summary", has_text="库存").first.click()
    await desk.page.get_by_label("一共几份").first.fill("20")
    await desk.page.locator("button:text-is('调整')").first.click()
    await desk.page.get_by_text("库存已调整。").wait_for()
    await desk.unfold("提前截单")
    await desk.press("截单")
    await world.settle()

    await desk.go(f"/cycles/{cycle['id']}")
    await desk.page.get_by_role("link", name="3号楼").click()
    await desk.press("我来配")
    await desk.press("装好了")
    assert "已装袋。" == await desk.page.get_by_role("status").inner_text()
    packed = await owner.get(f"/v1/cycles/{cycle['id']}/bags/{bag['id']}")
    assert "packed" == packed["state"]
    wide = [f"/cycles/{cycle['id']}", "/merchants", f"/merchants/{shop['id']}"]
    assert [] == [what for path in wide for what in await desk.too_wide(path)]


async def test_an_appeal_is_upheld_and_a_runner_suspended(desk: Desk, world: World) -> None:
    """From the list to the entry and its arithmetic, the answer, and a decision with its reason."""
    runner = await world.runner()
    await appealed(world, runner, await complained(world, runner))
    await desk.sign_in("dev:staff1")
    await desk.go("/runners?shift=offline")
    assert "没有这样的骑手。" in await desk.page.locator("main").inner_text()
    await desk.go("/runners?shift=online&tier=trainee")
    await desk.page.locator("tbody a").click()
    here = desk.page.url
    assert "canary-appeal" in await desk.page.locator("main").inner_text()
    await desk.page.get_by_role("link", name="去答复").click()
    await desk.page.get_by_label("申诉成立").check()
    await desk.page.get_by_label("理由").fill("电梯停运,已核实")
    await desk.press("答复")
    appeal = (await runner.get("/v1/points/appeals"))["items"][0]
    assert "reversed" == appeal["state"]

    await desk.page.goto(here)
    await desk.unfold("停用")
    await desk.page.get_by_label("原因").fill("证件过期")
    await desk.press("停用")
    assert "证件过期" in await desk.page.locator("main").inner_text()
    assert "suspended" == (await runner.get("/v1/runners/me"))["state"]
    path = here.partition("/console")[2]
    assert [] == [w for p in ("/runners", path) for w in await desk.too_wide(p)]
