"""Patterns that a person should look at: pairs, rings, review bombs, retaliation, own relatives.

Nothing here changes a number. Each case says what was counted, so that whoever looks at it can
judge it; most of them will be innocent (a neighbour who likes one runner). The triggers are those
of the published principle; their numbers stand here and not in the rules, as only the principle is
public.
Times are unix seconds.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from scoring.days import DAY_S

CaseKind = Literal[
    "pair", "ring", "review_bomb", "retaliation", "own_household", "relative_decided"
]
PAIR_DAYS = 30
PAIR_ORDERS = 15
PAIR_PERCENT = 20
BOMB_RATINGS = 5
BOMB_STARS = 2
BOMB_HOURS_S = DAY_S
BOMB_CHANCE = 1e-4
# Runners without a past are taken to get one low rating in twenty days.
_LOW_PER_DAY_MIN = 0.05
RING_PRAISES = 3
PRAISE_STARS = 5
RETALIATION_S = 7 * DAY_S


@dataclass(frozen=True, slots=True)
class Served:
    """A runner delivered an order to a household."""

    order: str
    runner: str
    household: str
    at: int
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Rated:
    """A household rated a runner."""

    rating: str
    runner: str
    household: str
    at: int
    stars: int


@dataclass(frozen=True, slots=True)
class Quarrel:
    """Something between a runner and a household that may have left somebody angry."""

    fact: str
    runner: str
    household: str
    at: int


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody of the staff decided something for or against a runner."""

    fact: str
    runner: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Case:
    """What a person should look at: who, since and until when, which facts, what was counted.

    `key` is the same when the same thing is seen again, so that it is listed once.
    """

    kind: CaseKind
    key: str
    runners: tuple[str, ...]
    household: str | None
    since: int
    until: int
    facts: tuple[str, ...]
    counted: Mapping[str, int]


def pairs(served: Iterable[Served], *, now: int) -> list[Case]:
    """Return households that take more than a fifth of a runner's last 30 days, of 15 or more."""
    recent = [each for each in served if now - PAIR_DAYS * DAY_S < each.at <= now]
    of_runner = Counter(each.runner for each in recent)
    by_pair: defaultdict[tuple[str, str], list[Served]] = defaultdict(list)
    for each in recent:
        by_pair[each.runner, each.household].append(each)
    return [
        _case(
            "pair", (runner,), household, [(each.at, each.order) for each in orders],
            key=f"{runner}:{household}:{now // (PAIR_DAYS * DAY_S)}",
            counted={"orders": len(orders), "of_orders": of_runner[runner]},
        )
        for (runner, household), orders in sorted(by_pair.items())
        if len(orders) >= PAIR_ORDERS
        and 100 * len(orders) > PAIR_PERCENT * of_runner[runner]
    ]  # fmt: skip


def review_bombs(rated: Iterable[Rated]) -> list[Case]:
    """Return bursts: 5 or more low ratings in 24 h, half of that day's, and no chance (p < 1e-4).

    The chance is that of a Poisson count with the runner's own rate of low ratings before.
    """
    by_runner: defaultdict[str, list[Rated]] = defaultdict(list)
    for each in rated:
        by_runner[each.runner].append(each)
    cases: list[Case] = []
    for runner, ratings in sorted(by_runner.items()):
        ratings.sort(key=lambda each: (each.at, each.rating))
        burst = _burst(ratings)
        if burst:
            cases.append(
                _case(
                    "review_bomb", (runner,), None, [(each.at, each.rating) for each in burst],
                    key=f"{runner}:{burst[0].rating}",
                    counted={
                        "low_ratings": len(burst),
                        "households": len({each.household for each in burst}),
                    },
                )
            )  # fmt: skip
    return cases


def rings(rated: Iterable[Rated], homes: Mapping[str, Collection[str]]) -> list[Case]:
    """Return groups of runners who praise each other: of any two, each is reached by the other.

    `homes` names the runners who live in a household. One leads to another where the household of
    the one gave the other 5 stars three times or more.
    """
    praises: defaultdict[tuple[str, str], list[Rated]] = defaultdict(list)
    for each in rated:
        if each.stars >= PRAISE_STARS:
            for giver in homes.get(each.household, ()):
                if giver != each.runner:
                    praises[giver, each.runner].append(each)
    strong = {pair: given for pair, given in praises.items() if len(given) >= RING_PRAISES}
    cases: list[Case] = []
    for group in _circles(strong):
        given = [
            each
            for (giver, taker), given in sorted(strong.items())
            if giver in group and taker in group
            for each in given
        ]
        cases.append(
            _case(
                "ring", group, None, [(each.at, each.rating) for each in given],
                key=":".join(group),
                counted={"runners": len(group), "praises": len(given)},
            )
        )  # fmt: skip
    return cases


def retaliations(rated: Iterable[Rated], quarrels: Iterable[Quarrel]) -> list[Case]:
    """Return low ratings within a week after a quarrel of the same two."""
    by_pair: defaultdict[tuple[str, str], list[Quarrel]] = defaultdict(list)
    for quarrel in quarrels:
        by_pair[quarrel.runner, quarrel.household].append(quarrel)
    cases: list[Case] = []
    for each in sorted(rated, key=lambda each: (each.at, each.rating)):
        if each.stars > BOMB_STARS:
            continue
        before = [
            quarrel
            for quarrel in by_pair.get((each.runner, each.household), ())
            if 0 <= each.at - quarrel.at <= RETALIATION_S
        ]
        if before:
            facts = [*((quarrel.at, quarrel.fact) for quarrel in before), (each.at, each.rating)]
            cases.append(
                _case(
                    "retaliation", (each.runner,), each.household, facts,
                    key=each.rating,
                    counted={"stars": each.stars, "quarrels": len(before)},
                )
            )  # fmt: skip
    return cases


def own_households(served: Iterable[Served], homes: Mapping[str, Collection[str]]) -> list[Case]:
    """Return orders that counted although their runner lives in the household."""
    by_pair: defaultdict[tuple[str, str], list[Served]] = defaultdict(list)
    for each in served:
        if not each.is_own and each.runner in homes.get(each.household, ()):
            by_pair[each.runner, each.household].append(each)
    return [
        _case(
            "own_household", (runner,), household, [(each.at, each.order) for each in orders],
            key=f"{runner}:{household}",
            counted={"orders": len(orders)},
        )
        for (runner, household), orders in sorted(by_pair.items())
    ]  # fmt: skip


def relatives_decided(
    decided: Iterable[Decided], homes: Mapping[str, Collection[str]]
) -> list[Case]:
    """Return what staff decided about a runner with whom they live; `homes` by person."""
    by_pair: defaultdict[tuple[str, str], list[Decided]] = defaultdict(list)
    for each in decided:
        if each.runner in homes.get(each.by, ()):
            by_pair[each.runner, each.by].append(each)
    return [
        _case(
            "relative_decided", (runner,), by, [(each.at, each.fact) for each in decisions],
            key=f"{runner}:{by}:{decisions[0].fact}",
            counted={"decisions": len(decisions)},
        )
        for (runner, by), decisions in sorted(by_pair.items())
    ]  # fmt: skip


def chance_of_at_least(count: int, expected: float) -> float:
    """Return P(X >= count) of a Poisson count, without the loss of `1 - ...` for small chances."""
    term = exp(-expected)
    for number in range(1, count + 1):
        term *= expected / number
    total, number = 0.0, count
    while term > total * 1e-17:
        total += term
        number += 1
        term *= expected / number
    return min(1.0, total)


def _burst(ratings: Sequence[Rated]) -> list[Rated]:
    """Return the first burst of low ratings of one runner, by (at, id); empty without one."""
    low = [each for each in ratings if each.stars <= BOMB_STARS]
    for first in range(len(low) - BOMB_RATINGS + 1):
        start = low[first].at
        inside = [each for each in low[first:] if each.at - start < BOMB_HOURS_S]
        if len(inside) < BOMB_RATINGS:
            continue
        whole = [each for each in ratings if start <= each.at < start + BOMB_HOURS_S]
        days = max(1.0, (start - ratings[0].at) / DAY_S)
        expected = max(_LOW_PER_DAY_MIN, first / days)
        is_half = 2 * len(inside) >= len(whole)
        if is_half and chance_of_at_least(len(inside), expected) < BOMB_CHANCE:
            return inside
    return []


def _circles(edges: Collection[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the groups in which everybody reaches everybody, each sorted; no single ones."""
    onward: defaultdict[str, set[str]] = defaultdict(set)
    for giver, taker in edges:
        onward[giver].add(taker)
    reached = {each: _reached(onward, each) for each in sorted(onward)}
    groups = {
        tuple(sorted({each, *(o for o in others if each in reached.get(o, ()))}))
        for each, others in reached.items()
    }
    return sorted(group for group in groups if len(group) > 1)


def _reached(onward: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for each in onward.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def _case(
    kind: CaseKind,
    runners: tuple[str, ...],
    household: str | None,
    facts: Sequence[tuple[int, str]],
    *,
    key: str,
    counted: Mapping[str, int],
) -> Case:
    ordered = sorted(facts)
    return Case(
        kind=kind,
        key=f"{kind}:{key}",
        runners=runners,
        household=household,
        since=ordered[0][0],
        until=ordered[-1][0],
        facts=tuple(fact for _, fact in ordered),
        counted=counted,
    )
