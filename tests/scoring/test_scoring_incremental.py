"""The engine: fact by fact the same as a replay of all, to the last bit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.batch import Replayed, replay_all
from scoring.history import FactIdReused, ReversalCycle, UnknownTarget, gather
from scoring.incremental import Engine
from scoring.points import PointsTotal, points_total
from scoring.quality import Tally, observe, quality
from scoring.rules import Rules
from scoring.types import AnyFact, EntryReversed
from tests.scoring.builders import (
    RULES,
    decided,
    filed,
    moment,
    order,
    rating,
    reversal,
)
from tests.scoring.strategies import histories
from tests.scoring.test_scoring_properties import CHANGING, SMALL_CAPS

AS_OF = moment(90)
often = settings(max_examples=150, deadline=None)


def engine_of(facts: list[AnyFact], rules: Rules = RULES) -> Engine:
    """Return an engine that took the facts in, one by one."""
    engine = Engine(rules)
    engine.apply_all(facts)
    return engine


def arrivals(facts: tuple[AnyFact, ...], data: st.DataObject) -> list[AnyFact]:
    """Draw an order of arrival: any, with repetitions, reversals after what they reverse."""
    repeated = data.draw(st.lists(st.sampled_from(facts), max_size=2)) if facts else []
    shuffled = list(data.draw(st.permutations([*facts, *repeated])))
    reversals = [each for each in shuffled if isinstance(each.body, EntryReversed)]
    reversals.sort(key=lambda each: int(each.id[1:]))
    return [each for each in shuffled if each not in reversals] + reversals


@often
@given(
    st.one_of(histories(most=20), histories(most=20, far=True)),
    st.sampled_from([RULES, SMALL_CAPS, CHANGING]),
    st.data(),
)
def test_fact_by_fact_equals_the_replay_of_all_to_the_last_bit(
    facts: tuple[AnyFact, ...], rules: Rules, data: st.DataObject
) -> None:
    """Points and the floats of quality, however the facts arrive."""
    engine = engine_of(arrivals(facts, data), rules)
    replayed = replay_all(rules, facts).get(
        "r1", Replayed(PointsTotal(0, 0, 0, 0, 0, 0, 0), Tally())
    )

    assert points_total(rules, facts) == engine.points("r1") == replayed.points
    assert observe(gather(facts), rules) == replayed.tally
    assert quality(rules, facts, as_of=AS_OF) == engine.quality("r1", as_of=AS_OF)


@settings(max_examples=40, deadline=None)
@given(histories(least=1, most=14), st.data())
def test_every_prefix_equals_the_replay_of_that_prefix(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """So a restart may begin anywhere: the suffix makes the whole of any prefix."""
    engine, known = Engine(CHANGING), []
    for fact in arrivals(facts, data):
        engine.apply(fact)
        known.append(fact)

        assert points_total(CHANGING, known) == engine.points("r1")


def test_a_long_chain_of_reversals_turns_every_second_link() -> None:
    """However long the chain, as the replay does."""
    chain = [reversal(f"v{n}", of=f"v{n - 1}" if n else "o") for n in range(301)]

    assert 170 == engine_of([order("o"), *chain[:300]]).points("r1").total
    assert 0 == engine_of([order("o"), *chain]).points("r1").total


def test_a_rating_may_come_before_its_order_and_be_appealed() -> None:
    """It waits, and is left out while the appeal is open."""
    facts = [
        rating("r", "o", 1, household="h"),
        filed("a", "r"),
        order("o", household="h"),
        decided("d", "a", "upheld"),
    ]
    for count in range(1, 5):
        engine = engine_of(facts[:count])

        assert quality(RULES, facts[:count], as_of=AS_OF) == engine.quality("r1", as_of=AS_OF)


def test_what_cannot_be_true_is_refused_and_changes_nothing() -> None:
    """Another fact under a known id, a reversal of nothing or of itself."""
    engine = engine_of([order("o")])
    for wrong, error in (
        (order("o", late_s=1), FactIdReused),
        (reversal("v", "gone"), UnknownTarget),
        (reversal("v", "v"), ReversalCycle),
    ):
        with pytest.raises(error):
            engine.apply(wrong)

    assert points_total(RULES, [order("o")]) == engine.points("r1")


def test_a_runner_without_facts_is_a_newcomer() -> None:
    """No points, and the prior."""
    engine = engine_of([order("o")])

    assert ("r1",) == engine.runners()
    assert 0 == engine.points("r2").total
    assert quality(RULES, [], as_of=AS_OF) == engine.quality("r2", as_of=AS_OF)
