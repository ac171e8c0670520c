"""A real browser for the whole session, on the one server that all tests share."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from playwright.async_api import Browser, async_playwright
from pytest_asyncio import fixture

from tests.browser.desk import Desk, launched, open_desk
from tests.fixtures.builders.worlds import World


@fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """Chromium as Debian packages it, with a profile of its own that is gone afterwards."""
    async with async_playwright() as playwright:
        opened = await launched(playwright)
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
