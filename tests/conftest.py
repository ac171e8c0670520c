"""What every test may ask for: stores, a database of its own, a server, a world."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncGenerator, Generator
from importlib.util import find_spec
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pytest_asyncio import fixture

from api.app import create_app
from api.bootstrap import Parts, build
from api.embedded import EmbeddedStores, StoreUrls
from api.kit.db import Database
from api.kit.simulated import is_simulated
from api.migrations.apply import migrate
from api.privacy.service.forgetting import forget_what_is_due
from api.settings import Settings
from tests.fixtures.builders.worlds import World, make_world
from tests.fixtures.databases import Databases
from tests.fixtures.doctoring import ill
from tests.fixtures.serving import client_of, serving_app
from tests.fixtures.stores import on_server, session_stores, with_database

_TEMPLATE = f"linli_template_{uuid4().hex[:8]}"
# The longest files: two workers that begin with these end together.
_FIRST = (
    "tests/matrix/",
    "tests/replay/test_day",
    "tests/wechat/pay/test_pay_histories",
    "tests/integration/test_workers_",
    "tests/bench/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; everything else stays in its order."""
    items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))


# No more at once than may write at once, and time: on a busy machine a burst of requests waits for
# its turn instead of being shed. Storms are about being shed, and go without.
PATIENT = {"requests_at_once": 8, "wait_s": 10, "request_deadline_s": 30}


@pytest.fixture(scope="session", autouse=True)
def no_roots_of_trust(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Clients of tests speak plain HTTP; reading the roots of trust takes each of them 50 ms."""
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = str(tmp_path_factory.mktemp("trust"))


if find_spec("sniffio") is None:
    # The client looks for it with every request; what is known to be absent is found so at once.
    sys.modules["sniffio"] = None  # type: ignore[assignment]


@pytest.fixture(scope="session")
def running_stores(
    pytestconfig: pytest.Config,
) -> Generator[tuple[StoreUrls, EmbeddedStores | None]]:
    """Real stores for the whole session; the embedded ones can be killed."""
    # The figures of a storm are those of a disk.
    in_memory = pytestconfig.getoption("markexpr") == "not storm"
    with session_stores(dict(os.environ), in_memory=in_memory) as stores:
        yield stores


@pytest.fixture(scope="session")
def stores(running_stores: tuple[StoreUrls, EmbeddedStores | None]) -> Generator[StoreUrls]:
    """Real stores with a migrated database to copy from."""
    urls, _ = running_stores
    asyncio.run(on_server(urls.database_url, f"CREATE DATABASE {_TEMPLATE}"))
    asyncio.run(migrate(with_database(urls.database_url, _TEMPLATE)))
    yield urls
    asyncio.run(on_server(urls.database_url, f"DROP DATABASE {_TEMPLATE} WITH (FORCE)"))


@fixture(scope="session", loop_scope="session")
async def databases(
    stores: StoreUrls, running_stores: tuple[StoreUrls, EmbeddedStores | None]
) -> AsyncGenerator[Databases]:
    """Migrated databases to borrow."""
    made = Databases(stores.database_url, _TEMPLATE)
    yield made
    await made.close()
    # Embedded stores go with their folder.
    if running_stores[1] is None:
        await made.drop()


@pytest.fixture
async def database(databases: Databases) -> AsyncGenerator[Database]:
    """A migrated, empty database of the test's own, and a connection that outlives the test."""
    lent = await databases.borrow()
    yield lent
    await databases.give_back(lent)


@pytest.fixture
def database_url(database: Database) -> str:
    """Where the test's own database is."""
    return database.url


@pytest.fixture
def settings(database_url: str, stores: StoreUrls) -> Settings:
    """Settings of a process on the test's own database."""
    return settings_for(stores, database_url).model_copy(update=PATIENT)


def settings_for(stores: StoreUrls, database_url: str) -> Settings:
    """Settings of a development process, with limits that no test meets by accident."""
    return Settings.model_validate(
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": stores.redis_url,
            "data_key": "01" * 32,
            "index_key": "02" * 32,
            "dev_login": True,
            "sandbox_payments": True,
            "sandbox_messages": True,
            "simulated_clock": True,
            # Eight of them for those who write.
            "database_connections": 10,
            "hot_connections": 8,
            "calls_per_minute_user": 100_000,
            "calls_per_minute_address": 1_000_000,
            "logins_per_minute": 100_000,
            "orders_per_minute": 100_000,
            "uploads_per_minute": 100_000,
        }
    )


@pytest.fixture
async def parts(settings: Settings) -> AsyncGenerator[Parts]:
    """The composition root, open."""
    made = build(settings)
    await made.open()
    yield made
    await made.close()


@fixture(scope="session", loop_scope="session")
async def server(stores: StoreUrls) -> AsyncGenerator[tuple[FastAPI, str]]:
    """A real server on a real socket for the whole session: building the application is slow."""
    app = create_app(build(settings_for(stores, stores.database_url).model_copy(update=PATIENT)))
    # As the served process does: what is there by now stays, and is not looked through again.
    gc.freeze()
    async with serving_app(app) as served:
        yield app, served


@pytest.fixture
async def url(server: tuple[FastAPI, str], settings: Settings) -> AsyncGenerator[str]:
    """The server, on the test's own database: its application has parts of its own."""
    app, served = server
    before, app.state.parts = app.state.parts, build(settings)
    await app.state.parts.open()
    yield served
    await app.state.parts.close()
    app.state.parts = before


@pytest.fixture
async def http(url: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the server."""
    limits = httpx.Limits(max_connections=100)
    async with client_of(url, limits=limits) as opened:
        yield opened


@pytest.fixture
async def world(http: httpx.AsyncClient, parts: Parts, database: Database) -> AsyncGenerator[World]:
    """A neighbourhood; afterwards the doctor must find nothing."""
    yield await make_world(http, parts)
    # Where a test moved the clock by weeks, what has had its time goes as by the worker's timer.
    async with database.transaction() as (session, now):
        if await is_simulated(session):
            await forget_what_is_due(session, now=now)
    assert [] == await ill(database)
