"""The one predicate of matching: may this runner be shown, offered or given this job now?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from api.kit.geo import Point, geodesic_m, is_decided

NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RunnerNow:
    """A runner at this moment, as matching sees one."""

    id: UUID
    state: str
    shift: str
    position: Point | None
    position_at: datetime | None
    kinds: tuple[str, ...]
    capacity_left: int
    community_id: UUID
    # From whose jobs a block parts the runner, whoever of the two set it.
    apart: frozenset[UUID] = frozenset()
    # Too long at work: why, and in how many seconds to ask again (runners/rest.py).
    held: str | None = None
    held_s: int | None = None
    weight_max_g: int = NO_LIMIT
    fee_max_fen: int = NO_LIMIT


class JobNow(NamedTuple):
    """A job at this moment, as matching sees one: never what order stands behind it.

    A tuple, which costs a fifth of a frozen dataclass: an answer of the hall judges dozens.
    """

    state: str
    kind: str
    load: int
    requester_id: UUID
    community_id: UUID
    lat: float
    lng: float
    is_expired: bool
    # From the runner to the pickup by the local formula; near the edge the geodesic decides.
    pickup_m: float
    weight_g: int = 0
    fee_fen: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """What the community says: how far, and how old a position may be."""

    radius_m: float
    position_max_age_s: float


def runner_refusal(runner: RunnerNow, reach: Reach, *, now: datetime) -> str | None:
    """Why the runner may take nothing at all at the moment, as an error code."""
    if runner.state != "approved":
        return "runner_not_approved"
    if runner.shift != "online":
        return "runner_offline"
    if runner.held is not None:
        return runner.held
    if runner.position is None or runner.position_at is None:
        return "position_missing"
    if now - runner.position_at >= timedelta(seconds=reach.position_max_age_s):
        return "position_stale"
    if runner.capacity_left <= 0:
        return "capacity_full"
    return None


def job_refusal(runner: RunnerNow, job: JobNow, reach: Reach) -> str | None:
    """Why a runner who may take jobs may not take this one, as an error code."""
    if job.community_id != runner.community_id:
        return "not_found"
    if job.state != "open" or job.is_expired:
        return "job_taken" if job.state in _TAKEN else "job_not_open"
    if job.requester_id in runner.apart:
        return "job_taken"
    if job.requester_id == runner.id:
        return "own_job"
    if job.kind not in runner.kinds:
        return "kind_not_permitted"
    if job.weight_g > runner.weight_max_g:
        return "weight_not_permitted"
    if job.fee_fen > runner.fee_max_fen:
        return "fee_not_permitted"
    if job.load > runner.capacity_left:
        return "capacity_full"
    return None if _is_in_reach(runner, job, reach) else "out_of_range"


def refusal(runner: RunnerNow, job: JobNow, reach: Reach, *, now: datetime) -> str | None:
    """Why not, or ``None``: the runner may be shown, offered and given the job."""
    # That a job is gone is said first: it is what a racing thumb must learn.
    if job.community_id == runner.community_id and _is_gone(runner, job):
        return "job_taken"
    return runner_refusal(runner, reach, now=now) or job_refusal(runner, job, reach)


def _is_gone(runner: RunnerNow, job: JobNow) -> bool:
    """Taken by somebody, or as good as taken: a block looks like a faster runner, to the letter."""
    is_open = job.state == "open" and not job.is_expired
    return job.state in _TAKEN or (is_open and job.requester_id in runner.apart)


def _is_in_reach(runner: RunnerNow, job: JobNow, reach: Reach) -> bool:
    if is_decided(job.pickup_m, reach.radius_m):
        return job.pickup_m <= reach.radius_m
    assert runner.position is not None
    return geodesic_m(runner.position, Point(job.lat, job.lng)) <= reach.radius_m


_TAKEN = frozenset({"accepted", "picked_up", "delivered", "failed", "returned"})
