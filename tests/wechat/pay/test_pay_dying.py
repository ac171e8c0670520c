"""API and worker die at the awaits of a payment, refund, withdrawal: all of it ends by itself."""

import pytest
from fastapi import FastAPI

from tests.fixtures.storms.deeds import Deed, died_inside
from tests.wechat.pay.chance import town_of
from tests.wechat.pay.dying import ROWS, die
from tests.wechat.pay.dying_of_shares import rows_of_shares
from tests.wechat.pay.dying_of_withdrawals import rows_of_withdrawals
from tests.wechat.pay.judging import wrongs
from tests.wechat.pay.world import PayWorld

EVERY = 50


@pytest.mark.timeout(180)
async def test_whoever_dies_of_money_leaves_nothing_to_a_person(
    bank: PayWorld, server: tuple[FastAPI, str]
) -> None:
    """Every fiftieth await of each row of the table; `make storm` dies of all.

    The work ends where it stands and the process lives on.
    """
    town = await town_of(server[0], bank.world, bank.wechat, seed=1, histories=1)
    town.is_calm = True

    async def dies(deed: Deed, n: int) -> bool:
        return await died_inside(deed, town.app, town.parts, dies_after=n)

    table = (*ROWS, *rows_of_withdrawals(town), *rows_of_shares(town))
    deaths = [
        await die(town, row, dies, first=1 + n % 2, every=EVERY) for n, row in enumerate(table)
    ]

    assert [] == town.broken
    assert min(deaths) > 0
    assert [] == await wrongs(town.parts, bank.wechat.book)
