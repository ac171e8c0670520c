"""Facts as observations between 0 and 1, counted; silence is none, and so is the own household."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scoring.days import day_of
from scoring.history import Appeal, History
from scoring.making import maker
from scoring.orders import JudgedOrder, judge_orders
from scoring.penalties import CONDUCT, Conduct
from scoring.ratings import Rating, Voices, hear
from scoring.rules.judging import Dimension
from scoring.rules.model import Rules, RuleVersion
from scoring.types import (
    ComplaintUpheld,
    Fact,
    FraudConfirmed,
    OrderAbandoned,
    OrderReleased,
    ShiftNoShow,
)

WHOLE_MILLI = 1_000


class Observation(NamedTuple):
    """One look at one dimension on one local day: `y` from 0 to 1, `weight_milli` of 1000.

    What a household saw is capped by household (`is_capped`; None is a household that nobody
    named); conduct is not. Cell and building are names of what may have made it harder.
    """

    dimension: Dimension
    day: int
    y: float
    weight_milli: int = WHOLE_MILLI
    household: str | None = None
    is_capped: bool = True
    cell: str | None = None
    building: str | None = None


class OrderSeen(NamedTuple):
    """What one delivered order shows, as long as it is only counted: up to three observations.

    `score_milli` is its punctuality; `proof` says whether it was given, None where none was asked
    for. While an appeal is open only what is perfect is observed (`is_suspended`).
    """

    day: int
    household: str | None
    cell: str | None
    building: str | None
    score_milli: int
    proof: bool | None
    is_suspended: bool


Tally = Counter[Observation | OrderSeen]
_order_seen = maker(OrderSeen)


def observe(history: History, rules: Rules) -> Tally:
    """Count the observations of one runner."""
    orders = judge_orders(history, rules)
    return observe_judged(history, rules, orders, hear(history, orders))


def observe_judged(
    history: History, rules: Rules, orders: Iterable[JudgedOrder], voices: Voices
) -> Tally:
    """Count the observations of one runner whose orders and ratings are judged already."""
    tally: Tally = Counter(seen for order in orders if (seen := of_order(order)) is not None)
    for week in voices.weeks:
        tally.update(of_week(week, history.appeals))
    for body in CONDUCT:
        for fact in history.of(body):
            tally.update(of_conduct(fact, history.appeals, rules.in_force(fact.at)))
    return tally


def spread(tally: Tally) -> Counter[Observation]:
    """Return what was counted, dimension by dimension."""
    counts: Counter[Observation] = Counter()
    for seen, count in tally.items():
        if isinstance(seen, Observation):
            counts[seen] += count
        else:
            for each in _spread_order(seen):
                counts[each] += count
    return counts


def of_order(order: JudgedOrder) -> OrderSeen | None:
    """Return what an order shows; None of one's own household.

    An order whose appeal was granted counts as on time.
    """
    fact, body = order.fact, order.fact.body
    if body.own_household:
        return None
    required = body.proof_required
    return _order_seen(
        (
            order.day,
            fact.household,
            body.cell,
            body.building,
            WHOLE_MILLI if order.cleared_by else order.lateness.score_milli,
            body.proof_given >= required if required > 0 else None,
            order.is_suspended,
        )
    )


def _spread_order(seen: OrderSeen) -> Iterator[Observation]:
    """Yield on time, delivered, and proof where it was required."""
    day, home, cell = seen.day, seen.household, seen.cell
    yield Observation("F", day, 1.0, WHOLE_MILLI, home, True, cell)
    if seen.score_milli == WHOLE_MILLI or not seen.is_suspended:
        y = seen.score_milli / WHOLE_MILLI
        yield Observation("T", day, y, WHOLE_MILLI, home, True, cell, seen.building)
    if seen.proof or (seen.proof is False and not seen.is_suspended):
        yield Observation("P", day, 1.0 if seen.proof else 0.0, WHOLE_MILLI, home, True, cell)


def of_week(week: Sequence[Rating], appeals: Mapping[str, Appeal]) -> tuple[Observation, ...]:
    """Return the mean of what one household said in one week, dated by its first rating.

    It weighs as much as the least trusted of its ratings, which come by (at, id).
    """
    heard = [rating for rating in week if _counts(rating, appeals)] if appeals else week
    if not heard:
        return ()
    fact, order, version = heard[0]
    stars_milli = version.quality.observed.stars_milli
    said_milli = sum([stars_milli[rating.fact.body.stars - 1] for rating in heard])
    y = said_milli / (WHOLE_MILLI * len(heard))
    weight_milli = min([rating.fact.body.rater_weight for rating in heard])
    cell = order.body.cell
    return (Observation("R", day_of(fact.at), y, weight_milli, fact.household, True, cell),)


def of_conduct(
    fact: Fact[Conduct], appeals: Mapping[str, Appeal], version: RuleVersion
) -> Iterator[Observation]:
    """Yield what verified misconduct shows; nothing while an appeal is open or once it is won."""
    appeal = appeals.get(fact.id)
    if appeal is not None and (appeal.is_pending or appeal.is_cleared):
        return
    day, seen = day_of(fact.at), version.quality.observed
    match fact.body:
        case OrderReleased(after_accept_s=after_s, excused=False):
            if after_s > version.penalty.release_free_s:
                yield _conduct("F", day, seen.release_milli / WHOLE_MILLI, WHOLE_MILLI)
        case OrderAbandoned(excused=False) | ShiftNoShow(excused=False):
            yield _conduct("F", day, 0.0, WHOLE_MILLI)
        case ComplaintUpheld(severity=severity):
            yield _conduct("P", day, 0.0, seen.complaint_weight_milli[severity])
        case FraudConfirmed():
            yield _conduct("P", day, 0.0, seen.fraud_weight_milli)
        case _:
            return


def cell_of(*, weather: int, weight_g: int, is_peak: bool, floors_no_lift: int) -> str:
    """Return the name of the conditions of an order: 3 weathers, 2 weights, 2 hours, 4 heights."""
    return f"{weather}{int(weight_g >= 5_000)}{int(is_peak)}{min(3, floors_no_lift // 2)}"


def _conduct(dimension: Dimension, day: int, y: float, weight_milli: int) -> Observation:
    return Observation(dimension, day, y, weight_milli, is_capped=False)


def _counts(rating: Rating, appeals: Mapping[str, Appeal]) -> bool:
    """Return whether a rating is observed: not while appealed, unless it is the best there is."""
    appeal = appeals.get(rating.fact.id)
    if appeal is None or not (appeal.is_pending or appeal.is_cleared):
        return True
    stars_milli = rating.version.quality.observed.stars_milli
    return stars_milli[rating.fact.body.stars - 1] == WHOLE_MILLI
