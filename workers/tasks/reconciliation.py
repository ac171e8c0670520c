"""What happens to what WeChat answered and does not fit."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event
from api.reconciliation.service import answering
from workers.task import task


@task
async def note_unfit(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """Keep it as a difference, until somebody closes it or a bill agrees with us."""
    await answering.note_answer(
        session,
        subject=event.name.partition(".")[0],
        key=event.subject_id,
        why=event.data["why"],
        theirs_fen=event.data["theirs_fen"],
        now=now,
    )
