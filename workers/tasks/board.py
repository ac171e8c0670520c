"""What happens to what was written: WeChat is asked about it, and answers later."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.service.checking import POSTS, Checker, ask_checks, take_answer
from api.bootstrap import Parts
from api.events.log import Event
from api.outcomes.service.drafting import OUTCOMES
from workers.task import outside_task, task

# The words and nine photos; few enough that a slow WeChat keeps no other timer waiting for long.
CHECKS_MAX = 10


@outside_task
async def check(event: Event, parts: Parts) -> None:
    """Something was written: let WeChat look while its author is still there."""
    await ask_checks(checker_of(parts), subject_id=event.subject_id, limit=CHECKS_MAX)


@task
async def take_opinion(session: AsyncSession, event: Event, now: datetime, parts: Parts) -> None:
    """WeChat looked at a photo."""
    await take_answer(session, answer_id=event.subject_id, now=now)


def checker_of(parts: Parts) -> Checker:
    """What checking needs of a process."""
    return Checker(
        parts.database,
        parts.mini_program,
        parts.vault,
        parts.settings.wechat_media_base,
        {"post": POSTS, "outcome": OUTCOMES},
    )
