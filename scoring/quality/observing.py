"""Facts as observations between 0 and 1, counted; silence is none, and so is the own household."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scoring.days import day_of
from scoring.history import Appeal, History
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


Tally = Counter[Observation]


def observe(history: History, rules: Rules) -> Tally:
    """Count the observations of one runner."""
    orders = judge_orders(history, rules)
    return observe_judged(history, rules, orders, hear(history, orders))


def observe_judged(
    history: History, rules: Rules, orders: Iterable[JudgedOrder], voices: Voices
) -> Tally:
    """Count the observations of one runner whose orders and ratings are judged already."""
    seen: list[Observation] = []
    for order in orders:
        seen += of_order(order)
    for week in voices.weeks:
        seen += of_week(week, history.appeals)
    for body in CONDUCT:
        for fact in history.of(body):
            seen += of_conduct(fact, history.appeals, rules.in_force(fact.at))
    return Counter(seen)


def of_order(order: JudgedOrder) -> tuple[Observation, ...]:
    """Return on time, delivered, and proof where it was required.

    While an appeal is open, what it is about is left out unless it is perfect; an order whose
    appeal was granted counts as on time.
    """
    fact, body = order.fact, order.fact.body
    if body.own_household:
        return ()
    day, home, cell = day_of(fact.at), fact.household, body.cell
    delivered = Observation("F", day, 1.0, WHOLE_MILLI, home, True, cell)
    score_milli = WHOLE_MILLI if order.cleared_by else order.lateness.score_milli
    y = score_milli / WHOLE_MILLI
    punctual = Observation("T", day, y, WHOLE_MILLI, home, True, cell, body.building)
    if body.proof_required <= 0:
        observed = (delivered, punctual)
    else:
        y = 1.0 if body.proof_given >= body.proof_required else 0.0
        observed = (delivered, punctual, Observation("P", day, y, WHOLE_MILLI, home, True, cell))
    if order.is_suspended:
        return tuple(each for each in observed if each.y == 1.0)
    return observed


def of_week(week: Sequence[Rating], appeals: Mapping[str, Appeal]) -> tuple[Observation, ...]:
    """Return the mean of what one household said in one week, dated by its first rating.

    It weighs as much as the least trusted of its ratings, which come by (at, id).
    """
    heard = [rating for rating in week if _counts(rating, appeals)] if appeals else week
    if not heard:
        return ()
    fact, order = heard[0]
    stars_milli = order.version.quality.observed.stars_milli
    said_milli = sum([stars_milli[rating.fact.body.stars - 1] for rating in heard])
    y = said_milli / (WHOLE_MILLI * len(heard))
    weight_milli = min([rating.fact.body.rater_weight for rating in heard])
    cell = order.fact.body.cell
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
    stars_milli = rating.order.version.quality.observed.stars_milli
    return stars_milli[rating.fact.body.stars - 1] == WHOLE_MILLI
