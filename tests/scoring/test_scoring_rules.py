"""Rules as data: what is shipped, what is refused, and which version decides."""

import pytest

from scoring.rules import (
    MalformedRules,
    NoRulesInForce,
    RulesPublishedTooLate,
    UnknownRulesVersion,
    load_rules,
    shipped_rules,
)
from scoring.types import ScoringError
from tests.scoring.builders import RULES, moment, order, release, total_cp

TEXT = shipped_rules("2026.1")
LATER = (
    TEXT.replace('"2026.1"', '"2026.2"')
    .replace("effective_from = 1772294400", f"effective_from = {moment(2, 0)}")
    .replace("base_cp = 100", "base_cp = 110")
)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("base_cp = 100", "base_cp = 100.0", MalformedRules),
        ("base_cp = 100", "base_pc = 100", MalformedRules),
        ("base_cp = 100", "", MalformedRules),
        ("base_cp = 100", "base_cp = -1", MalformedRules),
        ("base_cp = 100", "base_cp =", MalformedRules),
        ("[appeal]", "[appeal]\nwithin_weeks = 2", MalformedRules),
        ("merchant_wait = 60", "merchant_weight = 60", MalformedRules),
        ("merchant_wait = 60", "", MalformedRules),
        ('"injury", ', "", MalformedRules),
        ('"injury"', '"injury", "merchant_wait"', MalformedRules),
        ("[0, 0, 30, 80, 150]", "[0, 0, 30, 80]", MalformedRules),
        ("[0, 0, 30, 80, 150]", "[0, 0, 90, 80, 150]", MalformedRules),
        ("[0, 0, 30, 80, 150]", "[5, 5, 30, 80, 150]", MalformedRules),
        ("[0, 0, 0, 10, 20]", "[0, 0, 0, 20, 10]", MalformedRules),
        ("[0, 100, 250]", "[0, 100]", MalformedRules),
        ('"late", "release", "no_show"]', '"late", "rude"]', MalformedRules),
        ("published_at = 1771516800", "published_at = 1772000000", RulesPublishedTooLate),
    ],
)
def test_incomplete_or_inconsistent_rules_are_refused(
    old: str, new: str, error: type[ScoringError]
) -> None:
    """A wrong rule must stop the start, not score wrongly."""
    assert old in TEXT
    with pytest.raises(error):
        load_rules(TEXT.replace(old, new))


def test_two_versions_need_two_names_and_two_beginnings() -> None:
    """Otherwise nobody could say which of them decides."""
    with pytest.raises(MalformedRules):
        load_rules(TEXT, TEXT)
    with pytest.raises(MalformedRules):
        load_rules(TEXT, LATER.replace('"2026.2"', '"2026.1"'))


def test_rules_without_a_version_are_refused() -> None:
    """There is no default rule hidden in the code."""
    with pytest.raises(MalformedRules):
        load_rules()


@pytest.mark.parametrize("version", ["2025.9", "../rules/2026.1", ""])
def test_only_shipped_versions_can_be_read(version: str) -> None:
    """A version is a name among the shipped files and no path."""
    with pytest.raises(UnknownRulesVersion):
        shipped_rules(version)


def test_facts_before_the_first_version_have_no_rules() -> None:
    """No rule reaches back by itself."""
    with pytest.raises(NoRulesInForce):
        total_cp(order("o", day=-2))


def test_the_version_at_the_time_of_the_fact_decides() -> None:
    """The same order is worth 1.70 under the first version and 1.80 under the second."""
    rules = load_rules(LATER, TEXT)

    assert rules.in_force(moment(2, -1)).version == "2026.1"
    assert rules.in_force(moment(2, 0)).version == "2026.2"
    assert total_cp(order("o1", 1), order("o2", 2), rules=rules) == 170 + 180


def test_a_week_in_which_the_rules_change_counts_as_two() -> None:
    """No fact is judged by a version that was not in force, and the runner only gains."""
    releases = [release(f"l{day}", day) for day in range(4)]

    assert total_cp(*releases) == -100
    assert total_cp(*releases, rules=load_rules(TEXT, LATER)) == 0


def test_the_first_version_takes_effect_on_the_first_of_march() -> None:
    """2026-03-01 at midnight, +08:00; published on 2026-02-20."""
    version = RULES.in_force(moment(0))

    assert (moment(-1, 0), moment(-10, 0)) == (version.effective_from, version.published_at)
