"""The total of one runner: a fold of a set of facts, whatever their order and repetition."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.civic import civic_items
from scoring.history import gather
from scoring.items import Bucket, Item
from scoring.orders import judge_orders, order_items
from scoring.penalties import penalty_items
from scoring.ratings import hear, rating_items
from scoring.rules.model import Rules
from scoring.types import AnyFact, PointsRedeemed


@dataclass(frozen=True, slots=True)
class PointsTotal:
    """Points in centipoints; penalties are what counts in the end, and not negative.

    `offset` is what trainings lifted from penalties: it is out of them already, and stands here
    for information. `total` may be below 0 (a floor would make the order of facts matter).
    """

    orders: int
    ratings: int
    civic: int
    late_penalty: int
    other_penalty: int
    offset: int
    total: int

    @property
    def shown(self) -> int:
        """Return the total that people see: never below 0."""
        return max(0, self.total)


def points_total(rules: Rules, facts: Iterable[AnyFact]) -> PointsTotal:
    """Return the points of one runner from a set of facts.

    Raises:
        FactIdReused, FactsOfSeveralRunners, ReversalCycle: the facts are not one history.
        NoRulesInForce: a fact is older than the first version of the rules.
    """
    return total_of(points_items(rules, facts))


def total_of(items: Iterable[Item]) -> PointsTotal:
    """Return the sum of contributions."""
    items = tuple(items)

    def bucket_cp(bucket: Bucket) -> int:
        return sum(item.cp for item in items if item.bucket == bucket)

    return PointsTotal(
        orders=bucket_cp("orders"),
        ratings=bucket_cp("ratings"),
        civic=bucket_cp("civic"),
        late_penalty=-bucket_cp("late"),
        other_penalty=-bucket_cp("other"),
        offset=sum(item.offset_cp for item in items),
        total=sum(item.cp for item in items),
    )


def spendable_cp(rules: Rules, facts: Iterable[AnyFact]) -> int:
    """Return what can be spent: the shown total less what was spent; raises as `points_total`."""
    facts = tuple(facts)
    redeemed_cp = sum(fact.body.cp for fact in gather(facts).of(PointsRedeemed))
    return max(0, points_total(rules, facts).total - redeemed_cp)


def points_items(rules: Rules, facts: Iterable[AnyFact]) -> tuple[Item, ...]:
    """Return every contribution to the total, by (at, key); raises as `points_total`."""
    history = gather(facts)
    orders = judge_orders(history, rules)
    items = [
        *order_items(orders),
        *rating_items(hear(history, orders)),
        *civic_items(history, rules),
        *penalty_items(history, rules, orders),
    ]
    return tuple(sorted(items, key=lambda item: (item.at, item.key)))
