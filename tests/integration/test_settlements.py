"""Settled days, statements to download, and the quarterly report."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from uuid import UUID
from zipfile import ZipFile

from api.earnings.service.settling import settle_next
from api.kit.clock import china
from api.kit.db import read_now
from tests.fixtures.builders.neighbours import number_born, submit_name
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.shops import opened, took
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.wallets import asked
from tests.fixtures.builders.worlds import World

ME = "/v1/runners/me"


def read(raw: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"))))


async def test_a_day_is_settled_once_after_it_is_over(world: World) -> None:
    """By however many workers; it says what came in, went out, and which errands it was."""
    await world.change_settings(fee_share_percent=10)
    runner, resident = await world.runner(), await world.person("resident1")
    orders = [await world.completed(resident, runner) for _ in range(2)]
    out = await asked(world, runner, 100)
    await runner.post(f"/v1/sandbox/withdrawals/{out['id']}/confirm")
    async with world.parts.database.session() as session:
        today = china(await read_now(session)).date()
    tomorrow = timedelta(days=1, minutes=10)

    async def settle() -> bool:
        async with world.parts.database.transaction() as (session, now):
            return await settle_next(session, runner_id=UUID(runner.id), now=now + tomorrow)

    early = (await runner.get(f"{ME}/settlements"))["items"]
    made = await at_once(*(settle() for _ in range(4)))
    day = (await runner.get(f"{ME}/settlements"))["items"][0]
    lines = (await runner.get(f"{ME}/settlements/lines", params={"day": str(today)}))["items"]
    fee_fen = sum(o["fee_fen"] for o in orders)
    share_fen = sum(o["fee_fen"] * 10 // 100 for o in orders)

    assert ([], 1) == (early, sum(made))
    assert (str(today), 2, 0, fee_fen - share_fen, share_fen, 100) == tuple(
        day[k] for k in ("day", "orders_count", "opening_fen", "income_fen", "platform_fen",
                         "paid_out_fen")
    )  # fmt: skip
    assert day["closing_fen"] == fee_fen - share_fen - 100 == lines[-1]["balance_fen"]
    assert [o["number"] for o in orders] == [i["number"] for i in lines[:2]]
    assert [("settlement.made",)] == await rows(
        world.parts, "SELECT name FROM events WHERE subject = 'settlement'"
    )


async def test_a_month_is_downloaded_as_csv_and_as_excel(world: World) -> None:
    """Days are settled by the timer; the sums are those of the lines; staff give a reason."""
    runner, staff = await world.runner(), await world.person("staff1")
    order = await world.completed(await world.person("resident1"), runner)
    await world.later(days=1.01)
    day = (await runner.get(f"{ME}/settlements"))["items"][0]
    month = {"month": day["day"][:7]}
    answer = await runner.call("GET", f"{ME}/monthly-statement", params=month, expect=200)
    told = read(answer.content)
    as_excel = {"params": {**month, "format": "xlsx"}}
    book = await runner.call("GET", f"{ME}/monthly-statement", expect=200, **as_excel)
    with ZipFile(BytesIO(book.content)) as files:
        sheet = files.read("xl/worksheets/sheet1.xml").decode()
    path = f"/v1/runners/{runner.id}/monthly-statement"

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    yuan = f"{order['fee_fen'] / 100:.2f}"
    assert ["收入(元)", yuan] == told[3]
    assert [str(order["number"]), yuan] == [told[-1][1], told[-1][-1]]
    assert f"<v>{order['fee_fen'] / 100:g}</v>" in sheet
    assert (422, "malformed_request") == await staff.refused("GET", path)
    await staff.call("GET", path, params={"reason": "核对"}, expect=200)
    assert (422, "malformed_request") == await runner.refused(
        "GET", f"{ME}/monthly-statement", params={"month": "2026-13"}
    )
    assert (404, "not_found") == await staff.refused("GET", f"{ME}/monthly-statement")


async def test_the_quarter_is_reported_masked_unless_the_grant_says_so(world: World) -> None:
    """Who earned, what, before and after the share; each export is kept; nobody else may."""
    runner, staff = await world.runner(), await world.person("staff1")
    office = await granted(world, "office1", "office_staff", world.office_id)
    number = number_born(1980)
    await submit_name(world, runner, number=number, name="张三丰")
    order = await world.completed(await world.person("resident1"), runner)
    shop = await opened(world, await world.person("neighbour1"))
    await took(world, shop, sold_fen=12_345, back_fen=345)
    await world.later(days=1.01)
    day = (await runner.get(f"{ME}/settlements"))["items"][0]["day"]
    path = f"/v1/places/{world.community_id}/tax-report"
    asked_for = {"quarter": f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}", "reason": "季度报送"}
    whole = {**asked_for, "identities": "whole"}

    _, masked, seller = read((await staff.call("GET", path, params=asked_for, expect=200)).content)
    excel = {**asked_for, "format": "xlsx"}
    with ZipFile(
        BytesIO((await staff.call("GET", path, params=excel, expect=200)).content)
    ) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    plain = read((await office.call("GET", path, params=whole, expect=200)).content)[1]
    kept = "SELECT data->>'is_whole', data->>'reason' FROM events WHERE subject = 'tax_report'"

    yuan = f"{order['fee_fen'] / 100:.2f}"
    assert ["张三丰", number] == [plain[1], plain[3]]
    assert number not in masked[3]
    assert "张三丰" not in masked[1]
    assert [yuan, "0.00", yuan, "1", "0.00"] == masked[7:] == plain[7:]
    assert [shop["legal_name"], shop["credit_code"]] == [seller[1], seller[3]]
    assert ["销售货物", "120.00", "0.00", "120.00", "1", "0.00"] == seller[6:]
    assert "<v>120</v>" in sheet
    assert (403, "role_missing") == await staff.refused("GET", path, params=whole)
    assert (403, "role_missing") == await runner.refused("GET", path, params=asked_for)
    assert [("false", "季度报送"), ("false", "季度报送"), ("true", "季度报送")] == await rows(
        world.parts, f"{kept} ORDER BY seq"
    )
