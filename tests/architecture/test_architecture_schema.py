"""Migrations make exactly what the models say, from nothing, as often as one likes."""

from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, String
from sqlmodel.sql.sqltypes import AutoString

from api.bootstrap import Parts
from api.embedded import StoreUrls
from api.kit.db import Database, run
from api.migrations.apply import migrate
from api.migrations.head import HEAD
from api.migrations.tables import METADATA
from tests.fixtures.stores import on_server, with_database

_TRIGGERS_SQL = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"


# Points on the sheet: a type of PostgreSQL that SQLAlchemy has no name for.
@pytest.mark.filterwarnings("ignore:Did not recognize type 'point'")
async def test_the_migrations_make_exactly_the_tables_of_the_models(parts: Parts) -> None:
    """No column, index or constraint of one that the other does not know."""

    def is_other_type(_context: Any, _seen: Any, _said: Any, seen: Any, said: Any) -> bool | None:
        # To PostgreSQL text and varchar are one.
        return False if isinstance(seen, String) and isinstance(said, AutoString) else None

    def differences(connection: Connection) -> list[Any]:
        options = {
            "compare_type": is_other_type,
            "include_object": lambda _object, name, *_: name != "simulated_clock",
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)

    async with parts.database.engine.connect() as connection:
        assert [] == await connection.run_sync(differences)


async def test_an_empty_database_is_brought_up_and_a_second_time_changes_nothing(
    stores: StoreUrls,
) -> None:
    """From nothing to HEAD, twice, as two processes that start together would."""
    name = f"linli_empty_{uuid4().hex[:8]}"
    url = with_database(stores.database_url, name)
    await on_server(stores.database_url, f"CREATE DATABASE {name}")
    try:
        await migrate(url)
        await migrate(url)
        database = Database(url, connections=2, hot_connections=0)
        await database.open()
        async with database.session() as session:
            revision = (await run(session, "SELECT version_num FROM alembic_version"))[0][0]
        await database.close()
    finally:
        await on_server(stores.database_url, f"DROP DATABASE {name} WITH (FORCE)")

    assert HEAD == revision


async def test_the_ledgers_only_grow(parts: Parts) -> None:
    """Triggers stand guard over events, points and money."""
    async with parts.database.session() as session:
        names = {row[0] for row in await run(session, _TRIGGERS_SQL)}

    money = {f"ledger_{t}_only_grow" for t in ("transfers", "outcomes", "entries")}
    assert {"events_only_grow", "points_entries_only_grow", "ledger_entries_whole"} <= names
    assert money <= names
