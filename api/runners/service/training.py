"""Courses: taking a quiz, and what has been passed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.runners import queries
from api.runners.catalogue import Module, training
from api.runners.events import RUNNER_TRAINED
from api.runners.models import TrainingAttempt
from api.runners.rest import day_of, midnight
from api.runners.rules import score_quiz
from api.runners.service.permitting import refresh_permission

ATTEMPTS_A_DAY_MAX = 5


@dataclass(frozen=True, slots=True)
class QuizResult:
    """How a quiz went; the right answers are not told."""

    score_percent: int
    wrong: list[str]
    valid_until: datetime | None


async def take_quiz(
    session: AsyncSession,
    *,
    module_name: str,
    answers: list[int],
    offsets: str | None,
    is_production: bool,
    caller: Caller,
) -> QuizResult:
    """Judge the answers and keep the result; a passed course opens its kinds at once.

    ``offsets`` names the scored fact whose penalty the course shall lower (facts of points).

    Raises:
        AppError: not_found, application_closed, training_attempts_used.
    """
    module = the_module(module_name)
    runner = await queries.runner(session, runner_id=caller.user_id, lock=True)
    if runner is None:
        raise AppError("not_found")
    if runner.state in ("rejected", "withdrawn"):
        raise AppError("application_closed")
    today = day_of(caller.now)
    taken = await queries.attempts_since(
        session, runner_id=runner.id, module=module.name, since=midnight(today)
    )
    if taken >= ATTEMPTS_A_DAY_MAX:
        wait_s = int((midnight(today + 1) - caller.now).total_seconds()) + 1
        raise AppError("training_attempts_used", retry_after_s=wait_s)
    score_percent, wrong = score_quiz(module, answers)
    has_passed = score_percent >= training().pass_percent
    attempt = TrainingAttempt(
        runner_id=runner.id,
        module=module.name,
        version=training().version,
        score_percent=score_percent,
        taken_at=caller.now,
        valid_until=caller.now + timedelta(days=module.valid_days) if has_passed else None,
    )
    await queries.add_attempt(session, attempt=attempt)
    if has_passed:
        await _tell(session, attempt, runner.community_id, offsets, caller)
        await refresh_permission(
            session,
            runner_id=runner.id,
            is_production=is_production,
            actor=caller.actor,
            now=caller.now,
        )
    return QuizResult(score_percent, wrong, attempt.valid_until)


def the_module(name: str) -> Module:
    """A course by its name.

    Raises:
        AppError: not_found.
    """
    module = training().module(name)
    if module is None:
        raise AppError("not_found", "no such course")
    return module


async def _tell(
    session: AsyncSession,
    attempt: TrainingAttempt,
    community_id: UUID,
    offsets: str | None,
    caller: Caller,
) -> None:
    await emit(
        session,
        RUNNER_TRAINED,
        subject_id=attempt.runner_id,
        subject_seq=await queries.touch(session, runner_id=attempt.runner_id),
        actor=caller.actor,
        now=caller.now,
        community_id=community_id,
        module=attempt.module,
        version=attempt.version,
        score_percent=attempt.score_percent,
        offsets=offsets,
    )
