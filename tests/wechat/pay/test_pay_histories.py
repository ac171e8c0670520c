"""Money by chance on PostgreSQL: whatever happens in whatever order, it ends well by itself."""

import pytest
from fastapi import FastAPI

from tests.wechat.pay.chance import town_of
from tests.wechat.pay.earning import let_withdraw
from tests.wechat.pay.judging import wrongs
from tests.wechat.pay.world import PayWorld

SEED = 20_261_122
HISTORIES = 150
RUNNERS = 4


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(SEED, SEED + 2))
async def test_no_history_loses_or_doubles_a_payment(
    bank: PayWorld, server: tuple[FastAPI, str], seed: int
) -> None:
    """Hundreds at once; each payment is credited once, each refund, each transfer is made once."""
    town = await town_of(server[0], bank.world, bank.wechat, seed=seed, histories=HISTORIES)
    await let_withdraw(town, runners=RUNNERS)
    await town.play()

    assert [] == town.broken
    assert [] == (await wrongs(town.parts, bank.wechat.book))[:10]
    # Else the seed played nothing.
    assert min(town.seen[what] for what in ("paid", "told", "forged", "deaths", "mishaps")) > 3
    assert town.seen["withdrawals"] >= RUNNERS
