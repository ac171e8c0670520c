"""Batches of histories in a process of their own: ``python -m tests.wechat.pay.batches``.

It takes the first seed and how many batches. The stores are those of the environment, and
``LINLI_TEMPLATE`` names a migrated, empty database on them. A line of JSON for each batch: its
seed, what was seen, and what was wrong.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import orjson
import structlog

from api.app import create_app
from api.bootstrap import build
from api.embedded import StoreUrls
from tests.conftest import settings_for
from tests.fixtures.builders.worlds import make_world
from tests.fixtures.databases import Databases
from tests.wechat.pay.chance import town_of
from tests.wechat.pay.earning import let_withdraw
from tests.wechat.pay.judging import wrongs
from tests.wechat.pay.standin import PayStandIn
from tests.wechat.pay.world import at_wechat_pay

HISTORIES = 100
RUNNERS = 5
_NOWHERE = "http://127.0.0.1:9"


async def played(stores: StoreUrls, template: str, seeds: range) -> AsyncGenerator[dict[str, Any]]:
    """One batch after another, each on an empty database."""
    databases = Databases(stores.database_url, template)
    app = None
    for seed in seeds:
        lent = await databases.borrow()
        settings = at_wechat_pay(settings_for(stores, lent.url), _NOWHERE, _NOWHERE)
        parts = build(settings)
        await parts.open()
        if app is None:
            app = create_app(parts)
        app.state.parts = parts
        inside = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=inside, base_url="http://inside") as http:
            world = await make_world(http, parts)
            town = await town_of(app, world, PayStandIn(), seed=seed, histories=HISTORIES)
            await let_withdraw(town, runners=RUNNERS)
            await town.play()
            wrong = town.broken + await wrongs(parts, town.wechat.book)
        await parts.close()
        await databases.give_back(lent)
        yield {"seed": seed, "seen": town.seen, "wrong": wrong[:10]}
    await databases.close()


async def main(first: int, count: int) -> None:
    """Play so many batches from a seed on, and tell of each."""
    # What goes wrong on purpose is no news.
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    stores = StoreUrls(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
    async for batch in played(stores, os.environ["LINLI_TEMPLATE"], range(first, first + count)):
        sys.stdout.write(orjson.dumps(batch).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
