"""A month of points, told again to the last digit: twice, elsewhere, after PostgreSQL restarts."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from api.kit.ids import new_id
from api.points.service.posting import score
from api.settings import Settings
from tests.fixtures.builders.penalties import close_months, complained
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.processes import recomputed
from tests.fixtures.builders.worlds import World
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.stores import Stores

pytestmark = [pytest.mark.storm, pytest.mark.timeout(600)]

RUNNERS, DAYS, ORDERS_PER_DAY = 6, 28, 10
HOMES = 40


async def _lived(world: World, chance: Random, runner: Person, end: datetime) -> None:
    """What happened to one runner in a month: orders, late ones, ratings, excuses, hours."""
    async with world.parts.database.transaction() as (session, now):

        async def take(kind: str, fact_id: str, at: datetime, **more: Any) -> None:
            await score(
                session, event_seq=-(new_id().int % 2**60) - 2, runner_id=UUID(runner.id),
                kind=kind, fact_id=fact_id, at=at, household=more.pop("household", None),
                order_id=None, data=more, now=now,
            )  # fmt: skip

        for day in range(DAYS):
            for _ in range(ORDERS_PER_DAY):
                at = end - timedelta(days=DAYS - day, seconds=chance.randrange(40_000))
                name, home = f"order:{new_id()}", f"home{chance.randrange(HOMES)}"
                await take(
                    "order.completed", name, at, household=home, cell=str(chance.randrange(6)),
                    late_s=round(chance.gauss(-300, 600)), building=f"b{chance.randrange(5)}",
                    proof_required=1, proof_given=1,
                )  # fmt: skip
                if chance.random() < 0.35:
                    stars = chance.choice((5, 5, 4, 2))
                    await take("rating.revealed", f"rating:{name}", at + timedelta(minutes=9),
                               household=home, order=name, stars=stars)  # fmt: skip
                if chance.random() < 0.05:
                    await take("excuse.granted", f"excuse:{name}", at + timedelta(minutes=5),
                               order=name, cause="merchant_wait", min=15)  # fmt: skip
            if chance.random() < 0.2:
                await take("volunteer.hours", f"hours:{new_id()}", at, minutes=45)


async def test_a_month_is_told_again_to_the_last_digit(
    world: World, settings: Settings, stores_at_hand: Stores, figures: Figures
) -> None:
    """The same digest in another process, a second time, and after a restart."""
    chance = Random(6)
    async with world.parts.database.transaction() as (_, now):
        end = now - timedelta(days=1)
    for number in range(RUNNERS):
        runner = await world.runner(number + 1)
        await _lived(world, chance, runner, end)
        await complained(world, runner, "minor")
    await close_months(world)
    await world.settle()
    first = await recomputed(settings)
    again = await recomputed(settings)
    stores_at_hand.restart_postgres()
    after = await recomputed(settings)

    figures.say(first[1])
    assert 0 == first[0]
    assert first == again == after
    assert f"of {RUNNERS} runners" in first[1]
    assert f"{RUNNERS} reviewed months" in first[1]
