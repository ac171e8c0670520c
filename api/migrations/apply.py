"""Bringing a database to the schema that this code needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from api.kit.db import connect_arguments

# Two processes that migrate at once would trip over each other; the lock ends with the transaction.
_LOCK_SQL = text("SELECT pg_advisory_xact_lock(7143001)")


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


async def migrate(url: str, *, revision: str = "head") -> None:
    """Upgrade to a revision; already there: nothing happens."""
    arguments = connect_arguments(url)
    arguments["server_settings"] = {"lock_timeout": "5000", "timezone": "UTC"}
    arguments["command_timeout"] = 600
    engine = create_async_engine("postgresql+asyncpg://", connect_args=arguments)
    try:
        async with engine.begin() as connection:
            await connection.execute(_LOCK_SQL)
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)
