"""The bench of quality: its measures measure, a seed is a world, its verdict is honest."""

from dataclasses import replace

import pytest

from api.cli.bench.quality.judging import DRIFTING, LAST, PLAIN, STAIRS, Q
from api.cli.bench.quality.living import live
from api.cli.bench.quality.measures import (
    area_under_curve,
    partial_correlation,
    ranks,
    spearman,
)
from api.cli.bench.quality.running import Quality, measure_quality
from api.cli.bench.quality.world import Plan, make_world

_TINY = Plan(runners=12, days=28)


@pytest.fixture(scope="module")
def measured() -> Quality:
    """All three kinds of worlds, so small that the figures mean nothing."""
    worlds = (
        _TINY,
        replace(STAIRS, runners=12, days=28),
        replace(DRIFTING, runners=2),
    )
    return measure_quality(seeds=1, drifting=1, tell=lambda line: None, worlds=worlds)


def test_each_figure_of_q_stands_beside_the_plain_scores(measured: Quality) -> None:
    """Where a plain score can be judged at all, it is."""
    compared = {figure.name.strip(): set(figure.means) for figure in measured.figures}

    assert {Q, PLAIN, LAST} == compared["Spearman with hidden skill"]
    assert {Q, PLAIN, LAST} == compared["partial correlation with stairs"]
    assert {Q, LAST} == compared["changes of lead status, 9 reviews"]
    assert 10 == len(compared)


def test_a_verdict_is_what_the_figure_says(measured: Quality) -> None:
    """Two limits recomputed by hand."""
    by_name = {figure.name: figure for figure in measured.figures}
    worst, coverage = by_name["AUC of the worst tenth"], by_name["coverage of the 80 % interval"]

    assert (worst.means[Q] >= 0.93) == worst.is_met
    assert (0.75 <= coverage.means[Q] <= 0.85) == coverage.is_met


def test_a_seed_is_a_world() -> None:
    """The same seed gives the same facts, another one others."""
    lives = [live(make_world(_TINY, seed)) for seed in (1, 1, 2)]
    facts = [[fact for life in each.values() for fact in life.facts] for each in lives]

    assert facts[0] == facts[1] != facts[2]


def test_ranks_share_what_is_equal() -> None:
    """Ties get the mean of their places."""
    assert [1.0, 3.5, 2.0, 3.5] == ranks([1, 5, 3, 5])
    assert 1.0 == pytest.approx(spearman([1, 2, 3], [10, 20, 90]))
    assert -1.0 == pytest.approx(spearman([1, 2, 3], [3, 2, 1]))


def test_the_area_is_one_where_the_worst_are_lowest() -> None:
    """And a half where nothing is told apart."""
    is_worst = [True, False, False, False]

    assert 1.0 == area_under_curve([0, 1, 2, 3], is_worst)
    assert 0.0 == area_under_curve([4, 1, 2, 3], is_worst)
    assert 0.5 == area_under_curve([1, 1, 1, 1], is_worst)


def test_a_partial_correlation_takes_off_what_is_given() -> None:
    """Two that follow a third alike have nothing left in common but their own noise."""
    third = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    noise = [0.1, -0.2, 0.3, -0.3, 0.2, -0.1]
    a = [x + n for x, n in zip(third, noise, strict=True)]
    b = [2 * x - n for x, n in zip(third, noise, strict=True)]

    assert partial_correlation(a, b, ([0.0, 1.0, 0.0, 1.0, 0.0, 2.0],)) > 0.9
    assert -1.0 == pytest.approx(partial_correlation(a, b, (third,)))
