"""Forgetting what has had its time, in bounded batches."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from api.privacy import queries
from api.privacy.declared import SWEPT

BATCH = 500


async def forget_what_is_due(session: AsyncSession, *, now: datetime) -> int:
    """Forget a batch by each rule; how many rows. Safe to call at any time."""
    forgotten = 0
    for table, keep in SWEPT:
        before = now - timedelta(days=keep.days)
        forgotten += await queries.forget(
            session, table=table, keep=keep, before=before, limit=BATCH
        )
    return forgotten
