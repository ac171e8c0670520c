"""What a newcomer may take: stairs and jobs of a day, at the borders of the one predicate."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api.kit.geo import Point
from api.matching.rules import JobNow, Reach, RunnerNow, refusal
from api.runners.rest import day_of, midnight
from api.runners.rules import jobs_left
from api.tiers import mentoring_tiers, tiers

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
HERE = Point(31.2304, 121.4737)
COMMUNITY = UUID(int=1)
TRAINEE = tiers()["trainee"]


def refused(*, floors: int, taken: int) -> str | None:
    """What the predicate says to a trainee who took so many jobs today."""
    runner = RunnerNow(
        id=UUID(int=2), state="approved", shift="online", position=HERE, position_at=NOW,
        kinds=("fetch",), capacity_left=3, community_id=COMMUNITY, floors_max=TRAINEE.floors_max,
        jobs_left_today=jobs_left(TRAINEE.jobs_day_max, day_of(NOW), taken, now=NOW),
    )  # fmt: skip
    job = JobNow(
        state="open", kind="fetch", load=1, requester_id=UUID(int=3), community_id=COMMUNITY,
        lat=HERE.lat, lng=HERE.lng, is_expired=False, pickup_m=0.0, floors_no_lift=floors,
    )  # fmt: skip
    return refusal(runner, job, Reach(500, 180), now=NOW)


@pytest.mark.parametrize(
    ("floors", "taken", "code"),
    [
        (3, 14, None),
        (4, 14, "floors_not_permitted"),
        (3, 15, "day_jobs_full"),
        (0, 16, "day_jobs_full"),
    ],
)
def test_three_floors_and_fifteen_jobs_are_the_last(
    floors: int, taken: int, code: str | None
) -> None:
    """The third floor and the fifteenth job are still theirs."""
    assert code == refused(floors=floors, taken=taken)


def test_the_day_is_over_at_midnight_in_china() -> None:
    """Not a microsecond before; what was taken yesterday is no more counted."""
    today = day_of(NOW)
    tomorrow = midnight(today + 1)

    assert 0 == jobs_left(15, today, 15, now=tomorrow - timedelta(microseconds=1))
    assert 15 == jobs_left(15, today, 15, now=tomorrow)


def test_what_is_published_of_a_tier_is_what_its_columns_hold() -> None:
    """No sentence without a column behind it: who mentors whom, and how many at once."""
    told = {name: tier.unlocks for name, tier in tiers().items() if tier.unlocks}

    assert {
        "trainee": ("可以请一位领跑员带教",),
        "lead": ("带教本社区的新人,同时最多3位",),
    } == told
    assert ("lead",) == mentoring_tiers()


def test_others_have_no_such_limits() -> None:
    """Neither limit can be met by whoever is no newcomer."""
    limits = {(t.floors_max, t.jobs_day_max) for t in tiers().values() if t.name != "trainee"}

    assert {(1000, 1_000_000)} == limits
