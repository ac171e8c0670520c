"""A real browser for the whole session, on the one server that all tests share."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from playwright.async_api import Browser, async_playwright
from pytest_asyncio import fixture

from tests.browser.desk import Desk, open_desk
from tests.fixtures.builders.worlds import World

CHROMIUM = "/usr/bin/chromium"
_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--disable-default-apps", "--mute-audio",
]  # fmt: skip


@fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """Chromium as Debian packages it, with a profile of its own that is gone afterwards."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=_OPTIONS
        )
        yield opened
        await opened.close()


@pytest.fixture
async def desk(browser: Browser, url: str, world: World) -> AsyncGenerator[Desk]:
    """Somebody's desk, nobody signed in; no page may have complained in the end."""
    opened = await open_desk(browser, url)
    yield opened
    await opened.close()

    assert [] == opened.complaints


@pytest.fixture
async def plain(url: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client that keeps cookies and follows nothing: the console without a browser."""
    async with httpx.AsyncClient(base_url=url, verify=False) as client:
        yield client
