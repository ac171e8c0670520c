"""What every storm needs: figures that are seen, and stores that may be broken."""

import sys
from typing import Any

import pytest

from api.embedded import EmbeddedStores, StoreUrls
from tests.fixtures.storms.figures import Figures
from tests.fixtures.storms.stores import Stores
from tests.wechat.pay.conftest import bank

__all__ = ["bank"]


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
def stores_at_hand(running_stores: tuple[StoreUrls, EmbeddedStores | None]) -> Stores:
    """Stores that are ours to break."""
    if running_stores[1] is None:
        pytest.skip("the stores of the environment are not ours to break")
    return Stores(running_stores[1])
