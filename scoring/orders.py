"""Delivered orders: what each is worth, how late it was by the runner's fault, what counts."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from scoring.days import day_of
from scoring.history import Appeal, History
from scoring.items import Cap, Item, grouped
from scoring.making import maker
from scoring.rules.model import LateRules, Rules, RuleVersion
from scoring.types import Cause, Excuse, ExcuseGranted, Fact, OrderCompleted


class Lateness(NamedTuple):
    """How late an order was, in seconds after the promised end, and what of it is the runner's.

    `excused_min` are minutes by cause after their limits; `is_whole` says that a cause or the
    weather excuses everything. `score_milli` is the punctuality of the quality estimate.
    """

    late_s: int
    excused_min: Mapping[Cause, int]
    grace_s: int
    is_whole: bool
    attributable_s: int
    band: int
    penalty_cp: int
    score_milli: int


class Worth(NamedTuple):
    """What an order is made of: difficulty in thousandths with its parts, and points."""

    weight_milli: int
    floors_milli: int
    weather_milli: int
    difficulty_milli: int
    base_cp: int
    on_time_cp: int
    proof_cp: int
    care_cp: int


class JudgedOrder(NamedTuple):
    """An order with its lateness and its worth before any cap.

    `excuses` and `cleared_by` are the ids of facts: excuses granted later, and the appeal after
    which the order counts as on time. `is_suspended` while an appeal is open. `day` is the local
    day of its delivery.
    """

    fact: Fact[OrderCompleted]
    version: RuleVersion
    lateness: Lateness
    excuses: tuple[str, ...]
    cleared_by: tuple[str, ...]
    is_suspended: bool
    worth: Worth
    day: int

    @property
    def value_cp(self) -> int:
        """Return what the order is worth before any cap."""
        worth = self.worth
        return worth.base_cp + worth.on_time_cp + worth.proof_cp + worth.care_cp


def order_items(orders: Iterable[JudgedOrder]) -> list[Item]:
    """Return one item per order; the best per household and day, of those the best per day count.

    Groups never mix rule versions: each order is counted by the rules it was delivered under.
    """
    orders = list(orders)
    caps: dict[str, Cap] = {
        order.fact.id: "own_household" for order in orders if order.fact.body.own_household
    }
    paid = [order for order in orders if not order.fact.body.own_household]
    days = grouped(((order.version.version, order.day), order) for order in paid)
    for day in days:
        rules = day[0].version.order
        left: list[JudgedOrder] = []
        for household in grouped((order.fact.household, order) for order in day):
            best = sorted(household, key=_best_first)
            left += best[: rules.per_household_day]
            for order in best[rules.per_household_day :]:
                caps[order.fact.id] = "household_day_full"
        for order in sorted(left, key=_best_first)[rules.per_day :]:
            caps[order.fact.id] = "day_full"
    return [_item(order, caps.get(order.fact.id, "counted")) for order in orders]


def judge_orders(history: History, rules: Rules) -> list[JudgedOrder]:
    """Judge each active order by the version in force when it was delivered."""
    return [
        judge_order(
            order,
            rules.in_force(order.at),
            history.excuses.get(order.id, ()),
            history.appeals.get(order.id),
        )
        for order in history.of(OrderCompleted)
    ]


def judge_order(
    fact: Fact[OrderCompleted],
    version: RuleVersion,
    granted: Sequence[Fact[ExcuseGranted]] = (),
    appeal: Appeal | None = None,
) -> JudgedOrder:
    """Judge one order with what was granted later and where its appeals stand."""
    excuses = [each.body.excuse for each in granted] if granted else ()
    lateness = lateness_of(version.late, fact.body, excuses)
    cleared_by = appeal.facts if appeal is not None and appeal.is_cleared else ()
    is_on_time = lateness.attributable_s == 0 or bool(cleared_by)
    return _judged(
        (
            fact,
            version,
            lateness,
            tuple([each.id for each in granted]) if granted else (),
            cleared_by,
            appeal is not None and appeal.is_pending,
            _worth(version, fact.body, is_on_time=is_on_time),
            day_of(fact.at),
        )
    )


def lateness_of(rules: LateRules, order: OrderCompleted, granted: Sequence[Excuse]) -> Lateness:
    """Return the lateness of an order with its own excuses and those granted later."""
    late_s, weather = order.late_s, order.weather
    excuses = (*order.excuses, *granted) if granted else order.excuses
    excused, is_whole = _excused(rules, excuses) if excuses else (_NOTHING, False)
    grace_s = 0
    if weather < len(rules.grace_s):
        grace_s = rules.grace_s[weather]
    else:
        is_whole = True
    if is_whole or late_s <= grace_s:
        left_s = band = 0
    else:
        left_s = max(0, late_s - 60 * sum(excused.values()) - grace_s)
        band = bisect_left(rules.limits_s, left_s)  # A limit still belongs to the milder side.
    penalty_cp, score_milli = rules.penalty_cp[band], rules.score_milli[band]
    return _lateness((late_s, excused, grace_s, is_whole, left_s, band, penalty_cp, score_milli))


def _excused(rules: LateRules, excuses: Sequence[Excuse]) -> tuple[Mapping[Cause, int], bool]:
    """Return the minutes by cause after their limits, and whether a cause excuses everything."""
    claimed: defaultdict[Cause, int] = defaultdict(int)
    for excuse in excuses:
        claimed[excuse.cause] += excuse.minutes
    excused: dict[Cause, int] = {
        cause: min(minutes, rules.cause_max_min[cause])
        for cause, minutes in claimed.items()
        if cause in rules.cause_max_min
    }
    return excused, not rules.whole_causes.isdisjoint(claimed)


_NOTHING: Mapping[Cause, int] = {}
_lateness = maker(Lateness)
_worth_of = maker(Worth)
_judged = maker(JudgedOrder)


def _worth(version: RuleVersion, order: OrderCompleted, *, is_on_time: bool) -> Worth:
    hard, pay = version.difficulty, version.order
    weight_milli = hard.weight_milli[bisect_right(hard.weight_from_g, order.weight_g)]
    floors = order.floors_no_lift
    floors_milli = hard.floor_milli * (floors if floors < hard.floors_max else hard.floors_max)
    weather_milli = hard.weather_milli[order.weather]
    uncapped_milli = hard.start_milli + weight_milli + floors_milli + weather_milli
    ceiling_milli = hard.ceiling_milli
    difficulty_milli = uncapped_milli if uncapped_milli < ceiling_milli else ceiling_milli
    has_proof = order.proof_given >= order.proof_required
    return _worth_of(
        (
            weight_milli,
            floors_milli,
            weather_milli,
            difficulty_milli,
            (pay.base_cp * difficulty_milli + 500) // 1_000,  # Half a point goes up.
            pay.on_time_cp if is_on_time else 0,
            pay.proof_cp if has_proof else 0,
            pay.care_cp if order.care else 0,
        )
    )


def _item(order: JudgedOrder, cap: Cap) -> Item:
    limits = {
        "household_day_full": order.version.order.per_household_day,
        "day_full": order.version.order.per_day,
    }
    hard, worth = order.version.difficulty, order.worth
    parts = (worth.base_cp, worth.on_time_cp, worth.proof_cp, worth.care_cp)
    return Item(
        key=f"order:{order.fact.id}",
        bucket="orders",
        rule="order.value",
        version=order.version.version,
        at=order.fact.at,
        facts=(order.fact.id, *order.excuses, *order.cleared_by),
        cp=order.value_cp if cap == "counted" else 0,
        cap=cap,
        arithmetic=(
            f"min({hard.ceiling_milli}, {hard.start_milli} + {worth.weight_milli}"
            f" + {worth.floors_milli} + {worth.weather_milli}) = {worth.difficulty_milli}; "
            + " + ".join(map(str, parts))
            + f" = {order.value_cp}"
        ),
        inputs={
            **worth._asdict(),
            "worth_cp": order.value_cp,
            "limit": limits.get(cap, 0),
        },
    )


def _best_first(order: JudgedOrder) -> tuple[int, int, str]:
    return -order.value_cp, order.fact.at, order.fact.id
