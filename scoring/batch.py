"""Replays whole ledgers of many runners at once: totals and observations, without explanations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scoring.civic import civic_items
from scoring.history import History, gather
from scoring.orders import JudgedOrder, judge_orders
from scoring.penalties import CONDUCT, lower, penalty_of_conduct, penalty_of_order, settle
from scoring.points import PointsTotal
from scoring.quality import Tally
from scoring.quality.observing import observe_judged
from scoring.ratings import hear
from scoring.rules.model import Rules
from scoring.types import AnyFact


@dataclass(frozen=True, slots=True)
class Replayed:
    """One runner's points, and the counted observations that an estimate is made of."""

    points: PointsTotal
    tally: Tally


def replay_all(rules: Rules, facts: Iterable[AnyFact]) -> dict[str, Replayed]:
    """Return points and observations of every runner, from facts in any order.

    Raises:
        FactIdReused, ReversalCycle: the facts of a runner are not one history.
        NoRulesInForce: a fact is older than the first version of the rules.
    """
    by_runner: defaultdict[str, list[AnyFact]] = defaultdict(list)
    for fact in facts:
        by_runner[fact.runner].append(fact)
    return {runner: _replay(rules, gather(of)) for runner, of in sorted(by_runner.items())}


def _replay(rules: Rules, history: History) -> Replayed:
    orders = judge_orders(history, rules)
    voices = hear(history, orders)
    orders_cp = _best_cp(orders)
    ratings_cp = sum(max(rating.worth_cp for rating in week) for week in voices.weeks)
    civic_cp = sum(item.cp for item in civic_items(history, rules))
    late_cp, other_cp, offset_cp = _penalties_cp(rules, history, orders)
    points = PointsTotal(
        orders=orders_cp,
        ratings=ratings_cp,
        civic=civic_cp,
        late_penalty=late_cp,
        other_penalty=other_cp,
        offset=offset_cp,
        total=orders_cp + ratings_cp + civic_cp - late_cp - other_cp,
    )
    return Replayed(points, observe_judged(history, rules, orders, voices))


def _best_cp(orders: Iterable[JudgedOrder]) -> int:
    """Return the best orders by household and day, of those the best by day, in centipoints."""
    values: defaultdict[tuple[str, int, str | None], list[int]] = defaultdict(list)
    limits = {order.version.version: order.version.order for order in orders}
    for order in orders:
        fact = order.fact
        if not fact.body.own_household:
            key = (order.version.version, order.day, fact.household)
            values[key].append(order.value_cp)
    days: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for (version, day, _), home in values.items():
        limit = limits[version].per_household_day
        days[version, day] += home if len(home) <= limit else sorted(home, reverse=True)[:limit]
    return sum(
        sum(sorted(day, reverse=True)[: limits[version].per_day])
        for (version, _), day in days.items()
    )


def _penalties_cp(
    rules: Rules, history: History, orders: Iterable[JudgedOrder]
) -> tuple[int, int, int]:
    """Return what lateness and other penalties cost in the end, and what trainings lifted."""
    late = [
        penalty_of_order(order)
        for order in orders
        if order.lateness.penalty_cp and not order.fact.body.own_household
    ]
    conduct = [
        penalty_of_conduct(fact, rules.in_force(fact.at))
        for body in CONDUCT
        for fact in history.of(body)
    ]
    lowered = [
        lower(each, history.appeals.get(each.base.id), history.trainings.get(each.base.id, ()))
        for each in (*late, *conduct)
    ]
    left = settle(lowered, history.joined_day)
    late_cp = sum(each.cp for each in left if each.sort == "late")
    other_cp = sum(each.cp for each in left) - late_cp
    return late_cp, other_cp, sum(each.offset_cp for each in lowered)
