"""Facts: what the door refuses, and what a set of them means."""

from typing import Any

import pytest

from scoring.history import FactIdReused, FactsOfSeveralRunners, ReversalCycle
from scoring.parsing import KINDS, MalformedFact, UnknownCause, UnknownKind, parse_fact
from scoring.points import points_total
from scoring.types import Excuse, Fact, OrderCompleted, ScoringError
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
    total_cp,
    training,
)

STORED: dict[str, Any] = {
    "id": "o1",
    "kind": "order.completed",
    "runner": "r1",
    "at": 1_772_420_000,
    "household": "h1",
    "data": {"late_s": 90, "excuses": [{"cause": "merchant_wait", "min": 12}], "cell": "c3"},
}
RATING: dict[str, Any] = {"kind": "rating.revealed", "data": {"order": "o1", "stars": 6}}
REDUCED: dict[str, Any] = {
    "kind": "appeal.decided",
    "data": {"appeal": "a", "outcome": "reduced"},
}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "order.declined"}, UnknownKind),
        ({"data": {"excuses": [{"cause": "bad_mood", "min": 5}]}}, UnknownCause),
        ({"id": ""}, MalformedFact),
        ({"id": 7}, MalformedFact),
        ({"at": -1}, MalformedFact),
        ({"at": 1.0}, MalformedFact),
        ({"at": True}, MalformedFact),
        ({"household": 7}, MalformedFact),
        ({"recorded_at": "today"}, MalformedFact),
        ({"extra": 1}, MalformedFact),
        ({"data": []}, MalformedFact),
        ({"data": {"late": 90}}, MalformedFact),
        ({"data": {"late_s": "90"}}, MalformedFact),
        ({"data": {"weather": 3}}, MalformedFact),
        ({"data": {"care": 1}}, MalformedFact),
        ({"data": {"excuses": {"cause": "injury"}}}, MalformedFact),
        ({"data": {"excuses": [{"cause": "injury"}] * 51}}, MalformedFact),
        ({"kind": "order.released", "data": {}}, MalformedFact),
        (RATING, MalformedFact),
        (REDUCED, MalformedFact),
    ],
)
def test_what_is_not_exactly_a_fact_is_refused_by_name(
    change: dict[str, Any], error: type[ScoringError]
) -> None:
    """A misspelt key or a wrong type must never pass for a default."""
    with pytest.raises(error):
        parse_fact({**STORED, **change})


def test_a_stored_fact_is_read_with_its_types() -> None:
    """Numbers default to 0 and flags to false; the rest is as stored."""
    actual = parse_fact(STORED)

    body = OrderCompleted(late_s=90, excuses=(Excuse("merchant_wait", 12),), cell="c3")
    expected = Fact(id="o1", runner="r1", at=1_772_420_000, household="h1", body=body)
    assert expected == actual
    assert actual.kind == "order.completed"


def test_the_kinds_of_facts_are_those_of_the_published_rules() -> None:
    """A new kind is a decision: it needs a rule, a parser and an explanation."""
    expected = (
        *("appeal.decided", "appeal.filed", "complaint.upheld", "emergency.helped"),
        *("entry.reversed", "excuse.granted", "fraud.confirmed", "hazard.verified"),
        *("leave.ended", "leave.started", "mediation.closed", "mentee.graduated"),
        *("order.abandoned", "order.completed", "order.released", "points.redeemed"),
        *("rating.revealed", "runner.joined", "shift.no_show"),
        *("training.completed", "volunteer.hours"),
    )
    assert expected == KINDS


def test_an_id_with_another_content_is_refused() -> None:
    """The same id twice is one fact; with another body it is a contradiction."""
    with pytest.raises(FactIdReused):
        points_total(RULES, [order("o1"), order("o1", late_s=1)])


def test_facts_of_two_runners_are_refused() -> None:
    """Points are counted for one runner at a time."""
    other = parse_fact({**STORED, "id": "o2", "runner": "r2"})
    with pytest.raises(FactsOfSeveralRunners):
        points_total(RULES, [order("o1"), other])


@pytest.mark.parametrize(
    "circle",
    [
        [reversal("a", of="a")],
        [reversal("a", of="b"), reversal("b", of="a")],
        [reversal("a", of="b"), reversal("b", of="c"), reversal("c", of="b")],
    ],
)
def test_reversals_in_a_circle_are_refused(circle: list[Any]) -> None:
    """Nobody could say which of them holds."""
    with pytest.raises(ReversalCycle):
        points_total(RULES, circle)


def test_a_long_chain_of_reversals_is_followed_to_its_end() -> None:
    """An even number of reversals of reversals leaves the fact reversed or not, exactly."""
    chain = [reversal(f"v{n}", of=f"v{n - 1}" if n else "o1") for n in range(2_001)]

    assert [total_cp(order("o1"), *chain[:2_000]), total_cp(order("o1"), *chain)] == [170, 0]


def test_orders_of_the_own_household_are_worth_nothing_and_cost_nothing() -> None:
    """Neither points nor lateness nor stars, and they take no place from others."""
    own = [order(f"own{n}", household="h1", own_household=True, late_s=4_000) for n in range(4)]
    stars = rating("r", "own0", 5, household="h1")

    assert total_cp(order("o", household="h1")) == total_cp(*own, stars, order("o", household="h1"))


def test_a_rating_of_another_household_has_no_voice() -> None:
    """The household that rates must be the one that was served."""
    assert total_cp(order("o")) == total_cp(order("o"), rating("r", "o", 5, household="else"))


def test_a_void_rating_leaves_the_earlier_one_in_force() -> None:
    """Void means as if never said, so it does not replace what was said before."""
    said = [order("o"), rating("r1", "o", 5, 1), rating("r2", "o", 1, 2, tags=["price"])]

    assert total_cp(*said) == 170 + 20


def test_the_latest_rating_of_an_order_is_the_one_that_counts() -> None:
    """People may change their mind; five stars that became four are four."""
    assert total_cp(order("o"), rating("r1", "o", 5, 1), rating("r2", "o", 4, 2)) == 170 + 10


def test_an_early_order_does_not_lend_its_minutes_to_excuses() -> None:
    """Early is on time and no more."""
    assert total_cp(order("o", late_s=-600)) == 170


@pytest.mark.parametrize(
    ("cause", "minutes", "expected_s"),
    [("customer_unreachable", 60, 4_000 - 1_200), ("merchant_wait", 60, 400), ("injury", 0, 0)],
)
def test_each_cause_excuses_up_to_its_limit(cause: str, minutes: int, expected_s: int) -> None:
    """Twice the same cause does not double the limit; a whole cause excuses everything."""
    late = order("o", late_s=4_000)
    excuses = [excuse("e1", "o", cause, minutes), excuse("e2", "o", cause, minutes)]
    penalty_cp = {2_800: 150, 400: 30, 0: 0}[expected_s]

    actual = points_total(RULES, [late, *excuses])
    assert penalty_cp == actual.late_penalty


def test_a_course_offsets_only_what_it_names_and_only_in_time() -> None:
    """Within 30 days, no complaint above minor, and never more than the penalty."""
    minor = fact("c", "complaint.upheld", severity="minor")
    serious = fact("c", "complaint.upheld", severity="serious")

    assert total_cp(minor, training("t", 30, offsets="c")) == 50 - 0
    assert total_cp(minor, training("t", 31, offsets="c")) == 50 - 100
    assert total_cp(serious, training("t", 1, offsets="c")) == 50 - 1_000
    assert (
        total_cp(minor, training("t1", 1, "c"), training("t2", 2, "c", course="lifting")) == 100 - 0
    )


def test_newcomers_are_new_for_fourteen_days() -> None:
    """The fifteenth day is like any other."""
    joined = fact("j", "runner.joined", second=80_000)

    assert total_cp(joined, fact("n", "shift.no_show", 13)) == 0
    assert total_cp(joined, fact("n", "shift.no_show", 14)) == -200


def test_an_excused_release_takes_no_free_place() -> None:
    """Two of a week are free; the excused one does not use them up."""
    assert total_cp(release("a"), release("b", excused=True), release("c")) == 0


def test_a_second_appeal_cannot_take_back_what_the_first_one_gave() -> None:
    """Upheld means as before filing: after the earlier reduction, not before it."""
    first = [filed("a1", "x"), decided("d1", "a1", "reduced", new_cp=120)]
    second = [filed("a2", "x", 3), decided("d2", "a2", "upheld", 4)]
    abandoned = fact("x", "order.abandoned")

    assert total_cp(abandoned, *first) == -120
    assert total_cp(abandoned, *first, second[0]) == 0
    assert total_cp(abandoned, *first, *second) == -120


def test_of_several_decisions_of_an_appeal_the_latest_counts() -> None:
    """The committee's word replaces the first answer."""
    appeal = [fact("x", "order.abandoned"), filed("a", "x"), decided("d1", "a", "upheld")]

    assert total_cp(*appeal, decided("d2", "a", "reversed", 5)) == 0


def test_volunteering_is_capped_by_day_and_month_and_rounded_once() -> None:
    """20 min three times are one hour, not three times 33."""
    short = [fact(f"v{n}", "volunteer.hours", n, minutes=20) for n in range(3)]
    long = [fact(f"v{n}", "volunteer.hours", n, minutes=130) for n in range(11)]

    assert [total_cp(*short), total_cp(*long)] == [100, 2_000]


def test_a_mentee_graduates_once() -> None:
    """Once per mentee, for ever."""
    graduated = [fact(f"g{n}", "mentee.graduated", 40 * n, mentee="m") for n in range(2)]

    assert total_cp(*graduated) == 500


def test_the_local_day_begins_at_midnight_in_china() -> None:
    """The fifth order of a household counts if it comes one second after midnight."""
    fifth = [
        fact("o4", "order.completed", second=second, household="h") for second in (86_399, 86_400)
    ]
    four = [order(f"o{n}", household="h") for n in range(4)]

    assert [total_cp(*four, each) for each in fifth] == [680, 850]
    assert moment(1, 0) == fifth[1].at


def test_a_course_taken_before_a_penalty_does_not_offset_it() -> None:
    """Learning recovers what went wrong; it is no licence for what comes."""
    assert total_cp(training("t", 0, offsets="n"), fact("n", "shift.no_show", 1)) == 50 - 200


def test_a_course_pays_once_a_quarter() -> None:
    """April and May are one quarter; the last day of March and the first of April are two."""
    april_and_may = [training("t1", 30), training("t2", 61)]
    march_and_april = [training("t1", 29), training("t2", 30)]

    assert [total_cp(*april_and_may), total_cp(*march_and_april)] == [50, 100]


def test_a_rating_belongs_to_the_week_in_which_it_was_given() -> None:
    """One voice per household and week; whoever says the same again speaks in the later week."""
    served = [order("o1", 0, "h"), order("o2", 7, "h")]
    stars = [rating("r1", "o1", 5, 1, "h"), rating("r2", "o2", 5, 8, "h")]

    assert total_cp(*served, *stars) == 2 * 170 + 2 * 20
    assert total_cp(*served, *stars, rating("r3", "o1", 5, 9, "h")) == 2 * 170 + 20
    assert total_cp(*served, rating("r1", "o1", 5, 7, "h"), stars[1]) == 2 * 170 + 20


def test_an_appeal_can_only_lower_what_an_earlier_one_left() -> None:
    """Reduced to 0.30 and later to 1.00 stays 0.30."""
    first = [filed("a1", "x"), decided("d1", "a1", "reduced", new_cp=30)]
    second = [filed("a2", "x", 3), decided("d2", "a2", "reduced", 4, new_cp=100)]

    assert total_cp(fact("x", "order.abandoned"), *first, *second) == -30


def test_a_course_is_not_wasted_on_what_a_newcomer_is_waived_anyway() -> None:
    """Step 1 before step 4: the offset one leaves room for the fourth."""
    missed = [fact(f"n{day}", "shift.no_show", day) for day in range(4)]
    joined = fact("j", "runner.joined")

    assert total_cp(joined, *missed, training("t", 5, offsets="n0")) == 50


def test_the_free_releases_come_before_the_newcomer_waiver() -> None:
    """Step 2 before step 4: no waiver is spent on a release that is free in its week."""
    releases = [release(f"l{n}", day) for n, day in enumerate((0, 7, 8, 9, 10))]
    joined = fact("j", "runner.joined")

    assert total_cp(joined, *releases, fact("n", "shift.no_show", 11)) == 0


def test_the_limit_of_a_bad_day_comes_before_the_newcomer_waiver() -> None:
    """Step 3 before step 4: of five late orders of a day two are left, and both are waived."""
    late = [order(f"o{n}", late_s=2_100) for n in range(5)]

    assert total_cp(fact("j", "runner.joined"), *late) == 600
