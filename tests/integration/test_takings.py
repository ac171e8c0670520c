"""What merchants are owed: statements to read and to download, and no way out of pooled money."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from api.kit.clock import china
from api.kit.db import read_now
from tests.fixtures.builders.shops import clerk_of, opened, took
from tests.fixtures.builders.worlds import World


async def test_a_merchant_reads_and_downloads_what_it_is_owed(world: World) -> None:
    """Owner and managers only; each sum and each entry, and the sums of each day."""
    owner, clerk = await world.person("resident1"), await world.person("neighbour1")
    shop = await opened(world, owner)
    await clerk_of(owner, shop, clerk)
    path = f"/v1/merchants/{shop['id']}"
    nothing = await owner.get(f"{path}/statement")
    await took(world, shop, sold_fen=12_345, back_fen=345)
    await took(world, shop, sold_fen=655)
    async with world.parts.database.session() as session:
        month = f"{china(await read_now(session)):%Y-%m}"
    refused = [
        await (await world.person("resident2")).refused("GET", f"{path}/statement"),
        await clerk.refused("GET", f"{path}/monthly-statement"),
        await owner.refused("GET", f"{path}/monthly-statement", params={"month": "2026-13"}),
    ]
    first = await owner.get(f"{path}/statement", params={"limit": 2})
    rest = await owner.get(f"{path}/statement", params={"cursor": first["next_cursor"]})
    wanted = {"params": {"month": month}, "expect": 200}
    raw = (await owner.call("GET", f"{path}/monthly-statement", **wanted)).content
    rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
    wanted["params"] = {"month": month, "format": "xlsx"}
    excel = await world.admin.call("GET", f"{path}/monthly-statement", **wanted)
    with ZipFile(BytesIO(excel.content)) as book:
        sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
    days = [r for r in rows if len(r) == 5 and r[0][:7] == month and len(r[0]) == 10]

    assert (0, []) == (nothing["balance_fen"], nothing["items"])
    assert [(403, "role_missing"), (403, "role_missing"), (422, "malformed_request")] == refused
    assert 12_655 == first["balance_fen"]
    assert [655, -345, 12_345] == [i["amount_fen"] for i in (*first["items"], *rest["items"])]
    assert ["货款(元)", "130.00"] in rows
    assert ["缺货、变质退款(元)", "3.45"] in rows
    assert ["期末应付(元)", "126.55"] in rows
    assert [("130.00", "3.45", "126.55")] == [tuple(r[2:]) for r in days]
    assert 3 == len(rows) - 1 - next(n for n, r in enumerate(rows) if r[:1] == ["时间"])
    assert ["xl/worksheets/sheet1.xml"] == sheets
