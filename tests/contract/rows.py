"""How much every table holds, so that a refusal can be seen to have changed nothing."""

from api.kit.db import Database, run
from api.migrations.tables import METADATA


async def row_counts(database: Database) -> dict[str, int]:
    """Rows by table."""
    counts = " UNION ALL ".join(f"SELECT '{t}', count(*) FROM {t}" for t in sorted(METADATA.tables))
    async with database.session() as session:
        return {row[0]: row[1] for row in await run(session, counts)}
