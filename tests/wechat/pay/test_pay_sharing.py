"""Merchants get their part through WeChat's profit sharing: within its limit, once, and back."""

from datetime import time, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from api.events.log import SYSTEM
from api.orders.queries import carried as find_order
from api.remedies.service.refunding import send_back
from api.shares.service.planning import plan
from tests.fixtures.builders.days import reconcile, today
from tests.fixtures.builders.harvests import farmer, joined, offered
from tests.fixtures.builders.neighbours import let_in
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.shops import took
from tests.fixtures.builders.sql import change, rows
from tests.wechat.pay.bills import ShareFault
from tests.wechat.pay.test_pay_reconciling import differences, go
from tests.wechat.pay.world import PayWorld

ACCOUNT = "1900000109"
_WEEK_S = 8 * 86_400
_SOLD_FEN = 200
_SHARES = "SELECT state, amount_fen, why FROM shares"
_RETURNS = "SELECT state, amount_fen FROM share_returns"
_NUMBERS = "SELECT number, amount_fen FROM shares WHERE amount_fen > 0 ORDER BY id"
_SUMS = """
SELECT theirs_shared_fen, ours_shared_fen FROM reconciliations
WHERE runs > 0 ORDER BY day DESC LIMIT 1
"""
# What each fault of the bill is found as, and how it stands then.
FOUND: dict[ShareFault, tuple[str, str]] = {
    "share left out": ("share_unlisted", "open"),
    "share twice": ("share_doubled", "open"),
    "share a fen more": ("share_amount_differs", "open"),
    "share a stranger's besides": ("share_unknown", "open"),
    "share a day later": ("share_unlisted", "open"),
    "share though it failed": ("share_unbooked", "waiting"),
}
_OWED = """
SELECT balance_fen, held_fen FROM ledger_accounts
WHERE kind = 'merchant_payable' AND balance_fen + entries > 0
"""


def shares(bank: PayWorld, percent: int = 30) -> None:
    """Let our side share so much of what is paid for goods."""
    parts = bank.world.parts
    parts.settings = parts.settings.model_copy(update={"wechat_pay_sharing_percent": percent})


async def known(
    bank: PayWorld, shop: dict[str, Any], *, name: str | None = None, account: str = ACCOUNT
) -> None:
    """A merchant number for a shop, which WeChat knows under the name in its licence."""
    bank.wechat.sharing.licences[account] = name or shop["legal_name"]
    await bank.world.admin.put(f"/v1/merchants/{shop['id']}/receiver", {"account": account})
    await bank.world.settle()


async def sold(
    bank: PayWorld, shop: dict[str, Any], fen: int, *, runner: Person | None = None
) -> dict[str, Any]:
    """A completed order whose payment WeChat keeps, with so much of it the merchant's."""
    runner = runner or await bank.world.runner()
    order = await bank.placed()
    paid = await bank.paid(order)
    # An errand stands for an order of goods, on both sides.
    paid.said["settle_info"] = {"profit_sharing": True}
    await change(bank.world.parts, "UPDATE payments SET is_frozen = true")
    await bank.told()
    order = await bank.resident.get(f"/v1/orders/{order['id']}")
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    order = await bank.resident.post(f"/v1/orders/{order['id']}/confirm")
    await took(bank.world, shop, sold_fen=fen, order_id=order["id"])
    # WeChat is told that it arrived, and lets it be shared two days after.
    await bank.world.settle()
    return order


async def a_week_later(bank: PayWorld) -> None:
    """Nobody disputes it any more."""
    bank.wechat.ahead_s += _WEEK_S
    await bank.world.later(seconds=_WEEK_S)


async def owed(bank: PayWorld) -> list[tuple[int, int]]:
    """What merchants are owed, and what of it is under way."""
    return [(r[0], r[1]) for r in await rows(bank.world.parts, _OWED)]


def acts(bank: PayWorld, kind: str) -> list[int]:
    """How often each number of a kind had its effect at WeChat."""
    return [n for act, n in bank.wechat.book.acts.items() if act.startswith(kind)]


async def test_a_merchant_gets_its_part_once_and_the_rest_is_on_the_statement(
    bank: PayWorld,
) -> None:
    """Answers get lost after WeChat acted; what staff refund for missing goods comes back."""
    shares(bank)
    owner, shop = await farmer(bank.world)
    await known(bank, shop)
    order = await sold(bank, shop, _SOLD_FEN)
    before = await rows(bank.world.parts, _SHARES)
    limit_fen = (order["total_fen"] - -(-order["total_fen"] * 6000 // 1_000_000)) * 30 // 100
    bank.wechat.wire.mishaps.extend(["reset after acting"] * 2)
    await a_week_later(bank)
    await bank.world.later(minutes=2)
    shared, left = await rows(bank.world.parts, _SHARES), await owed(bank)
    refund = {"amount_fen": 40, "reason": "goods_missing", "text": "少一把青菜"}
    version = (await bank.resident.get(f"/v1/orders/{order['id']}"))["version"]
    await bank.world.admin.post(
        f"/v1/orders/{order['id']}/refund", refund, headers={"If-Match": f'"{version}"'}
    )
    await bank.world.later(minutes=2)
    bank.wechat.book.finish_refund(next(iter(bank.wechat.book.refunds)))
    await bank.told()
    statement = (await owner.get(f"/v1/merchants/{shop['id']}/statement"))["items"]

    assert [] == before
    assert 0 < limit_fen < _SOLD_FEN
    assert [("shared", limit_fen, None)] == shared
    assert [(_SOLD_FEN - limit_fen, 0)] == left
    assert [("returned", 40)] == await rows(bank.world.parts, _RETURNS)
    assert ([1], [1], []) == (acts(bank, "share"), acts(bank, "return"), acts(bank, "release"))
    # Newest first: what came back pays the platform back, which bore the refund.
    assert [-40, 40, -limit_fen] == [i["amount_fen"] for i in statement[:3]]
    assert [(_SOLD_FEN - limit_fen, 0)] == await owed(bank)

    # A lot of it is called back: what the merchant is owed still pays first, its share the rest.
    async with bank.world.parts.database.transaction() as (session, now):
        carried = await find_order(session, order_id=UUID(order["id"]), lock=True)
        assert carried is not None
        await send_back(
            session, carried, merchant_id=UUID(shop["id"]), amount_fen=_SOLD_FEN - limit_fen + 10,
            reason="lot_recalled", actor=SYSTEM, now=now,
        )  # fmt: skip
    await bank.world.later(minutes=2)
    assert [("returned", 10), ("returned", 40)] == sorted(await rows(bank.world.parts, _RETURNS))
    assert [(0, 0)] == await owed(bank)


async def test_a_merchant_pays_once_for_what_was_spoilt(bank: PayWorld) -> None:
    """First what it is still owed and nothing holds; only what the platform bore comes back."""
    shares(bank)
    _, shop = await farmer(bank.world)
    await known(bank, shop)
    order = await sold(bank, shop, 200)
    parts, merchant_id = bank.world.parts, UUID(shop["id"])
    bank.wechat.ahead_s += _WEEK_S
    async with parts.database.transaction() as (session, now):
        for (payment_id,) in await rows(parts, "SELECT id FROM payments"):
            await plan(session, payment_id=payment_id, percent=30, fee_ppm=6000, now=now)
    [(owed_fen, held_fen)] = await owed(bank)
    async with parts.database.transaction() as (session, now):
        found = await find_order(session, order_id=UUID(order["id"]), lock=True)
        assert found is not None
        await send_back(
            session, found, merchant_id=merchant_id, amount_fen=180, reason="goods_reported",
            actor=SYSTEM, now=now,
        )  # fmt: skip
    for _ in range(3):
        await bank.world.later(minutes=2)
    bank.wechat.book.finish_refund(next(iter(bank.wechat.book.refunds)))
    await bank.told()

    assert (200, True) == (owed_fen, 20 < held_fen < 200)
    assert [("returned", 180 - (200 - held_fen))] == await rows(parts, _RETURNS)
    assert [(0, 0)] == await owed(bank)


@pytest.mark.parametrize(
    ("percent", "closed", "ends", "why"),
    [
        # WeChat's limit is lower than ours: refused, and let go under another number.
        (60, "", "released", "RULE_LIMIT"),
        # Accepted and finished, and the merchant did not get it.
        (30, "RECEIVER_HIGH_RISK", "failed", "RECEIVER_HIGH_RISK"),
    ],
)
async def test_what_wechat_does_not_share_is_still_owed(
    bank: PayWorld, percent: int, closed: str, ends: str, why: str
) -> None:
    """It is on the statement as before, nothing stays frozen, and staff are told."""
    shares(bank, percent)
    staff = await bank.world.person("staff1")
    _, shop = await farmer(bank.world)
    await known(bank, shop)
    if closed:
        bank.wechat.sharing.closed[ACCOUNT] = closed
    await sold(bank, shop, 500)
    await a_week_later(bank)
    await bank.world.later(minutes=2)
    told = [i["title"] for i in (await staff.get("/v1/me/inbox"))["items"]]

    assert [(ends, why)] == [(r[0], r[2]) for r in await rows(bank.world.parts, _SHARES)]
    assert [(500, 0)] == await owed(bank)
    assert bank.wechat.sharing.is_let_go(next(iter(bank.wechat.book.orders.values())))
    assert any("分账" in title for title in told)


async def test_money_for_goods_is_frozen_and_let_go_where_nobody_is_to_be_paid(
    bank: PayWorld,
) -> None:
    """A shop without a merchant number has a statement only; what was refunded needs nothing."""
    shares(bank)
    await let_in(bank.world, bank.resident, door="1单元101")
    owner, shop = await farmer(bank.world)
    cycle = await offered(bank.world, owner, shop)
    order = await joined(bank.resident, cycle, 1)
    kept = await bank.paid(order)
    await bank.told()
    await bank.resident.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed_mind"})
    await bank.world.settle()
    bank.wechat.book.finish_refund(next(iter(bank.wechat.book.refunds)))
    await bank.told()
    await bank.world.later(minutes=2)
    gone = await rows(bank.world.parts, _SHARES)
    await sold(bank, shop, 500)
    await a_week_later(bank)
    await bank.world.later(minutes=2)

    assert {"profit_sharing": True} == kept.said["settle_info"]
    assert [("released", 0, None)] == gone
    assert [("released", 0, None)] * 2 == await rows(bank.world.parts, _SHARES)
    assert ([], [1]) == (acts(bank, "share"), acts(bank, "release"))
    assert [(500, 0)] == await owed(bank)


async def test_managers_say_where_a_merchant_is_paid_and_wechat_compares_the_name(
    bank: PayWorld,
) -> None:
    """Not the owner, nobody else's; another name is refused, and the right one set again."""
    owner, shop = await farmer(bank.world)
    path, body = f"/v1/merchants/{shop['id']}/receiver", {"account": ACCOUNT}
    stranger: Person = await bank.world.person("resident2")
    refused = [
        await owner.refused("PUT", path, json=body),
        await stranger.refused("GET", path),
        await owner.refused("GET", path),
        await bank.world.admin.refused("PUT", path, json={"account": "abc"}),
    ]
    await known(bank, shop, name="别的公司")
    other = await owner.get(path)
    await known(bank, shop)
    bank.wechat.wire.mishaps.extend(["500"] * 2)
    await at_once(*(bank.world.admin.put(path, body) for _ in range(3)))
    for _ in range(2):
        await bank.world.later(minutes=2)
    right = await owner.get(path)
    await bank.world.admin.call("DELETE", path, expect=204)

    assert [(403, "role_missing"), (403, "role_missing"), (404, "not_found"),
            (422, "malformed_request")] == refused  # fmt: skip
    assert ("refused", "INVALID_REQUEST") == (other["state"], other["why"])
    assert ("added", None) == (right["state"], right["why"])
    assert "ended" == (await owner.get(path))["state"]


@pytest.mark.timeout(180)
async def test_every_kind_of_difference_of_what_merchants_got_is_found(bank: PayWorld) -> None:
    """One of each fault in the bill of the day of the shares; a return is looked for as well."""
    shares(bank)
    world, closed = bank.world, "1900000110"
    await go(bank, await today(world.parts) + timedelta(days=1), time(9))
    (_, shop), (_, other) = await farmer(world), await farmer(world, 1)
    await known(bank, shop)
    await known(bank, other, account=closed)
    bank.wechat.sharing.closed[closed] = "RECEIVER_HIGH_RISK"
    runner, *others = await world.runner(), *[shop] * 4, other
    order = await sold(bank, shop, 500, runner=runner)
    for whose in others:
        await sold(bank, whose, 500, runner=runner)
    await a_week_later(bank)
    await world.later(minutes=2)
    refund = {"amount_fen": 40, "reason": "goods_missing", "text": "少一把青菜"}
    version = (await bank.resident.get(f"/v1/orders/{order['id']}"))["version"]
    await world.admin.post(
        f"/v1/orders/{order['id']}/refund", refund, headers={"If-Match": f'"{version}"'}
    )
    await world.later(minutes=2)
    ((back, _),) = await rows(world.parts, "SELECT number, amount_fen FROM share_returns")
    numbers = await rows(world.parts, _NUMBERS)
    given_fen = numbers[0][1]
    faults = dict(zip((n for n, _ in numbers), get_args(ShareFault), strict=True))
    bank.wechat.bill_faults = {**faults, back: "share left out"}
    day = await today(world.parts)
    await go(bank, day + timedelta(days=1), time(10, 6))
    await reconcile(world.parts)
    found = [d for d in await differences(bank) if d["subject"].startswith("share")]
    by_number = {d["number"]: (d["kind"], d["state"]) for d in found}
    sums = (await rows(world.parts, _SUMS))[0]
    await go(bank, day + timedelta(days=2), time(11))
    await reconcile(world.parts)
    after = {d["number"]: d["state"] for d in await differences(bank)}
    late, failed = (next(n for n, f in faults.items() if f == f"share {what}")
                    for what in ("a day later", "though it failed"))  # fmt: skip

    of_stranger = {n: f"X{n[1:]}" for n, f in faults.items() if f == "share a stranger's besides"}
    expected = {of_stranger.get(n, n): FOUND[f] for n, f in faults.items()}
    assert {**expected, back: ("share_unlisted", "open")} == by_number
    assert {"share", "share_return"} == {d["subject"] for d in found}
    assert [d["number"] for d in found if not d["order_id"]] == [*of_stranger.values()]
    # Listed: none, two, one and a fen, one and a stranger's, none yet, the one that failed.
    assert (6 * given_fen + 1, 5 * given_fen - 40) == sums
    assert ("matched", "open") == (after[late], after[failed])
