"""Postings: what one more fact changes, line by line."""

import json
from typing import Any

import pytest

from scoring.history import UnknownTarget
from scoring.postings import (
    LIFELONG_KINDS,
    Line,
    MalformedLine,
    facts_needed_from,
    line_from_json,
    posting,
)
from scoring.types import AnyFact
from tests.scoring.builders import (
    RULES,
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

LATE = order("o", late_s=1_500, weather=1, excuses=[{"cause": "merchant_wait", "min": 12}])


def changes(before: list[AnyFact], new: AnyFact) -> list[tuple[str, str, int, str]]:
    """Return rule, base fact, difference and cap of each line."""
    lines = posting(RULES, before, new).lines
    return [(line.rule, line.facts[0], line.delta_cp, line.cap) for line in lines]


def test_a_reversal_of_what_was_never_recorded_is_refused() -> None:
    """A reversal must name an earlier fact, or it would wait for one to swallow."""
    with pytest.raises(UnknownTarget):
        posting(RULES, [order("o")], reversal("r", of="elsewhere"))


def test_a_line_tells_rule_version_facts_arithmetic_and_dates() -> None:
    """P05, in full: nothing is needed beside the line to explain it."""
    actual = posting(RULES, [], LATE).lines[1]

    expected = Line(
        bucket="late",
        rule="late.2",
        version="2026.1",
        at=moment(0),
        facts=("o",),
        was_cp=0,
        now_cp=-30,
        cap="counted",
        arithmetic="max(0, 1500 - 720 - 300) = 480 s; 30 - 0 offset, counted: -30",
        inputs={
            "late_s": 1_500,
            "merchant_wait_min": 12,
            "grace_s": 300,
            "is_whole": 0,
            "attributable_s": 480,
            "on_time_cp": 50,
            "gross_cp": 30,
            "offset_cp": 0,
            "offset_within_days": 30,
        },
        appeal_until=moment(16, -1),
        recover_by=moment(31, -1),
    )
    assert expected == actual


def test_a_late_order_posts_its_worth_and_its_penalty() -> None:
    """Two lines, so that the runner sees what was earned and what was taken."""
    expected = [("order.value", "o", 130, "counted"), ("late.2", "o", -30, "counted")]
    assert expected == changes([], LATE)


def test_an_excuse_returns_the_penalty_and_the_bonus() -> None:
    """The entry of the excuse adjusts both lines of the order."""
    expected = [("order.value", "o", 50, "counted"), ("late.0", "o", 30, "excused")]
    assert expected == changes([LATE], excuse("e", "o", "access_blocked", 8))


def test_a_better_order_displaces_the_one_that_counted() -> None:
    """The entry of the fifth order of a household names the order that gave way."""
    four = [order(f"o{n}", household="h") for n in range(4)]
    best = order("o9", household="h", care=True)

    expected = [
        ("order.value", "o3", -170, "household_day_full"),
        ("order.value", "o9", 220, "counted"),
    ]
    assert expected == changes(four, best)


def test_a_reversal_lets_the_waiting_order_in() -> None:
    """Freed room is used at once, and the withdrawn order gives its points back."""
    five = [order(f"o{n}", household="h") for n in range(5)]

    expected = [("order.value", "o0", -170, "withdrawn"), ("order.value", "o4", 170, "counted")]
    assert expected == changes(five, reversal("r", of="o0"))


def test_a_fact_that_counts_for_nothing_still_says_why() -> None:
    """A free release is an entry of 0 with its reason."""
    assert changes([], release("l")) == [("release", "l", 0, "week_free")]


def test_a_course_posts_its_points_and_what_it_lifts() -> None:
    """P11: 0.50 for the course and 1.50 lifted from the penalty it names."""
    late = order("o", late_s=2_000)

    expected = [("late.4", "o", 150, "offset"), ("training", "t", 50, "counted")]
    assert expected == changes([late], training("t", 5, offsets="o"))


def test_an_appeal_suspends_by_its_own_entry() -> None:
    """The ledger shows the suspension as what it is: an entry of the appeal."""
    expected = [("no_show", "n", 200, "suspended")]
    assert expected == changes([fact("n", "shift.no_show")], filed("a", "n"))


def test_a_fact_that_is_there_already_changes_nothing() -> None:
    """Posting may run twice."""
    assert changes([LATE], LATE) == []


def test_a_fact_about_an_order_that_is_not_there_waits_for_it() -> None:
    """The rating arrives first: no line; the order then brings both."""
    stars = rating("r", "o", 5)

    assert changes([], stars) == []
    assert changes([stars], order("o")) == [
        ("order.value", "o", 170, "counted"),
        ("rating", "r", 20, "counted"),
    ]


def test_lines_survive_storage_as_json() -> None:
    """What was stored can be explained years later."""
    posted = posting(RULES, [], LATE)
    stored = json.loads(json.dumps(posted.as_json()))

    assert posted.lines == tuple(line_from_json(line) for line in stored)


@pytest.mark.parametrize("change", [{"delta_cp": 7}, {"cap": "lost"}, {"extra": 1}, {"rule": None}])
def test_a_stored_line_that_was_tampered_with_is_refused(change: dict[str, Any]) -> None:
    """A line whose numbers disagree is no line."""
    stored = posting(RULES, [], LATE).lines[0].as_json()
    with pytest.raises(MalformedLine):
        line_from_json({**stored, **change})


def test_an_appeal_against_nothing_is_no_news() -> None:
    """An excused fact took nothing, so an appeal cannot give anything back."""
    assert changes([fact("n", "shift.no_show", excused=True)], filed("a", "n")) == []


def test_a_posting_needs_the_facts_since_a_newcomer_joined() -> None:
    """On 2 April the waivers of March are still spent: the fourth penalty counts."""
    joined = fact("j", "runner.joined", 25)
    missed = [fact(f"n{day}", "shift.no_show", day) for day in (26, 27, 28)]
    since = facts_needed_from(RULES, moment(31))

    assert since <= missed[0].at
    assert changes([joined, *missed], fact("n", "shift.no_show", 31)) == [
        ("no_show", "n", -200, "counted")
    ]


def test_a_posting_needs_the_facts_of_the_month() -> None:
    """Volunteering is capped by the month, so its first day is in, and courses always are."""
    assert facts_needed_from(RULES, moment(29)) <= moment(-1, 0)
    assert {"runner.joined", "mentee.graduated", "training.completed", "entry.reversed"} == set(
        LIFELONG_KINDS
    )
