"""API and worker are killed at each await of a payment and of a refund, one after another."""

import os

import pytest
from fastapi import FastAPI

from tests.fixtures.storms.doomed import doomed
from tests.fixtures.storms.figures import Figures
from tests.wechat.pay.chance import town_of
from tests.wechat.pay.dying import ROWS, die
from tests.wechat.pay.dying_of_shares import rows_of_shares
from tests.wechat.pay.dying_of_withdrawals import rows_of_withdrawals
from tests.wechat.pay.judging import wrongs
from tests.wechat.pay.world import PayWorld

pytestmark = [pytest.mark.storm, pytest.mark.timeout(7200)]

EVERY = int(os.environ.get("LINLI_STORM_EVERY_AWAIT", "1"))


async def test_a_process_killed_at_any_await_of_money_leaves_nothing_to_a_person(
    bank: PayWorld, server: tuple[FastAPI, str], figures: Figures
) -> None:
    """A process for every await of every row of the table, killed there."""
    town = await town_of(server[0], bank.world, bank.wechat, seed=1, histories=1)
    town.is_calm = True
    table = (*ROWS, *rows_of_withdrawals(town), *rows_of_shares(town))
    async with doomed(bank.world.parts.settings) as dies:
        deaths = {row.name: await die(town, row, dies, every=EVERY) for row in table}
    wrong = await wrongs(town.parts, bank.wechat.book)

    for name, count in deaths.items():
        figures.at_least(f"deaths: {name}", count, 1)
    figures.told("deaths, all", sum(deaths.values()))
    figures.exactly("did not end by itself", town.broken, [])
    figures.exactly("lost, doubled, or found by the doctor", wrong, [])
    figures.judge("money")
