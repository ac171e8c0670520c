"""The one predicate of matching: may this runner be shown, offered or given this job now?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from api.kit.geo import Point, geodesic_m, is_decided, surely_within_m

NO_LIMIT = 2**31 - 1
# Why not, by the fields of a `JobNow`.
Judge = Callable[
    [str, str, int, bytes, bytes, float, float, bool, float, int, int, int, bool], str | None
]  # fmt: skip


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
    floors_max: int = NO_LIMIT
    # How many more they may take before midnight.
    jobs_left_today: int = NO_LIMIT


class JobNow(NamedTuple):
    """A job at this moment, as matching sees one: never what order stands behind it."""

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
    floors_no_lift: int = 0
    # Of a job for several: whether a block parts the runner from one of those to whom it goes.
    is_parted: bool = False


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
    if runner.jobs_left_today <= 0:
        return "day_jobs_full"
    if runner.capacity_left <= 0:
        return "capacity_full"
    return None


def judge_of(runner: RunnerNow, reach: Reach) -> Judge:
    """The predicate for a runner who may take jobs: why not a job, as an error code.

    It takes the fields of a `JobNow` one by one, ids as their bytes: an answer of the hall judges
    dozens, and to make an object of each first takes as long again.
    """
    community, me = runner.community_id.bytes, runner.id.bytes
    apart = frozenset([user_id.bytes for user_id in runner.apart])
    kinds, load_max = runner.kinds, runner.capacity_left
    weight_max_g, fee_max_fen = runner.weight_max_g, runner.fee_max_fen
    floors_max = runner.floors_max
    near_m = surely_within_m(reach.radius_m)

    def refusal_of(
        state: str, kind: str, load: int, requester: bytes, of: bytes, lat: float, lng: float,
        is_expired: bool, pickup_m: float, weight_g: int, fee_fen: int, floors_no_lift: int,
        is_parted: bool,
    ) -> str | None:  # fmt: skip
        if of != community:
            return "not_found"
        if state != "open" or is_expired:
            return "job_taken" if state in _TAKEN else "job_not_open"
        if is_parted or requester in apart:
            return "job_taken"
        if requester == me:
            return "own_job"
        if kind not in kinds:
            return "kind_not_permitted"
        if weight_g > weight_max_g or fee_fen > fee_max_fen or floors_no_lift > floors_max:
            return _beyond(runner, weight_g=weight_g, fee_fen=fee_fen)
        if load > load_max:
            return "capacity_full"
        is_near = pickup_m < near_m or _is_in_reach(runner, lat, lng, pickup_m, reach)
        return None if is_near else "out_of_range"

    return refusal_of


def job_refusal(runner: RunnerNow, job: JobNow, reach: Reach) -> str | None:
    """Why a runner who may take jobs may not take this one, as an error code."""
    return judge_of(runner, reach)(
        job.state, job.kind, job.load, job.requester_id.bytes, job.community_id.bytes, job.lat,
        job.lng, job.is_expired, job.pickup_m, job.weight_g, job.fee_fen, job.floors_no_lift,
        job.is_parted,
    )  # fmt: skip


def refusal(runner: RunnerNow, job: JobNow, reach: Reach, *, now: datetime) -> str | None:
    """Why not, or ``None``: the runner may be shown, offered and given the job."""
    # That a job is gone is said first: it is what a racing thumb must learn.
    if job.community_id == runner.community_id and _is_gone(runner, job):
        return "job_taken"
    return runner_refusal(runner, reach, now=now) or job_refusal(runner, job, reach)


def _is_gone(runner: RunnerNow, job: JobNow) -> bool:
    """Taken by somebody, or as good as taken: a block looks like a faster runner, to the letter."""
    is_open = job.state == "open" and not job.is_expired
    is_parted = job.is_parted or job.requester_id in runner.apart
    return job.state in _TAKEN or (is_open and is_parted)


def _beyond(runner: RunnerNow, *, weight_g: int, fee_fen: int) -> str:
    """Which limit a job is beyond that is beyond one: weight, fee or else stairs."""
    if weight_g > runner.weight_max_g:
        return "weight_not_permitted"
    return "fee_not_permitted" if fee_fen > runner.fee_max_fen else "floors_not_permitted"


def _is_in_reach(runner: RunnerNow, lat: float, lng: float, pickup_m: float, reach: Reach) -> bool:
    if is_decided(pickup_m, reach.radius_m):
        return pickup_m <= reach.radius_m
    assert runner.position is not None
    return geodesic_m(runner.position, Point(lat, lng)) <= reach.radius_m


_TAKEN = frozenset({"accepted", "picked_up", "delivered", "failed", "returned"})
