"""Which job a courier takes, and what comes along."""

from dataclasses import replace

from api.cli.replay.choosing import Legs, Offered, goes_together, ranked
from api.cli.replay.instance import Spot

_LEGS = Legs(metres_per_min=100)
_COUNTER = Spot(0, 0)
_JOB = Offered("a", _COUNTER, Spot(500, 0), distance_m=300, adds_m=400, ready_min=60, due_min=90)


def test_a_ride_takes_whole_minutes_rounded_up() -> None:
    """Rule 1 of the instances; no way takes no time."""
    assert [0, 1, 1, 2] == [_LEGS.minutes(m) for m in (0, 1, 100, 100.5)]


def test_the_nearest_of_what_is_ready_comes_first() -> None:
    """Where nothing has to be waited for, distance decides."""
    far, near = replace(_JOB, job_id="far", distance_m=900), _JOB

    assert [near, far] == ranked([far, near], legs=_LEGS, now_min=70)


def test_what_is_ready_beats_what_is_near_but_raw() -> None:
    """Standing at a counter costs as much as riding."""
    raw = replace(_JOB, job_id="raw", distance_m=100, ready_min=95)
    ready = replace(_JOB, job_id="ready", distance_m=900)

    assert [ready, raw] == ranked([raw, ready], legs=_LEGS, now_min=70)


def test_an_overdue_job_is_not_left_forever() -> None:
    """What waits long enough beyond its promise is served before what is nearer."""
    late = replace(_JOB, job_id="late", distance_m=900, due_min=30)

    assert [late, _JOB] == ranked([_JOB, late], legs=_LEGS, now_min=70)


def test_what_is_cooked_at_the_same_counter_comes_along() -> None:
    """Same counter, soon ready, little detour: all three."""
    fits = {
        "the same": _JOB,
        "another counter": replace(_JOB, pickup=Spot(50, 0)),
        "too long to wait": replace(_JOB, ready_min=80),
        "too far off the way": replace(_JOB, adds_m=5000),
    }

    together = [
        name
        for name, job in fits.items()
        if goes_together(job, counter=_COUNTER, legs=_LEGS, leave_min=61)
    ]

    assert ["the same"] == together
