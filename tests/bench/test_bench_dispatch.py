"""The benches of dispatch: a seed is a world, verdicts are what the figures say."""

from api.cli.bench.dispatch.measuring import bare_assignment, measure_dispatch, nearest_waits
from api.cli.bench.dispatch.town import Size, moment_of
from api.cli.bench.fairness.measuring import measure_fairness
from api.cli.bench.fairness.world import make_world

_TINY = Size("tiny", 8, 6, rounds=2)


def test_a_round_stands_beside_a_bare_assignment_of_the_same_moment() -> None:
    """Both are timed in every round."""
    [found] = measure_dispatch((_TINY,))

    assert 2 == len(found.solve_ms) == len(found.bare_ms)
    assert found.ratio > 0
    assert 6 == bare_assignment(moment_of(_TINY, 1))


def test_nearest_first_gives_each_runner_one_job_at_most() -> None:
    """The rival of the bench."""
    assert len(nearest_waits(moment_of(_TINY, 1))) <= 6


def test_a_seed_is_a_world() -> None:
    """The same seed gives the same days, another one others."""
    assert make_world(1, 2) == make_world(1, 2) != make_world(2, 2)


def test_a_verdict_on_fairness_is_what_the_figure_says() -> None:
    """One short world; two limits recomputed by hand."""
    found = measure_fairness(seeds=1, days=1, tell=lambda line: None)
    by_name = {figure.name: figure for figure in found.figures}
    gini, time = by_name["Gini of pay per online hour"], by_name["click to door, min"]

    assert (gini.dispatch <= 0.03) == gini.is_met
    assert (time.dispatch <= 1.03 * time.nearest) == time.is_met
