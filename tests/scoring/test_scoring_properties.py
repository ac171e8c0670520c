"""What must hold for every history of facts, tried on random ones."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.points import points_total
from scoring.postings import LIFELONG_KINDS, facts_needed_from, line_from_json, posting
from scoring.rules import load_rules, shipped_rules
from scoring.types import (
    AnyFact,
    AppealDecided,
    AppealFiled,
    EntryReversed,
    ExcuseGranted,
    OrderCompleted,
    RatingRevealed,
    TrainingCompleted,
)
from tests.scoring.builders import (
    RULES,
    decided,
    excuse,
    fact,
    filed,
    order,
    rating,
    reversal,
    total_cp,
    training,
)
from tests.scoring.strategies import CIVIC, HOUSEHOLDS, histories, next_facts

quick = settings(max_examples=60, deadline=None)
SMALL_CAPS = load_rules(
    shipped_rules("2026.1")
    .replace("per_household_day = 4", "per_household_day = 2")
    .replace("per_day = 40", "per_day = 3")
)
CHANGING = load_rules(
    shipped_rules("2026.1"),
    shipped_rules("2026.1")
    .replace('version = "2026.1"', 'version = "later"')
    .replace("effective_from = 1772294400", "effective_from = 1772726400")  # Day 4.
    .replace("base_cp = 100", "base_cp = 90")
    .replace("release_free_per_week = 2", "release_free_per_week = 1"),
)


@quick
@given(histories(), st.data())
def test_order_and_duplicates_of_facts_do_not_matter(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """A total is a function of the set of facts."""
    repeated = data.draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    shuffled = data.draw(st.permutations([*facts, *repeated]))

    assert points_total(RULES, facts) == points_total(RULES, shuffled)


@quick
@given(histories(most=10), st.data())
def test_a_reversal_restores_what_was_before(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """A fact and its reversal together change nothing, whatever the fact is."""
    new = data.draw(next_facts(facts))

    assert points_total(RULES, facts) == points_total(
        RULES, [*facts, new, reversal("undo", new.id)]
    )


@quick
@given(histories(most=10), st.data())
def test_a_reversed_reversal_is_as_if_nothing_had_been_reversed(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """Undoing the undoing gives back the fact."""
    new = data.draw(next_facts(facts))
    undone = [*facts, new, reversal("undo", new.id), reversal("redo", "undo")]

    assert points_total(RULES, [*facts, new]) == points_total(RULES, undone)


@quick
@given(histories(), st.data())
def test_the_lines_of_a_posting_sum_to_its_difference(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """delta = f(set with) - f(set without), and the lines add up to it and survive storage."""
    new = data.draw(next_facts(facts))
    posted = posting(CHANGING, facts, new)
    before, after = total_cp(*facts, rules=CHANGING), total_cp(*facts, new, rules=CHANGING)

    assert after - before == sum(line.delta_cp for line in posted.lines) == posted.delta_cp
    assert posted.lines == tuple(line_from_json(line) for line in posted.as_json())


@quick
@given(histories(least=1), st.data())
def test_a_history_split_anywhere_posts_what_the_whole_is_worth(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """The total of any beginning and the postings of the rest make the total of the whole."""
    shuffled = _recordable(data.draw(st.permutations(facts)))
    split = data.draw(st.integers(0, len(shuffled)))
    posted_cp = sum(
        posting(CHANGING, shuffled[:n], shuffled[n]).delta_cp for n in range(split, len(shuffled))
    )

    expected = total_cp(*facts, rules=CHANGING)
    assert expected == total_cp(*shuffled[:split], rules=CHANGING) + posted_cp


@quick
@given(histories(), st.data())
def test_a_good_deed_never_costs(facts: tuple[AnyFact, ...], data: st.DataObject) -> None:
    """An order on time, five stars, a civic deed or a course leaves the total or raises it."""
    good = data.draw(st.one_of(_good_orders(), _five_stars(facts), _deeds(facts)))

    assert total_cp(*facts) <= total_cp(*facts, good)


@quick
@given(histories(), st.data())
def test_an_excuse_never_costs(facts: tuple[AnyFact, ...], data: st.DataObject) -> None:
    """No excuse, whatever its cause and length, lowers the total."""
    of = data.draw(_ids(facts, "order.completed"))
    cause = data.draw(st.sampled_from(("merchant_wait", "customer_unreachable", "injury")))

    assert total_cp(*facts) <= total_cp(*facts, excuse("e", of, cause, data.draw(_minutes())))


@quick
@given(histories(), st.data())
def test_an_appeal_never_costs_however_it_ends(
    facts: tuple[AnyFact, ...], data: st.DataObject
) -> None:
    """Filing is never a mark: the worst that can happen is that all stays as it was."""
    target = data.draw(_ids(facts))
    outcome = data.draw(st.sampled_from(("upheld", "reversed", "reduced")))
    appeal = [filed("a", target), decided("d", "a", outcome, new_cp=data.draw(_minutes()))]

    assert total_cp(*facts) <= total_cp(*facts, appeal[0])
    assert total_cp(*facts) <= total_cp(*facts, *appeal)


@quick
@given(histories(least=1), st.data())
def test_harder_conditions_never_cost(facts: tuple[AnyFact, ...], data: st.DataObject) -> None:
    """More weight, floors or worse weather never lowers what the same order is worth."""
    index = data.draw(st.integers(0, len(facts) - 1))
    body = facts[index].body
    if isinstance(body, OrderCompleted):
        harder = replace(
            body,
            weather=data.draw(st.integers(body.weather, 2)),
            weight_g=body.weight_g + data.draw(st.integers(0, 20_000)),
            floors_no_lift=body.floors_no_lift + data.draw(st.integers(0, 9)),
        )
        changed = [*facts[:index], replace(facts[index], body=harder), *facts[index + 1 :]]

        assert total_cp(*facts) <= total_cp(*changed)


@quick
@given(histories(least=1, far=True))
def test_the_facts_a_posting_needs_are_enough(facts: tuple[AnyFact, ...]) -> None:
    """A caller that loads only the needed facts gets the posting of one that loads all."""
    *before, new = facts
    since = facts_needed_from(RULES, _oldest_at(new, before))
    rated = {
        each.body.order
        for each in before
        if isinstance(each.body, RatingRevealed) and each.at >= since
    }
    needed = [
        each
        for each in before
        if each.at >= since or each.kind in LIFELONG_KINDS or each.id in rated
    ]

    assert posting(RULES, before, new) == posting(RULES, needed, new)


@quick
@given(st.lists(st.tuples(st.sampled_from(HOUSEHOLDS), st.integers(0, 6)), max_size=7))
def test_the_caps_keep_the_best_orders_there_are(drawn: list[tuple[str, int]]) -> None:
    """Best-of within best-of equals the best of all allowed choices, tried one by one."""
    orders = [
        order(f"o{n}", household=household, floors_no_lift=floors)
        for n, (household, floors) in enumerate(drawn)
    ]
    worth = [170 + 4 * floors for _, floors in drawn]
    allowed = [
        chosen
        for size in range(min(3, len(drawn)) + 1)
        for chosen in combinations(range(len(drawn)), size)
        if all([drawn[n][0] for n in chosen].count(household) <= 2 for household in HOUSEHOLDS)
    ]

    expected = max(sum(worth[n] for n in chosen) for chosen in allowed)
    assert expected == total_cp(*orders, rules=SMALL_CAPS)


def _recordable(facts: list[AnyFact]) -> list[AnyFact]:
    """Return the facts with reversals last, each after the one it names."""
    reversals = [each for each in facts if isinstance(each.body, EntryReversed)]
    # Targets were drawn among earlier facts, so the number in the id tells who names whom.
    reversals.sort(key=lambda each: int(each.id[1:]))
    return [each for each in facts if each not in reversals] + reversals


@st.composite
def _good_orders(draw: st.DrawFn) -> AnyFact:
    day, household = draw(st.integers(0, 9)), draw(st.sampled_from(HOUSEHOLDS))
    return order("good", day, household, care=draw(st.booleans()))


@st.composite
def _five_stars(draw: st.DrawFn, facts: tuple[AnyFact, ...]) -> AnyFact:
    """Draw five stars for an order that has none: repeated ones may move to another week."""
    rated = {each.body.order for each in facts if isinstance(each.body, RatingRevealed)}
    of = draw(_ids(tuple(each for each in facts if each.id not in rated), "order.completed"))
    households = {each.id: each.household for each in facts}
    return rating("good", of, 5, draw(st.integers(0, 20)), households.get(of))


@st.composite
def _deeds(draw: st.DrawFn, facts: tuple[AnyFact, ...]) -> AnyFact:
    day = draw(st.integers(0, 40))
    kind = draw(st.sampled_from((*CIVIC, "volunteer.hours", "training.completed")))
    if kind == "training.completed":
        return training("good", day, draw(_ids(facts)))
    if kind == "volunteer.hours":
        return fact("good", kind, day, minutes=draw(_minutes()))
    return fact("good", kind, day)


def _ids(facts: tuple[AnyFact, ...], kind: str | None = None) -> st.SearchStrategy[str]:
    ids = [each.id for each in facts if kind is None or each.kind == kind]
    return st.sampled_from(ids or ["elsewhere"])


def _minutes() -> st.SearchStrategy[int]:
    return st.integers(0, 200)


def _oldest_at(new: AnyFact, before: list[AnyFact]) -> int:
    """Return the time of the oldest fact that `new` leads to."""
    by_id = {each.id: each for each in before}
    oldest_at, led_to = new.at, _names(new)
    while led_to is not None and led_to in by_id:
        oldest_at = min(oldest_at, by_id[led_to].at)
        led_to = _names(by_id[led_to])
    return oldest_at


def _names(each: AnyFact) -> str | None:
    match each.body:
        case ExcuseGranted(order=of) | RatingRevealed(order=of):
            return of
        case AppealFiled(target=of) | EntryReversed(target=of) | AppealDecided(appeal=of):
            return of
        case TrainingCompleted(offsets=of):
            return of
        case _:
            return None
