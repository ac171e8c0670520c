"""Six hundred households of forty buildings, from the draft to completed: every bag, every fen."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest

from tests.fixtures.builders.crates import bag, came, put
from tests.fixtures.builders.days import go_to
from tests.fixtures.builders.doorsteps import (
    brought,
    building,
    code_for,
    handed,
    left_building,
    slots,
    taken,
)
from tests.fixtures.builders.harvests import farmer, joined, neighbour, offered, plan
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World

pytestmark = [pytest.mark.storm, pytest.mark.timeout(1800)]

HOUSEHOLDS, BUILDINGS, AT_ONCE, RUNNERS = 600, 40, 6, 10
# Of the greens so many in a hundred came.
CAME_PERCENT = 90
FEE_FEN, GREENS_FEN, CABBAGE_FEN, PER_500G_FEN = 200, 350, 600, 150
_BOOK_SQL = """
SELECT kind, sum(balance_fen)::int FROM ledger_accounts GROUP BY kind
"""
_STATES_SQL = "SELECT state, count(*)::int FROM orders GROUP BY state"


@dataclass(slots=True)
class Share:
    """One household's order, and what it is to cost in the end."""

    n: int
    buyer: Person
    order: Any
    way: str
    on_short: str
    building: int
    goods_fen: int = 0


async def each(acts: Sequence[Awaitable[Any]]) -> list[Any]:
    """Do all, a few at once; what they led to, in order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def do(act: Awaitable[Any]) -> Any:
        async with gate:
            return await act

    return list(await asyncio.gather(*(do(act) for act in acts)))


async def wants(world: World, cycle: Any, buildings: list[str], n: int) -> Share:
    """The n-th household: some greens, for every second a cabbage; every eleventh fetches it."""
    floor = 1 + n // BUILDINGS
    buyer = await neighbour(
        world, n + 1, door=f"{1 + n % 2}单元{floor}01", building_id=buildings[n % BUILDINGS]
    )
    way = "collection" if n % 11 == 9 else "delivery"
    on_short = ("substitute", "refund", "call")[n % 3]
    more = {"slot_id": cycle["slots"][n % 2]["id"]} if way == "collection" else {}
    order = await joined(buyer, cycle, 1 + n % 3, n % 2, way=way, on_short=on_short, **more)
    await world.pay(buyer, order["id"])
    return Share(n, buyer, order, way, on_short, n % BUILDINGS)


async def pack(packer: Person, cycle: Any, share: Share) -> None:
    """Pack what the household gets, by its own rule, and reckon what it costs."""
    path, greens = bag(cycle, share.order), 1 + share.n % 3
    await packer.post(f"{path}/claim")
    weight_g = 1400 + share.n % 5 * 100
    heads = [put(cycle, 1, 1, packed_g=weight_g)] if share.n % 2 else []
    whole = [put(cycle, 0, greens), *heads]
    answer = await packer.call("POST", f"{path}/pack", json={"lines": whole})
    got = greens
    if answer.status_code == 409:
        # The refusal says how many are this household's.
        assert "over_share" == answer.json()["code"]
        got = int(answer.json()["detail"].split()[0])
        instead = {"instead_item_id": cycle["items"][1]["id"], "instead_count": greens - got}
        short = put(cycle, 0, got, **(instead if share.on_short == "substitute" else {}))
        said = {"answer": "refund"} if share.on_short == "call" else {}
        answer = await packer.call("POST", f"{path}/pack", json={"lines": [short, *heads], **said})
    assert 200 == answer.status_code, answer.text
    paid = greens if share.on_short == "substitute" else got
    share.goods_fen = paid * GREENS_FEN + len(heads) * min(
        CABBAGE_FEN, weight_g * PER_500G_FEN // 500
    )


async def carry(
    world: World, runner: Person, trip: Any, by_code: dict[str, Share], shut: set[int]
) -> None:
    """Take one trip, and bring each of its bags, in walking order, but where nobody is."""
    job = await taken(runner, trip)
    for n, code in enumerate(trip["codes"], start=1):
        share = by_code[code]
        if share.n in shut:
            path = f"/v1/jobs/{trip['job_id']}/stops/{n}/fail"
            job = await runner.post(path, {"reason": "nobody_there"})
        else:
            job = await brought(runner, trip, n, share.buyer, share.order)
    if job["state"] == "failed":
        # Nobody was at home at all: the bags are back where they came from.
        await world.admin.post(f"/v1/jobs/{trip['job_id']}/return")


async def test_six_hundred_households_get_their_vegetables(world: World) -> None:
    """With shortages, substitutes, weights, slots and shut doors; the book is right to the fen."""
    await world.change_settings(position_max_age_s=86_400)
    owner, shop = await farmer(world)
    buildings = [await building(world, f"{n}幢", has_lift=n % 2 == 0) for n in range(BUILDINGS)]
    cycle = await offered(
        world, owner, shop, stock=5000, limit=9, collection_place_id=world.building_id,
        slots=slots(await plan(world), capacity=200),
    )  # fmt: skip
    shares: list[Share] = await each([wants(world, cycle, buildings, n) for n in range(HOUSEHOLDS)])
    await owner.post(f"/v1/cycles/{cycle['id']}/close")
    wanted = sum(1 + share.n % 3 for share in shares)
    await came(owner, cycle, 0, wanted * CAME_PERCENT // 100)
    for share in shares:
        await pack(owner, cycle, share)
    await owner.post(f"/v1/cycles/{cycle['id']}/deliver")
    seen = {s.n: await s.buyer.get(f"/v1/orders/{s.order['id']}") for s in shares}
    empty = {n for n, order in seen.items() if order["state"] == "cancelled"}
    trips = list[Any]()
    for n, building_id in enumerate(buildings):
        mine = [s.order for s in shares
                if (s.building, s.way) == (n, "delivery") and s.n not in empty]  # fmt: skip
        trips += await left_building(owner, cycle, building_id, mine)
    runners = [await world.runner(n + 1) for n in range(RUNNERS)]
    by_code = {f"LL-{s.order['number']}": s for s in shares}
    shut = {s.n for s in shares if s.way == "delivery" and s.n % 50 == 7}
    for n, trip in enumerate(trips):
        await carry(world, runners[n % RUNNERS], trip, by_code, shut)
    await world.settle()
    day = date.fromisoformat(cycle["delivers_on"])
    waiting = [s for s in shares if s.way == "collection" and s.n not in empty]
    for slot, hour in enumerate((10, 11)):
        await go_to(world, day, time(hour, 10))
        for share in (s for s in waiting if s.n % 2 == slot):
            await handed(owner, cycle, share.order, await code_for(share.buyer, share.order))
    await world.later(hours=25)
    for _ in range(100):
        if "completed" == (await owner.get(f"/v1/cycles/{cycle['id']}"))["state"]:
            break
        await world.later(seconds=1)
    book = dict(await rows(world.parts, _BOOK_SQL))
    states = dict(await rows(world.parts, _STATES_SQL))
    done = [s for s in shares if s.n not in shut | empty]
    doors = [s for s in shares if s.way == "delivery" and s.n not in empty]
    fees_fen = FEE_FEN * len(doors)
    stairs_fen = -book["compensation"]
    paid_fen = sum(s.order["total_fen"] for s in shares)

    assert "completed" == (await owner.get(f"/v1/cycles/{cycle['id']}"))["state"]
    assert {"completed": len(done), "cancelled": HOUSEHOLDS - len(done)} == states
    assert sum(s.goods_fen for s in done) == book["merchant_payable"]
    # Whoever was not at home pays the way, and nobody but the platform the stairs.
    assert (fees_fen + stairs_fen, 0) == (book["runner_payable"], book["escrow"])
    assert stairs_fen > 0
    refunded_fen = sum([
        (await s.buyer.get(f"/v1/orders/{s.order['id']}"))["refunded_fen"] for s in shares
    ])  # fmt: skip
    assert paid_fen == refunded_fen + book["merchant_payable"] + fees_fen
    assert 0 == sum(book.values())
