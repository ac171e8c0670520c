"""One runner's day, for that runner: what was carried, what it counts, what was not theirs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.days import day_of
from scoring.history import gather
from scoring.orders import judge_orders
from scoring.points import points_items
from scoring.rules.model import Rules
from scoring.types import AnyFact


@dataclass(frozen=True, slots=True)
class Daily:
    """A local day; points in centipoints as they count now, penalties positive.

    `excused` counts orders by what was not the runner's: causes, `grace` for the weather, `whole`.
    """

    orders: int
    on_time: int
    points_cp: int
    penalties_cp: int
    excused: Mapping[str, int]


def daily(rules: Rules, facts: Iterable[AnyFact], day: int) -> Daily:
    """Return the report of a local day from a runner's facts; raises as `points_total`."""
    facts = tuple(facts)
    judged = [
        order
        for order in judge_orders(gather(facts), rules)
        if day_of(order.fact.at) == day and not order.fact.body.own_household
    ]
    items = [item for item in points_items(rules, facts) if day_of(item.at) == day]
    excused: Counter[str] = Counter()
    for order in judged:
        late = order.lateness
        if late.late_s > 0 and late.attributable_s < late.late_s:
            excused.update([*late.excused_min] or ["grace" if late.grace_s else "whole"])
    return Daily(
        orders=len(judged),
        on_time=sum(order.lateness.attributable_s == 0 for order in judged),
        points_cp=sum(item.cp for item in items),
        penalties_cp=-sum(item.cp for item in items if item.bucket in ("late", "other")),
        excused=dict(sorted(excused.items())),
    )
