"""Withdrawals in the sandbox: asked, confirmed, refused, taken back; theirs whatever happens."""

from uuid import UUID

from api.kit.db import run
from tests.fixtures.builders.people import sign_in
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.wallets import MINE, asked, earned, purse, states
from tests.fixtures.builders.worlds import World


async def test_a_runner_is_paid_once_what_they_asked_for(world: World) -> None:
    """Held at once, offered, confirmed in WeChat, out of the balance; told at each turn."""
    runner = await world.runner()
    owed_fen = await earned(world, runner)
    waiting = await asked(world, runner, 200)
    page = await runner.get(MINE)
    done = await runner.post(f"/v1/sandbox/withdrawals/{waiting['id']}/confirm")
    again = await runner.post(f"/v1/sandbox/withdrawals/{waiting['id']}/confirm")
    await world.settle()
    kinds = [i["kind"] for i in (await runner.get("/v1/me/inbox?limit=50"))["items"]]
    steps = "SELECT name FROM events WHERE subject = 'withdrawal' ORDER BY subject_seq"

    assert ("offered", True) == (waiting["state"], "package" in waiting["request_transfer"])
    assert (owed_fen, 200, owed_fen - 200) == tuple(
        page["accounts"][0][k] for k in ("balance_fen", "held_fen", "available_fen")
    )
    assert ("succeeded", None) == (done["state"], done["request_transfer"])
    assert done == again
    assert (owed_fen - 200, 0) == await purse(world, runner)
    assert ["withdrawal.succeeded", "withdrawal.offered"] == [k for k in kinds if "withdr" in k]
    assert ["withdrawal.asked", "withdrawal.offered", "withdrawal.succeeded"] == [
        r[0] for r in await rows(world.parts, steps)
    ]


async def test_ten_who_ask_at_once_for_everything_get_it_once(world: World) -> None:
    """One is taken, nine are refused by name, and nothing goes below zero."""
    runner = await world.runner()
    owed_fen = await earned(world, runner)
    body = {"amount_fen": owed_fen}
    answers = await at_once(*(runner.call("POST", MINE, json=body) for _ in range(10)))
    codes = sorted(a.json().get("code", "") for a in answers)

    assert ["", *["withdrawal_open"] * 9] == codes
    assert (owed_fen, owed_fen) == await purse(world, runner)


async def test_what_is_taken_back_or_lapses_is_in_the_balance_again(world: World) -> None:
    """By the runner before they confirmed; by WeChat after a day; and while nothing answers."""
    runner = await world.runner()
    owed_fen = await earned(world, runner)
    first = await asked(world, runner, 100)
    back = await runner.post(f"{MINE}/{first['id']}/cancel")
    twice = await runner.refused("POST", f"{MINE}/{first['id']}/cancel")
    await world.settle()
    second = await asked(world, runner, 100)
    await world.later(hours=25)
    await runner.put("/v1/runners/me/shift", {"shift": "offline"})
    world.parts.payouts.is_available = False  # type: ignore[attr-defined]
    third = await asked(world, runner, 100)
    world.parts.payouts.is_available = True  # type: ignore[attr-defined]
    await world.later(seconds=20)

    assert ("cancelling", (409, "withdrawal_moved_on")) == (back["state"], twice)
    assert ("offered", "asked") == (second["state"], third["state"])
    assert ["cancelled", "failed", "offered"] == await states(world)
    assert (owed_fen, 100) == await purse(world, runner)


async def test_limits_and_strangers_are_refused(world: World) -> None:
    """Too little, too much; nobody else's; not by staff for who can ask; one key, one answer."""
    runner, other = await world.runner(1), await world.runner(2)
    resident, staff = await world.person("resident1"), await world.person("staff1")
    owed_fen = await earned(world, runner)
    row = await runner.post(MINE, {"amount_fen": 100}, key="one-withdrawal")
    same = await runner.post(MINE, {"amount_fen": 100}, key="one-withdrawal")
    mine, theirs = f"{MINE}/{row['id']}", f"/v1/runners/{runner.id}/withdrawals"

    async def code(who: object, path: str, fen: int = 100) -> tuple[int, str]:
        return await who.refused("POST", path, json={"amount_fen": fen})  # type: ignore[attr-defined]

    assert row == same
    assert (404, "not_found") == await other.refused("GET", mine)
    assert (404, "not_found") == await code(resident, MINE)
    assert (409, "balance_too_low") == await code(other, MINE)
    assert (403, "role_missing") == await code(runner, theirs)
    assert (404, "not_found") == await code(await foreign_staff(world), theirs)
    assert (409, "runner_can_ask") == await code(staff, theirs)
    assert (409, "withdrawal_open") == await code(runner, MINE)
    await runner.post(f"{mine}/cancel")
    await world.settle()
    assert (409, "withdrawal_too_small") == await code(runner, MINE, 99)
    assert (409, "balance_too_low") == await code(runner, MINE, owed_fen + 1)


async def test_who_left_signs_in_again_and_takes_what_is_owed(world: World) -> None:
    """The account is gone, the money is not; then the last trace of the old one goes, too."""
    runner = await world.runner()
    owed_fen = await earned(world, runner)
    await runner.call("DELETE", "/v1/me/data", expect=200)
    held = await rows(world.parts, "SELECT state FROM erasures")
    again = await sign_in(world.http, "dev:runner1")
    account = (await again.get(MINE))["accounts"][1]
    body = {"amount_fen": owed_fen, "account": account["account_id"]}
    row = await again.post(MINE, body)
    await world.settle()
    await again.post(f"/v1/sandbox/withdrawals/{row['id']}/confirm")
    await world.later(hours=25)

    assert again.id != runner.id == account["account_id"]
    assert ([("restricted",)], owed_fen) == (held, account["available_fen"])
    assert (0, 0) == await purse(world, runner)
    assert [] == await rows(world.parts, "SELECT id FROM payees")
    assert [("erased",)] == await rows(world.parts, "SELECT state FROM erasures")


async def test_staff_pay_a_banned_runner_and_cannot_choose_whom(world: World) -> None:
    """To the runner's own WeChat; what confirms it is handed over, and works only there."""
    runner, staff = await world.runner(), await world.person("staff1")
    await earned(world, runner)
    await change(world.parts, f"UPDATE users SET state = 'banned' WHERE id = '{runner.id}'")
    row = await staff.post(f"/v1/runners/{runner.id}/withdrawals", {"amount_fen": 100})
    await world.settle()
    listed = (await staff.get(f"/v1/places/{world.community_id}/withdrawals"))["items"]
    retry, why = f"/v1/withdrawals/{row['id']}/retry", {"reason": "已充值"}
    stale = await staff.refused("POST", retry, json=why, headers={"If-Match": '"1"'})
    retried = await staff.post(retry, why, headers={"If-Match": f'"{listed[0]["version"]}"'})
    await world.settle()
    async with world.parts.database.session() as session:
        openids = await run(session, "SELECT u.openid, p.id FROM payees AS p JOIN users AS u"
                                     " ON u.id = p.id")  # fmt: skip

    assert [("dev:runner1", UUID(runner.id))] == list(openids)
    assert [("offered", True)] == [(i["state"], bool(i["request_transfer"])) for i in listed]
    assert (412, "version_changed") == stale
    assert ("offered", ["offered"]) == (retried["state"], await states(world))
