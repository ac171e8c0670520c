"""What the people of the demonstration cannot ask over HTTP."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

_FOUNDED_SQL = """
SELECT created_at FROM places WHERE kind = 'office' AND name = $1 ORDER BY created_at LIMIT 1
"""


async def founded_on(session: AsyncSession, *, office: str) -> datetime | None:
    """When the office of a name was made; None: there is none."""
    found = await run(session, _FOUNDED_SQL, office)
    return found[0][0] if found else None
