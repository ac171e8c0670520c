"""Whether this process lives, and whether it can serve."""

import asyncio
from dataclasses import dataclass

from api.kit.db import Database, is_passing, run
from api.kit.redis_line import RedisAway, RedisLine

_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found. Redis may be away: its loss slows, but stops nothing."""

    database: str
    redis: str
    schema: str

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served."""
        return self.database == "ok" and self.schema == "ok"


async def look(database: Database, redis: RedisLine, *, schema: str) -> Readiness:
    """Ask both stores, with a time limit each; ``schema`` is the revision this code needs."""
    found = await _schema(database)
    return Readiness(
        database="away" if found is None else "ok",
        redis=await _redis(redis),
        schema="ok" if found == schema else "unknown" if found is None else "other",
    )


async def _schema(database: Database) -> str | None:
    try:
        async with asyncio.timeout(_PATIENCE_S), database.session(aside=True) as session:
            rows = await run(session, "SELECT version_num FROM alembic_version")
            return rows[0][0] if rows else ""
    except Exception as error:
        if is_passing(error):
            return None
        return ""


async def _redis(redis: RedisLine) -> str:
    try:
        await redis.ping()
    except RedisAway:
        return "away"
    return "ok"
