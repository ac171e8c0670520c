"""What follows when somebody takes a consent back."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.consents.service import has_consent
from api.events.log import Event
from api.privacy.queries import forget_position
from workers.task import task


@task
async def forget_withdrawn(
    session: AsyncSession, event: Event, now: datetime, parts: Parts
) -> None:
    """Forget what was held on that consent alone, unless it was given again meanwhile."""
    user_id = UUID(event.data["user_id"])
    if event.data["purpose"] != "runner_location":
        return
    if not await has_consent(session, user_id=user_id, purpose="runner_location"):
        await forget_position(session, runner_id=user_id)
