"""The table of what a process may die of on the way of a withdrawal; see `dying.py`.

Every death has a runner of its own, as nobody has two withdrawals under way.
"""

from functools import partial

from tests.fixtures.builders.wallets import MINE
from tests.fixtures.storms.deeds import Deed
from tests.wechat.pay.chance import Town
from tests.wechat.pay.dying import Row, again, bell, do, request, sweep_again, told
from tests.wechat.pay.earning import (
    LEAST_FEN,
    Earner,
    all_confirm,
    allow_small,
    confirm,
    earn,
    let_lapse,
    waiting,
    with_open,
)
from tests.wechat.pay.errands import Errand

_PURSUE = "withdrawals.pursue"
_LAST_SQL = "SELECT state FROM withdrawals WHERE runner_id = $1 ORDER BY id DESC LIMIT 1"


class Earners:
    """Runners who are owed something, made as they are needed."""

    def __init__(self) -> None:
        self._all: list[Earner] = []

    async def free(self, town: Town) -> Earner:
        """One without a withdrawal under way, and with enough left."""
        busy = await with_open(town)
        for earner in self._all:
            if earner.runner.id not in busy:
                purse = (await earner.runner.get(MINE))["accounts"][0]
                if purse["available_fen"] >= LEAST_FEN:
                    return earner
        self._all.append(await earn(town))
        return self._all[-1]


async def _asking(earners: Earners, town: Town, errand: Errand) -> Deed:
    earner = await earners.free(town)
    errand.resident, errand.openid = earner.runner, earner.openid
    errand.order = {"id": earner.runner.id}
    return request(errand, MINE, {"amount_fen": LEAST_FEN})


async def _telling(earners: Earners, town: Town, errand: Errand) -> Deed:
    """Asked for; the deed is telling WeChat."""
    await do(town, await _asking(earners, town, errand))
    return await bell(town, _PURSUE)


async def _offered(earners: Earners, town: Town, errand: Errand) -> None:
    await do(town, await _telling(earners, town, errand))


async def _asking_again(earners: Earners, town: Town, errand: Errand) -> Deed:
    """Asked for; nobody heard the bell, so that the timer tells WeChat."""
    await _telling(earners, town, errand)
    await town.pass_time(61)
    return Deed(timer="pursue_withdrawals")


async def _looking(earners: Earners, town: Town, errand: Errand) -> Deed:
    """Confirmed in WeChat, which never tells."""
    await _offered(earners, town, errand)
    confirm(town, waiting(town, errand.openid)[0])
    await town.pass_time(61)
    return Deed(timer="pursue_withdrawals")


async def _confirmed(earners: Earners, town: Town, errand: Errand) -> Deed:
    """Confirmed in WeChat; the deed is its notice at our door."""
    await _offered(earners, town, errand)
    confirm(town, waiting(town, errand.openid)[0])
    return told(town)


async def _taking(earners: Earners, town: Town, errand: Errand) -> Deed:
    await do(town, await _confirmed(earners, town, errand))
    return await bell(town, "payments.take_notice")


async def _lapsed(earners: Earners, town: Town, errand: Errand) -> Deed:
    """Nobody confirmed it for a day, and WeChat never tells."""
    await _offered(earners, town, errand)
    let_lapse(town, waiting(town, errand.openid)[0])
    await town.pass_time(61)
    return Deed(timer="pursue_withdrawals")


async def _taking_back(earners: Earners, town: Town, errand: Errand) -> Deed:
    await _offered(earners, town, errand)
    mine = await errand.resident.get(MINE)
    return request(errand, f"{MINE}/{mine['items'][0]['id']}/cancel", {})


async def _cancelling(earners: Earners, town: Town, errand: Errand) -> Deed:
    await do(town, await _taking_back(earners, town, errand))
    return await bell(town, _PURSUE)


async def _finish(town: Town, errand: Errand, deed: Deed) -> None:
    """The timer comes by again, and once more when the offer was confirmed."""
    await sweep_again(town, errand, deed)
    await all_confirm(town)
    await sweep_again(town, errand, deed)


def rows_of_withdrawals(town: Town) -> tuple[Row, ...]:
    """The rows, for one town; its settings are those of whoever dies."""
    allow_small(town)
    earners = Earners()
    paid = partial(Row, ends="succeeded", meanwhile=all_confirm, state_sql=_LAST_SQL)
    ended = partial(Row, state_sql=_LAST_SQL)
    return (
        paid("a withdrawal is asked for", partial(_asking, earners), after=again),
        paid("WeChat is told of a withdrawal", partial(_telling, earners)),
        paid("WeChat is told again", partial(_asking_again, earners), after=_finish),
        paid("a transfer without a notice is asked about", partial(_looking, earners),
             after=sweep_again),
        paid("a transfer's notice at the door", partial(_confirmed, earners)),
        paid("a transfer's notice is taken in", partial(_taking, earners)),
        ended("a day passes and nobody confirmed", partial(_lapsed, earners), ends="failed",
              after=sweep_again),
        ended("a withdrawal is taken back", partial(_taking_back, earners), ends="cancelled",
              after=again),
        ended("a withdrawal is cancelled at WeChat", partial(_cancelling, earners),
              ends="cancelled"),
    )  # fmt: skip
