"""Tiers: P20 and what gains, keeps and ends them; ranks, pools and nudges (P21, P22)."""

from dataclasses import replace

import pytest

from scoring.boards import apportion, rank
from scoring.dispatch import fairness_weight, gini, jain, quality_weight
from scoring.quality import NEUTRAL, Quality, estimate
from scoring.quality.observing import Tally
from scoring.records import record_of
from scoring.tiers import Record, Standing, lacking_for_lead, review
from tests.scoring.builders import RULES, fact, filed, moment, order, training

VERSION = RULES.latest
TIERS, DISPATCH = VERSION.tier, VERSION.dispatch
PERFECT = Record(
    mean=0.96, lower=0.94, upper=0.98, orders=400, month_orders=50, recent_orders=150,
    recent_households=40, active_days=90, has_course=True, civic_cp=1_200, days_since_joining=200,
    consents=True, has_vote=True,
)  # fmt: skip


def test_p20_a_lead_is_warned_once_rests_on_leave_and_may_come_back() -> None:
    """Two misses in a row end it, a leave between them notwithstanding; back after 60 days."""
    standing, told = Standing("runner"), []
    for lower, day, on_leave in (
        (0.932, 0, False),
        (0.912, 30, False),
        (0.905, 60, False),
        (0.905, 90, True),
        (0.908, 120, False),
        (0.935, 150, False),
        (0.935, 181, False),
    ):
        record = replace(PERFECT, lower=lower, is_on_leave=on_leave)
        reviewed = review(TIERS, standing, record, day)
        standing = reviewed.standing
        told.append((standing.tier, standing.misses, reviewed.is_frozen))

    expected = [
        ("lead", 0, False),
        ("lead", 0, False),
        ("lead", 1, False),
        ("lead", 1, True),
        ("runner", 0, False),
        ("runner", 0, False),
        ("lead", 0, False),
    ]
    assert expected == told


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({"orders": 299}, "orders"),
        ({"recent_orders": 59}, "recent_orders"),
        ({"recent_households": 19}, "households"),
        ({"lower": 0.9299}, "lower_bound"),
        ({"recent_penalties_cp": 301}, "penalties"),
        ({"has_recent_complaint": True}, "complaints"),
        ({"civic_cp": 999}, "civic"),
        ({"days_since_joining": 89}, "days_since_joining"),
        ({"consents": False}, "consent"),
        ({"has_vote": False}, "vote"),
    ],
)
def test_each_condition_of_a_lead_is_needed_and_named(
    change: dict[str, object], lacking: str
) -> None:
    """Whoever is not promoted is told what was missing."""
    record = replace(PERFECT, **change)  # type: ignore[arg-type]

    assert (lacking,) == review(TIERS, Standing("runner"), record, 0).lacking


@pytest.mark.parametrize(
    ("change", "tier"),
    [
        ({}, "runner"),
        ({"orders": 29}, "trainee"),
        ({"active_days": 6}, "trainee"),
        ({"has_course": False}, "trainee"),
        ({"mean": 0.849}, "trainee"),
        ({"runner_penalties_cp": 500}, "trainee"),
        ({"runner_penalties_cp": 499}, "runner"),
        ({"month_orders": 9}, "trainee"),
    ],
)
def test_a_trainee_becomes_a_runner_when_all_is_there(change: dict[str, object], tier: str) -> None:
    """No vote and no consent: the first step is for everybody."""
    record = replace(PERFECT, **change)  # type: ignore[arg-type]

    assert tier == review(TIERS, Standing("trainee"), record, 0).standing.tier


def test_a_serious_complaint_ends_a_lead_even_on_leave() -> None:
    """A person upheld it, so nothing waits for the table."""
    record = replace(PERFECT, has_serious_complaint=True, is_on_leave=True)

    assert Standing("runner", demoted_day=7) == review(TIERS, Standing("lead"), record, 7).standing


def test_a_runner_falls_only_when_surely_weak_twice_and_never_lower() -> None:
    """Below .85 with the upper bound, two reviews in a row."""
    weak, fair = replace(PERFECT, upper=0.84), replace(PERFECT, lower=0.8, upper=0.86)
    tiers, standing = [], Standing("runner")
    for record in (weak, fair, weak, weak, weak):
        standing = review(TIERS, standing, replace(record, mean=0.8), 0).standing
        tiers.append(standing.tier)

    assert ["runner", "runner", "runner", "trainee", "trainee"] == tiers


def test_a_record_is_read_from_facts() -> None:
    """Orders, households, days, penalties, deeds, courses and leave, as of a day."""
    facts = [
        fact("j", "runner.joined"),
        *(order(f"o{n}", n, f"h{n % 3}") for n in range(5)),
        order("own", 1, own_household=True),
        training("t", 2, course="safety"),
        fact("x", "order.abandoned", 20),
        fact("c", "complaint.upheld", 3, severity="serious"),
        fact("e", "emergency.helped", 4),
        fact("l", "leave.started", 21),
    ]
    record = record_of(RULES, facts, as_of=moment(28, 0))

    assert (5, 5, 3, 5) == (
        record.orders,
        record.month_orders,
        record.recent_households,
        record.active_days,
    )
    assert (1_300, 550, 28) == (
        record.recent_penalties_cp,
        record.civic_cp,
        record.days_since_joining,
    )
    assert record.has_course
    assert record.is_on_leave
    assert record.has_serious_complaint
    appealed = record_of(RULES, [*facts, filed("a", "c", 5)], as_of=moment(28, 0))
    assert not appealed.has_serious_complaint
    assert 300 == appealed.recent_penalties_cp


def test_a_newcomer_lacks_almost_everything_of_a_lead() -> None:
    """And is told all of it at once."""
    record = record_of(RULES, [fact("j", "runner.joined")], as_of=moment(1))
    lacking = lacking_for_lead(TIERS, Standing("trainee"), record, 1)

    expected = (
        *("orders", "recent_orders", "households", "lower_bound", "civic"),
        *("days_since_joining", "consent", "vote"),
    )
    assert expected == lacking


POINTS = {"zhang": 171_050, "li": 171_099, "wang": 98_000, "zhao": 171_100, "sun": 42, "qian": -300}


def test_p21_ranks_are_shared_and_a_pool_is_split_to_the_last_fen() -> None:
    """Whole points rank; rests go to the largest, then by id."""
    ranks = {"zhang": 2, "li": 2, "wang": 4, "zhao": 1, "sun": 5, "qian": 6}
    shares = {"zhang": 13_991, "li": 13_995, "wang": 8_016, "zhao": 13_995, "sun": 3, "qian": 0}

    assert ranks == rank(POINTS)
    assert shares == apportion(POINTS, 50_000)
    assert 50_000 == sum(shares.values())


def test_nobody_with_points_means_nobody_with_a_share() -> None:
    """A pool is not given to those who are below zero."""
    assert {"a": 0, "b": 0} == apportion({"a": 0, "b": -5}, 100)


def _seen(mean: float, weight: float) -> Quality:
    prior = estimate(VERSION.quality, Tally(), 0, NEUTRAL)
    return replace(prior, mean=mean, weight=weight, is_early=weight < VERSION.quality.few)


@pytest.mark.parametrize(
    ("mean", "weight", "expected"),
    [(0.96, 200, 1.05), (0.93, 200, 1.0105), (0.88, 200, 0.95), (0.99, 12, 1.0)],
)
def test_p22_quality_nudges_within_five_percent(
    mean: float, weight: float, expected: float
) -> None:
    """And newcomers not at all."""
    assert expected == pytest.approx(quality_weight(DISPATCH, _seen(mean, weight), 0.923))


@pytest.mark.parametrize(("income", "expected"), [(24, 1.12), (30, 1), (45, 0.85), (10, 1.25)])
def test_p22_fairness_pulls_back(income: float, expected: float) -> None:
    """Whoever earned less comes first a little more often."""
    assert expected == pytest.approx(fairness_weight(DISPATCH, income, 30))


def test_p22_evenness_is_measured() -> None:
    """Gini and Jain of four incomes; nobody's income is even."""
    incomes = (24, 30, 45, 10)

    assert (0.254587, 0.824840) == (round(gini(incomes), 6), round(jain(incomes), 6))
    assert (0.0, 1.0) == (gini([]), jain([]))


def test_tasks_of_the_care_list_may_be_nudged_twice_as_far() -> None:
    """Within a tenth."""
    assert 1.10 == quality_weight(DISPATCH, _seen(1.0, 200), 0.923, is_care=True)
