"""Pure rules of runners: which checks are open, what somebody may carry, how a quiz went."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api import kinds
from api.runners.catalogue import Module, Training
from api.runners.rest import day_of
from api.tiers import Tier

KINDS = tuple(kinds.KINDS)
# What must be there before somebody is approved.
STANDING_CHECKS = ("identity", "adult", "statements", "emergency_contact")
# What limits an approved runner: courses by kind, the table of tiers.
WORK_CHECKS = ("training", "tier")
CHECKS = (*STANDING_CHECKS, *WORK_CHECKS)

_NO_WEIGHT_LIMIT_G = 200_000
_NO_FEE_LIMIT_FEN = 100_000_00
_NO_FLOORS_LIMIT = 1000
_NO_DAY_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Permission:
    """What a runner may take. ``until``: when a course lapses and it must be judged anew."""

    kinds: tuple[str, ...]
    capacity: int
    weight_max_g: int
    fee_max_fen: int
    floors_max: int
    jobs_day_max: int
    until: datetime | None = None


def required_checks(chosen: Collection[str], *, is_production: bool) -> frozenset[str]:
    """The checks in force: in production all; elsewhere, where people are made up, as chosen."""
    return frozenset(CHECKS if is_production else chosen)


def missing_checks(done: Mapping[str, bool], required: Collection[str]) -> list[str]:
    """The checks before approval that are required and not done, in their fixed order."""
    return [check for check in STANDING_CHECKS if check in required and not done[check]]


def permission(
    *,
    wished: Sequence[str],
    tier: Tier,
    is_volunteer: bool,
    in_emergency: bool,
    courses: Mapping[str, datetime],
    training: Training,
    capacity: int,
    required: Collection[str],
) -> Permission:
    """What somebody may take now.

    ``courses``: the courses passed and when each lapses (future ones only); ``capacity``: what the
    community allows at most. A volunteer's limits hold always, a tier's where that check is on.
    """
    kinds = tuple(k for k in KINDS if k in wished) if wished else KINDS
    if is_volunteer and not in_emergency:
        kinds = ()
    until: datetime | None = None
    if "training" in required:
        kinds = tuple(k for k in kinds if all(m in courses for m in needed_courses(training, k)))
        used = {m for k in kinds for m in needed_courses(training, k)}
        until = min((courses[m] for m in used), default=None)
    if not is_volunteer and "tier" not in required:
        return Permission(
            kinds, capacity, _NO_WEIGHT_LIMIT_G, _NO_FEE_LIMIT_FEN, _NO_FLOORS_LIMIT,
            _NO_DAY_LIMIT, until,
        )  # fmt: skip
    return Permission(
        kinds=tuple(k for k in kinds if tier.opens(k)),
        capacity=min(capacity, tier.capacity),
        weight_max_g=tier.weight_max_g,
        fee_max_fen=tier.fee_max_fen,
        floors_max=tier.floors_max,
        jobs_day_max=tier.jobs_day_max,
        until=until,
    )


def jobs_left(jobs_day_max: int, jobs_day: int, jobs_today: int, *, now: datetime) -> int:
    """How many jobs may still be taken today, where so many were on the day that is on record."""
    return jobs_day_max - (jobs_today if jobs_day == day_of(now) else 0)


def needed_courses(training: Training, kind: str) -> tuple[str, ...]:
    """The courses that a kind of errand needs."""
    return tuple(m.name for m in training.modules if kind in m.kinds)


def score_quiz(module: Module, answers: Sequence[int]) -> tuple[int, list[str]]:
    """How much is right, in whole per cent rounded down, and the names of what was wrong.

    What was not answered is wrong; answers beyond the questions count for nothing.
    """
    given = [*answers, *([-1] * len(module.questions))]
    wrong = [
        q.name for q, a in zip(module.questions, given[: len(module.questions)], strict=True)
        if a != q.right
    ]  # fmt: skip
    right = len(module.questions) - len(wrong)
    return 100 * right // len(module.questions), wrong
