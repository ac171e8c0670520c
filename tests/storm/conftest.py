"""What every storm needs: figures that are seen, and stores that may be broken."""

import sys
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from api.embedded import EmbeddedStores, StoreUrls
from api.kit.db import Database
from api.settings import Settings
from tests.conftest import settings_for
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.stores import Stores
from tests.wechat.pay.conftest import bank

__all__ = ["bank"]


@pytest.fixture
def settings(database_url: str, stores: StoreUrls) -> Settings:
    """As in `tests/conftest.py`, with the limits of production."""
    return settings_for(stores, database_url)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """What a test measures, printed whether it passes or not."""
    capturing: Any = request.config.pluginmanager.get_plugin("capturemanager")

    def say(line: str) -> None:
        if capturing is None:
            sys.stdout.write(line + "\n")
            return
        with capturing.global_and_fixture_disabled():
            sys.stdout.write("\n" + line)
            sys.stdout.flush()

    return Figures(say)


@pytest.fixture
async def stores_at_hand(
    running_stores: tuple[StoreUrls, EmbeddedStores | None], database: Database
) -> AsyncGenerator[Stores]:
    """Stores that are ours to break."""
    if running_stores[1] is None:
        pytest.skip("the stores of the environment are not ours to break")
    yield Stores(running_stores[1])
    # What the doctor asks afterwards goes over a connection that still is one.
    await database.engine.dispose()
