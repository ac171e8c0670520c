"""SQL of backups: what stands in the database, and who else is in it."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

_LOOK_SQL = """
SELECT current_setting('server_version_num')::int / 10000,
       (SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND backend_type = 'client backend' AND pid <> pg_backend_pid())
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A database before it is copied or replaced."""

    server_major: int
    tables: int
    others: int


async def look(session: AsyncSession) -> Found:
    """Look once."""
    return Found(*(await run(session, _LOOK_SQL))[0])
