"""Ten thousand histories of money on PostgreSQL, in batches of a hundred that share a database.

``LINLI_STORM_SEED`` is the first batch's seed, each next batch has the next one, and each is told
as it ends: begin again with the seed where it stopped. ``LINLI_STORM_HISTORIES=100`` with the seed
of a batch plays that batch alone.
"""

import asyncio
import os
import sys
from collections import Counter

import orjson
import pytest

from api.embedded import StoreUrls
from tests.fixtures.databases import Databases
from tests.fixtures.storms.figures import Figures
from tests.wechat.pay.batches import HISTORIES

pytestmark = [pytest.mark.storm, pytest.mark.timeout(14_400)]

SEED = int(os.environ.get("LINLI_STORM_SEED", "20261121"))
WANTED = int(os.environ.get("LINLI_STORM_HISTORIES", "10000"))
AT_ONCE = 2


async def test_no_history_of_ten_thousand_loses_or_doubles_money(
    stores: StoreUrls, databases: Databases, figures: Figures
) -> None:
    """The doctor is clean after each batch, and WeChat's book and ours say the same."""
    batches = max(1, WANTED // HISTORIES)
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    waiting = iter(range(SEED, SEED + batches))

    async def play() -> None:
        # A process for ten batches: what it leaks goes with it.
        while mine := [seed for _, seed in zip(range(10), waiting, strict=False)]:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.wechat.pay.batches", str(mine[0]), str(len(mine)),
                env={**os.environ, "DATABASE_URL": stores.database_url,
                     "REDIS_URL": stores.redis_url, "LINLI_TEMPLATE": databases.template},
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            assert process.stdout is not None
            async for line in process.stdout:
                batch = orjson.loads(line)
                seen.update(batch["seen"])
                seen["batches"] += 1
                wrong.extend(f"seed {batch['seed']}: {text}" for text in batch["wrong"])
                figures.say(f"seed {batch['seed']}: {len(batch['wrong'])} wrong")
            assert await process.wait() == 0, mine

    await asyncio.gather(*(play() for _ in range(min(AT_ONCE, batches))))

    for name, count in sorted(seen.items()):
        figures.told(name, count)
    figures.exactly("histories", seen["batches"] * HISTORIES, batches * HISTORIES)
    figures.exactly("lost, doubled, or found by the doctor", wrong[:5], [])
    figures.judge("money")
