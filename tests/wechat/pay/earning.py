"""Runners of a batch of histories, who are owed something and withdraw it by chance.

They earn by one errand each, the whole way: paid through WeChat Pay, carried, confirmed.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.wallets import MINE
from tests.wechat.pay.chance import Town
from tests.wechat.pay.entries import Bill
from tests.wechat.pay.errands import Errand, openid_of

LEAST_FEN, MOST_FEN = 10, 60
_STEPS = {"ask": 4, "confirm": 3, "take_back": 1, "lapse": 1, "retry": 1, "nothing": 1}
# How much a runner does in a round.
_STEPS_EACH = 3
_FIRST_OPENID = 100
_DAY_S = 86_401


@dataclass(slots=True)
class Earner:
    """A runner, whose WeChat the money goes to, and the last withdrawal that they asked for."""

    runner: Person
    openid: str
    asked: str = ""


async def let_withdraw(town: Town, *, runners: int) -> None:
    """Let so many runners of a town withdraw what they earned, in every round of it."""
    allow_small(town)
    for _ in range(runners):
        earner = await earn(town)
        town.besides.append(partial(_act, town, earner))


def allow_small(town: Town) -> None:
    """Let runners withdraw little and often, so that what they earned lasts."""
    town.parts.settings = town.parts.settings.model_copy(
        update={"withdrawal_min_fen": LEAST_FEN, "withdrawal_day_max_count": 100}
    )


async def earn(town: Town) -> Earner:
    """One more runner of a town, who has carried an errand and is owed for it."""
    was_calm, town.is_calm = town.is_calm, True
    n = sum(name.startswith("runner") for name in town.world.people) + 1
    runner = await town.world.runner(n)
    openid = openid_of(_FIRST_OPENID + n)
    known = f"UPDATE users SET openid = '{openid}' WHERE id = '{runner.id}'"
    await change(town.parts, known)
    resident = town.errands[0].resident
    errand = Errand(resident, town.errands[0].openid)
    await town.place(errand)
    await town.prepare(errand)
    town.paid(errand.given[-1], errand)
    await town.knock(town.wechat.post.made[-1])
    await town.pump()
    order = await resident.get(f"/v1/orders/{errand.order['id']}")
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await resident.post(f"/v1/orders/{order['id']}/confirm")
    await town.pump()
    town.is_calm = was_calm
    return Earner(runner, openid)


def waiting(town: Town, openid: str | None = None) -> list[Bill]:
    """Transfers that wait for whom they go to: for one person, or for anybody."""
    return [
        bill
        for bill in town.wechat.book.transfers.values()
        if bill.state == "WAIT_USER_CONFIRM" and openid in (None, bill.said["openid"])
    ]


def confirm(town: Town, bill: Bill) -> None:
    """Whom it goes to takes it, in WeChat."""
    town.wechat.book.confirm(bill.package, bill.said["openid"])
    town.seen["confirmed"] += 1


async def all_confirm(town: Town) -> None:
    """Whoever is offered something takes it."""
    for bill in waiting(town):
        confirm(town, bill)


def let_lapse(town: Town, bill: Bill) -> None:
    """A day passes at WeChat, and nobody took it."""
    bill.made_at -= _DAY_S
    town.wechat.book.lapse()
    town.seen["lapsed"] += 1


async def _act(town: Town, earner: Earner) -> None:
    """What a runner does in a round; at rest, what is offered comes to an end either way."""
    for _ in range(1 if town.is_calm else _STEPS_EACH):
        await _step(town, earner)


async def _step(town: Town, earner: Earner) -> None:
    names = list(_STEPS)
    act = town.chance.choices(names, [_STEPS[name] for name in names])[0]
    if town.is_calm:
        act = town.chance.choice(("confirm", "lapse"))
    bills = waiting(town, earner.openid)
    match act:
        case "ask":
            await _ask(town, earner)
        case "confirm" if bills:
            confirm(town, bills[0])
        case "lapse" if bills:
            let_lapse(town, bills[0])
        case "take_back" if earner.asked:
            await town.post(earner.runner, f"{MINE}/{earner.asked}/cancel", {})
        case "retry" if earner.asked:
            sql = f"SELECT version FROM withdrawals WHERE id = '{earner.asked}'"
            [(version,)] = await rows(town.parts, sql)
            path = f"/v1/withdrawals/{earner.asked}/retry"
            await town.post(town.staff, path, {"reason": "再问一次"}, version=version)
        case _:
            pass


async def _ask(town: Town, earner: Earner) -> None:
    fen = town.chance.randint(LEAST_FEN, MOST_FEN)
    made: dict[str, Any] | None = await town.post(earner.runner, MINE, {"amount_fen": fen})
    if made is not None:
        earner.asked = made["id"]
        town.seen["withdrawals"] += 1


async def with_open(town: Town) -> set[str]:
    """Runners who have a withdrawal without an end."""
    found = await rows(town.parts, "SELECT runner_id FROM withdrawals WHERE done_at IS NULL")
    return {str(runner_id) for (runner_id,) in found}
