"""F24: WeChat is slow, answers 500, or is cut off after it has acted."""

import asyncio
import os
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from fastapi import FastAPI

from api.kit.db import read_now
from api.kit.simulated import set_clock
from tests.fixtures.builders.processes import running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.sql import value
from tests.fixtures.builders.wallets import MINE
from tests.fixtures.storms.figures import Figures
from tests.wechat.pay.chance import Town, town_of
from tests.wechat.pay.earning import LEAST_FEN, all_confirm, allow_small, earn
from tests.wechat.pay.judging import wrongs
from tests.wechat.pay.world import PayWorld
from tests.wechat.wire import Mishap

pytestmark = [pytest.mark.storm, pytest.mark.timeout(1800)]

SEED = int(os.environ.get("LINLI_STORM_SEED", "20261121"))
REFUNDS = int(os.environ.get("LINLI_STORM_REFUNDS", "500"))
TRANSFERS = int(os.environ.get("LINLI_STORM_TRANSFERS", "25"))
LOGINS = 10
# As the circuit rests for ten seconds and eight refunds are asked for at once, so many at most in
# the quarter of a minute in which nothing is answered; without it there would be hundreds.
DARK_S, ASKED_IN_THE_DARK_MAX = 15.0, 60
FAST = 60
_BAD: tuple[Mishap, ...] = ("500", "reset", "reset after acting", "late", "not json")
_REQUESTED_SQL = """
SELECT (SELECT count(*) FROM refunds WHERE state = 'requested')
     + (SELECT count(*) FROM withdrawals WHERE done_at IS NULL)
"""


async def test_f24_a_wechat_that_is_slow_broken_and_cut_off(
    bank: PayWorld, server: tuple[FastAPI, str], figures: Figures, tmp_path: Path
) -> None:
    """Refunds and transfers are asked for again under the same number, never a new one."""
    chance = Random(SEED)
    town = await _paid(bank, server)
    wire, book = bank.wechat.wire, bank.wechat.book
    await _withdraw(town)
    for errand in town.errands:
        await town.cancel(errand)
    before = len(wire.asked)
    wire.mishaps.extend(["500"] * 100_000)
    with running_worker(bank.world.parts.settings, log=tmp_path / "worker.log"):
        await asyncio.sleep(DARK_S)
        in_the_dark = len(wire.asked) - before
        wire.mishaps.clear()
        bad: list[Mishap | None] = [
            chance.choice(_BAD) if chance.random() < 0.4 else None for _ in range(3 * REFUNDS)
        ]
        wire.chance = iter(bad)
        began_s = time.monotonic()
        await _hurry(town)

        async def are_done() -> bool:
            town.bank_sends_back()
            await all_confirm(town)
            return int(await value(bank.world.parts, _REQUESTED_SQL)) == 0

        await until(are_done, within_s=900)
        took_s = time.monotonic() - began_s
    wire.chance = iter(())
    await town.rest()
    wrong = town.broken + await wrongs(town.parts, book)
    numbers = Counter(a.json.get("out_refund_no", "") for a in wire.asked if a.method == "POST")
    login_s, statuses = await _logins(bank)

    figures.told("refunds", len(book.refunds))
    figures.exactly("transfers", len(book.transfers), TRANSFERS)
    figures.told("asked for, all tries", sum(n for k, n in numbers.items() if k))
    figures.told("asked for most often", max(n for k, n in numbers.items() if k))
    figures.at_most("asked while nothing was answered", in_the_dark, ASKED_IN_THE_DARK_MAX)
    figures.exactly("numbers", len([k for k in numbers if k]), REFUNDS)
    figures.exactly("doubled", [a for a, n in book.acts.items() if n != 1], [])
    figures.told("all done after", took_s, "s")
    figures.exactly("lost, doubled, or found by the doctor", wrong[:5], [])
    figures.exactly("logins meanwhile", statuses, {503})
    figures.at_most("a login takes, at most", login_s, 3.0, "s")
    figures.judge("F24")


async def _paid(bank: PayWorld, server: tuple[FastAPI, str]) -> Town:
    town = await town_of(server[0], bank.world, bank.wechat, seed=SEED, histories=REFUNDS)
    town.is_calm = True
    for errand in town.errands:
        await town.place(errand)
        await town.prepare(errand)
        town.paid(errand.given[-1], errand)
        await town.knock(bank.wechat.post.made[-1])
    await town.pump()
    return town


async def _withdraw(town: Town) -> None:
    """Runners ask for what they earned, which WeChat is to be told of."""
    allow_small(town)
    earners = [await earn(town) for _ in range(TRANSFERS)]
    for earner in earners:
        await earner.runner.post(MINE, {"amount_fen": LEAST_FEN})


async def _hurry(town: Town) -> None:
    """A minute of the database passes in a second."""
    async with town.parts.database.session() as session:
        now = await read_now(session)
        await set_clock(session, settings=town.parts.settings, at=now, speed=FAST)
        await session.commit()


async def _logins(bank: PayWorld) -> tuple[float, set[int]]:
    """The longest of some logins while WeChat does not answer, and how they ended."""
    bank.mini.wire.mishaps.extend(["slow"] * 100)
    took_s: list[float] = []

    async def one(n: int) -> int:
        code = bank.mini.login_code(f"oTEST{n:023d}")
        began_s = time.monotonic()
        answer = await bank.world.http.post("/v1/sessions", json={"code": code})
        took_s.append(time.monotonic() - began_s)
        return answer.status_code

    statuses = set(await asyncio.gather(*(one(n) for n in range(LOGINS))))
    bank.mini.wire.mishaps.clear()
    return max(took_s), statuses
