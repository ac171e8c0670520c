"""Staff record what they found true of runners: by entries, with what it rests on."""

from datetime import timedelta

from api.kit.db import read_now
from api.points.service.recomputing import recompute
from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.penalties import answered, appealed, recorded
from tests.fixtures.builders.worlds import World


async def test_what_staff_record_counts_and_can_be_contested(world: World) -> None:
    """Hours are signed by whoever organised them; a complaint is answered by another."""
    runner, staff = await world.runner(), await world.person("staff1")
    grid = await world.person("grid1")
    path = f"/v1/points/runners/{runner.id}/records"
    async with world.parts.database.session() as session:
        now = await read_now(session)
    hours = {"kind": "volunteer.hours", "happened_at": now.isoformat(), "evidence": "签到表"}
    worse = {**hours, "kind": "complaint.upheld", "severity": "minor"}
    tomorrow = (now + timedelta(days=1)).isoformat()

    assert (403, "role_missing") == await runner.refused("POST", path, json=worse)
    assert (422, "malformed_request") == await staff.refused("POST", path, json=hours)
    assert (422, "malformed_request") == await staff.refused(
        "POST", path, json={**worse, "minutes": 5}
    )
    assert (409, "not_yet_happened") == await staff.refused(
        "POST", path, json={**worse, "happened_at": tomorrow}
    )
    photo = (await uploaded(staff, purpose="evidence"))["upload_id"]
    await recorded(staff, runner, now, upload_ids=[photo])
    await recorded(staff, runner, now, kind="complaint.upheld", severity="moderate", minutes=None)
    await world.settle()
    listed = (await runner.get(path))["items"]
    assert ["complaint.upheld", "volunteer.hours"] == [each["kind"] for each in listed]
    assert ["canary-evidence 签到表", 1] == [listed[1]["evidence"], len(listed[1]["photos"])]
    ledger = f"/v1/points/runners/{runner.id}"
    assert 150 - 300 == (await runner.get(ledger))["balance_cp"]

    entries = (await runner.get(f"{ledger}/ledger"))["items"]
    costly = next(each for each in entries if each["kind"] == "complaint.upheld")
    appeal = await appealed(world, runner, costly["id"])
    body = {"outcome": "uphold", "reason": "已核实"}
    decide = f"/v1/points/appeals/{appeal['id']}/decide"
    assert (409, "another_must_decide") == await staff.refused(
        "POST", decide, json=body, headers={"If-Match": '"1"'}
    )
    await answered(world, world.admin, appeal, "reverse")
    assert 150 == (await runner.get(ledger))["balance_cp"]
    gained = next(each for each in entries if each["kind"] == "volunteer.hours")
    await staff.post(f"/v1/points/entries/{gained['id']}/reverse", {"reason": "录错"})
    await world.settle()
    assert 0 == (await runner.get(ledger))["balance_cp"]
    async with world.parts.database.session() as session:
        assert 0 == (await recompute(session)).mismatches
    assert (403, "role_missing") == await grid.refused("POST", path, json=worse)
