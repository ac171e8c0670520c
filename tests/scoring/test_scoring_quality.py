"""Quality: what is observed, what never counts against a runner, and the laws of the estimate."""

from dataclasses import replace
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.days import day_of
from scoring.history import gather
from scoring.quality import (
    Calibration,
    Quality,
    calibrate,
    contributions,
    estimate,
    observe,
    quality,
)
from scoring.quality.observing import Tally, spread
from scoring.quality.telling import after_more, tell_quality
from scoring.replay import as_if_always, compare
from scoring.types import AnyFact, OrderCompleted
from tests.scoring.builders import (
    RULES,
    decided,
    excuse,
    fact,
    filed,
    moment,
    order,
    rating,
    release,
    reversal,
    training,
)
from tests.scoring.strategies import histories, next_facts

quick = settings(max_examples=60, deadline=None)
RULE = RULES.latest.quality
AS_OF = moment(40)
OFFSETS = Calibration(bias={"h1": 0.1}, building={"b": -0.05}, cell={"F": {"c": 0.02}})


def seen(*facts: AnyFact, as_of: int = AS_OF, calibration: Calibration = OFFSETS) -> Quality:
    """Return the quality on day 40 unless told otherwise."""
    return quality(RULES, facts, as_of=as_of, calibration=calibration)


def observed(*facts: AnyFact) -> list[tuple[str, float, int]]:
    """Return dimension, value and weight of what is observed, sorted."""
    tally = spread(observe(gather(facts), RULES))
    return sorted((each.dimension, each.y, each.weight_milli) for each in tally.elements())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([order("o")], [("F", 1.0, 1000), ("T", 1.0, 1000)]),
        ([order("o", late_s=301)], [("F", 1.0, 1000), ("T", 0.5, 1000)]),
        ([order("o", late_s=9_000, weather=2)], [("F", 1.0, 1000), ("T", 1.0, 1000)]),
        (
            [order("o", proof_required=2, proof_given=1)],
            [("F", 1.0, 1000), ("P", 0.0, 1000), ("T", 1.0, 1000)],
        ),
        ([order("o", own_household=True, proof_required=1)], []),
        ([release("l")], [("F", 0.5, 1000)]),
        ([release("l", after_s=120)], []),
        ([release("l", excused=True)], []),
        ([fact("x", "order.abandoned")], [("F", 0.0, 1000)]),
        ([fact("x", "shift.no_show", excused=True)], []),
        ([fact("c", "complaint.upheld", severity="moderate")], [("P", 0.0, 6000)]),
        ([fact("c", "fraud.confirmed")], [("P", 0.0, 12000)]),
        ([fact("c", "fraud.confirmed"), filed("a", "c")], []),
        ([fact("c", "fraud.confirmed"), filed("a", "c"), decided("d", "a", "reversed")], []),
        (
            [fact("c", "fraud.confirmed"), filed("a", "c"), decided("d", "a", "upheld")],
            [("P", 0.0, 12000)],
        ),
        ([order("o", late_s=900), filed("a", "o")], [("F", 1.0, 1000)]),
        (
            [order("o", late_s=900), filed("a", "o"), decided("d", "a", "reversed")],
            [("F", 1.0, 1000), ("T", 1.0, 1000)],
        ),
    ],
)
def test_what_is_observed(facts: list[AnyFact], expected: list[tuple[str, float, int]]) -> None:
    """Each fact by the published table; what is excused, appealed or at home is none."""
    assert expected == observed(*facts)


def test_a_household_speaks_once_a_week_with_its_mean_and_least_trust() -> None:
    """Dated by its first rating, whose order gives the cell."""
    said = [
        order("o1", 0, "h", cell="1"),
        order("o2", 1, "h", cell="2"),
        rating("r1", "o1", 4, 1, "h"),
        rating("r2", "o2", 1, 3, "h", rater_weight=250),
        rating("r3", "o1", 1, 2, "else"),
    ]
    tally = spread(observe(gather(said), RULES))
    spoken = [each for each in tally if each.dimension == "R"]

    assert [(0.4, 250, "1", day_of(moment(1)))] == [
        (each.y, each.weight_milli, each.cell, each.day) for each in spoken
    ]


def test_silence_and_void_ratings_are_no_observation() -> None:
    """Two stars for the rain are nobody's, and an order without stars says nothing about R."""
    told = [order("o", household="h"), rating("r", "o", 2, household="h", tags=["weather"])]

    assert seen(order("o", household="h")) == seen(*told)


@quick
@given(histories(), st.data())
def test_the_order_of_facts_does_not_matter_to_the_last_bit(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """Simultaneous or late, repeated or not: equal floats, not close ones."""
    repeated = data.draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    shuffled = data.draw(st.permutations([*facts, *repeated]))

    assert seen(*facts) == seen(*shuffled)


@quick
@given(histories(most=10), st.data())
def test_a_reversal_restores_the_estimate_to_the_last_bit(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """A fact and its reversal together are as if never recorded."""
    new = data.draw(next_facts(facts))

    assert seen(*facts) == seen(*facts, new, reversal("undo", new.id))


@quick
@given(histories())
def test_contributions_sum_to_what_differs_from_the_prior(facts: tuple[AnyFact, ...]) -> None:
    """So every hundredth of Q can be traced to what was seen."""
    tally = observe(gather(facts), RULES)
    told = fsum(amount for _, amount in contributions(RULE, tally, day_of(AS_OF)))
    prior = fsum(of.weight * of.prior for of in RULE.dimensions.values())

    assert estimate(RULE, tally, day_of(AS_OF)).mean - prior == pytest.approx(told, abs=1e-12)


@quick
@given(histories(), st.integers(1, 5), st.integers(0, 9))
def test_one_more_rater_narrows_the_interval(
    facts: tuple[AnyFact, ...], stars: int, day: int
) -> None:
    """Whatever a household that was not heard yet says, more is known than before."""
    served = [*facts, order("new", day)]
    before, after = seen(*served), seen(*served, rating("r", "new", stars, day))

    assert after.dimensions["R"].sd < before.dimensions["R"].sd
    assert after.sd < before.sd


@quick
@given(st.integers(2, 30), st.integers(0, 4))
def test_a_colluding_pair_moves_less_than_independent_ratings(count: int, every: int) -> None:
    """As many orders and five stars, by one friend or by as many households."""

    def praised(household_of: str) -> Quality:
        days = [n * every for n in range(count)]
        return seen(
            *(order(f"o{n}", day, household_of.format(n)) for n, day in enumerate(days)),
            *(
                rating(f"r{n}", f"o{n}", 5, day, household_of.format(n))
                for n, day in enumerate(days)
            ),
            as_of=moment(130),
            calibration=Calibration(),
        )

    pal, independent = praised("pal"), praised("h{}")
    # Up to the cap of a household both weigh the same, unless one voice a week joins them.
    assert pal.mean <= independent.mean
    assert count <= 6 or pal.mean < independent.mean


@quick
@given(histories(least=1), st.data())
def test_an_excuse_or_an_offsetting_course_never_costs_quality(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """Harder conditions and excuses remove blame, and courses do not touch the estimate."""
    of = data.draw(st.sampled_from([each.id for each in facts]))
    cause = data.draw(st.sampled_from(("merchant_wait", "injury")))
    excused = seen(*facts, excuse("e", of, cause, 60))

    assert seen(*facts).dimensions["T"].mean <= excused.dimensions["T"].mean
    assert seen(*facts) == seen(*facts, training("t", 5, of))


@quick
@given(histories())
def test_later_facts_never_change_an_earlier_estimate(facts: tuple[AnyFact, ...]) -> None:
    """What was recorded after `as_of` is not known at `as_of`."""
    later = [replace(each, id=f"later {each.id}", recorded_at=AS_OF + 1) for each in facts]

    assert seen(*facts) == seen(*facts, *later)


def test_without_news_the_interval_widens_towards_the_prior() -> None:
    """Who rests is not judged, only less known."""
    served = [order(f"o{n}") for n in range(40)]
    widths = [seen(*served, as_of=moment(day)).sd for day in (0, 30, 90, 400)]

    assert sorted(widths) == widths
    assert 0.923 == pytest.approx(seen(*served, as_of=moment(4_000)).mean, abs=1e-6)


@quick
@given(histories())
def test_other_rules_are_compared_line_by_line(facts: tuple[AnyFact, ...]) -> None:
    """The changes sum to the difference, and the same rules make none."""
    version = RULES.latest
    dearer = replace(version, version="2027.1", late=replace(version.late, per_day=1))
    before, after = as_if_always(version), as_if_always(dearer)
    difference = compare(facts, before, after, as_of=AS_OF)

    assert difference.delta_cp == sum(each.after_cp - each.before_cp for each in difference.changes)
    assert difference.delta_cp >= 0
    assert () == compare(facts, before, before, as_of=AS_OF).changes


def test_a_quality_is_told_in_two_languages() -> None:
    """With how sure it is, and what would change it."""
    told = tell_quality(RULE, seen(*(order(f"o{n}", 40) for n in range(30))))
    early = tell_quality(RULE, seen())

    assert told.zh == (
        "服务质量0.95(八成把握在0.92到0.98之间),依据近期约30单:准时0.97、履约0.98、"
        "住户评价0.90、凭证与规范0.95。再有10户各一单准时送达、凭证齐全,约为0.96。"
    )
    assert early.zh.startswith("新人,数据不足:先按一般水平估为0.92,再有约20单才算数。")
    assert early.en.startswith("New, too little is known: taken as 0.92 for now")


@quick
@given(histories(), st.integers(1, 12))
def test_what_more_orders_would_do_is_what_they_do(facts: tuple[AnyFact, ...], count: int) -> None:
    """The promise made to a runner holds to the last digit but rounding."""
    more = [order(f"m{n}", 40, proof_required=1, proof_given=1) for n in range(count)]
    before, after = (seen(*each, calibration=Calibration()) for each in (facts, [*facts, *more]))

    assert after.mean == pytest.approx(after_more(RULE, before, count), abs=1e-12)


def _tallies() -> dict[str, Tally]:
    """Ten equal runners; the stairs of cell 5 and of building b make everybody late."""
    tallies = {}
    for runner in range(10):
        facts = [
            order(
                f"o{n}",
                n % 30,
                f"h{n % 20}",
                cell="5" if n % 4 == 0 else "0",
                building="b" if n % 10 < 3 else "a",
                late_s=400 if n % 4 == 0 or n % 10 < 3 else -60,
            )
            for n in range(runner, runner + 80)
        ]
        facts += [
            rating(f"r{n}", f"o{n}", 1 if n % 20 == 7 else 5, n % 30, f"h{n % 20}")
            for n in range(runner, runner + 80, 2 + runner % 2)
        ]
        tallies[f"r{runner}"] = observe(gather(facts), RULES)
    return tallies


def test_a_calibration_finds_stairs_slow_buildings_and_strict_households() -> None:
    """What all runners meet alike is not held against any of them."""
    learned = calibrate(RULE, _tallies(), day_of(moment(40)))

    assert learned.cell["T"]["5"] < -0.15 < learned.cell["T"]["0"]
    assert learned.building["b"] < -0.05 < learned.building["a"]
    assert learned.bias["h7"] < -0.25
    assert all(-0.30 <= each <= 0.30 for each in learned.bias.values())
    assert learned.dimensions["T"].prior == pytest.approx(0.77, abs=0.05)


def test_a_calibration_of_too_little_keeps_the_published_priors() -> None:
    """And nothing seen gives nothing to take off."""
    assert Calibration(cell={"T": {}, "F": {}, "R": {}, "P": {}}) == calibrate(RULE, {}, 0)
    few = {"r": observe(gather([order("o", cell="c")]), RULES)}
    assert {} == calibrate(RULE, few, day_of(moment(1))).dimensions


def test_the_body_of_an_order_keeps_its_conditions() -> None:
    """Cell and building arrive as names, numbers included."""
    body = order("o", cell=7, building="b").body

    assert isinstance(body, OrderCompleted)
    assert ("7", "b") == (body.cell, body.building)
