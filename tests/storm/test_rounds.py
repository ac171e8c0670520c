"""Two workers die again and again in the midst of rounds; each round is made, and made once."""

import asyncio
import os
import sys

import pytest

from api.settings import Settings
from tests.fixtures.builders.crowds import crowd_of_runners
from tests.fixtures.builders.processes import running_worker
from tests.fixtures.builders.racing import until
from tests.fixtures.builders.recovery import recover
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World
from tests.fixtures.storms.reviving import keep_alive

pytestmark = [pytest.mark.storm, pytest.mark.timeout(300)]

SEED = os.environ.get("LINLI_STORM_SEED", "20261121")
JOBS = RUNNERS = 6
KILL_SHARE, DEATHS_MIN = 0.1, 4
ASKED_SQL = "SELECT count(DISTINCT job_id) FROM offer_jobs UNION ALL SELECT count(*) FROM jobs"
TWICE_SQL = """
SELECT b.job_id FROM offer_jobs AS b JOIN offers AS o ON o.id = b.offer_id
GROUP BY b.job_id, o.run HAVING count(*) > 1
UNION ALL SELECT job_id FROM offer_jobs GROUP BY job_id, runner_id HAVING count(*) > 1
"""


async def test_whoever_dies_every_round_is_made_once(world: World, settings: Settings) -> None:
    """Every job comes to somebody, none to two in one round or to one of them twice."""
    resident = await world.person("resident1")
    await crowd_of_runners(world, RUNNERS)
    await world.change_settings(offer_s=15, position_max_age_s=86_400)
    for _ in range(JOBS):
        await world.paid(resident)
    deaths: list[str] = []

    async def is_over() -> bool:
        (asked,), (placed,) = await rows(world.parts, ASKED_SQL)
        if asked == placed and len(deaths) < DEATHS_MIN:
            # Nobody dies of rounds that have nothing to do.
            await world.paid(resident)
            return False
        return asked == placed

    with (
        running_worker(settings, chaos=f"{SEED}-one:{KILL_SHARE}:kill") as one,
        running_worker(settings, chaos=f"{SEED}-two:{KILL_SHARE}:kill") as two,
    ):
        keepers = [
            asyncio.create_task(
                keep_alive(worker, None, deaths, seed=f"{SEED}-{n}", share=KILL_SHARE)
            )
            for n, worker in enumerate((one, two))
        ]
        await until(is_over, within_s=120)
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
    await recover(world.parts)

    made = [r[0] for r in await rows(world.parts, "SELECT n FROM dispatch_rounds ORDER BY n")]
    sys.stdout.write(f"seed {SEED}: workers died {len(deaths)} times in {len(made)} rounds\n")
    assert [*range(1, len(made) + 1)] == made
    assert [] == await rows(world.parts, TWICE_SQL)
