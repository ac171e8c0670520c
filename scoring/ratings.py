"""Residents' stars: one voice per household and week, and never a deduction."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.days import week_of
from scoring.history import History
from scoring.items import Cap, Item, grouped
from scoring.orders import JudgedOrder
from scoring.rules.model import RatingRules
from scoring.types import Fact, RatingRevealed


@dataclass(frozen=True, slots=True)
class _Rating:
    fact: Fact[RatingRevealed]
    order: JudgedOrder

    @property
    def worth_cp(self) -> int:
        return self.order.version.rating.stars_cp[self.fact.body.stars - 1]


def rating_items(history: History, orders: Iterable[JudgedOrder]) -> list[Item]:
    """Return one item per rating of an active order.

    A rating belongs to the week and the rule version of its *order*. By its own time, a second
    five-star rating of the same order in the next week could cost the runner the first.
    """
    by_id = {order.fact.id: order for order in orders}
    ratings = [
        _Rating(fact=fact, order=by_id[fact.body.order])
        for fact in history.of(RatingRevealed)
        if fact.body.order in by_id
    ]
    caps: dict[str, Cap] = {
        rating.fact.id: cap for rating in ratings if (cap := _refusal(rating)) is not None
    }
    valid = [rating for rating in ratings if rating.fact.id not in caps]
    latest: list[_Rating] = []
    for of_order in grouped((rating.order.fact.id, rating) for rating in valid):
        latest.append(of_order[-1])  # The history is sorted by (at, id).
        caps |= {rating.fact.id: "superseded" for rating in of_order[:-1]}
    for of_week in grouped((_household_week(rating), rating) for rating in latest):
        best = sorted(of_week, key=lambda each: (-each.worth_cp, each.fact.at, each.fact.id))
        caps |= {rating.fact.id: "household_week_full" for rating in best[1:]}
    return [_item(rating, caps.get(rating.fact.id, "counted")) for rating in ratings]


def is_void(rules: RatingRules, rating: RatingRevealed) -> bool:
    """Return whether a low rating blames what is not in the runner's hands."""
    return rating.stars <= rules.void_stars_max and not rules.void_tags.isdisjoint(rating.tags)


def _refusal(rating: _Rating) -> Cap | None:
    """Return why a rating has no voice at all, or None if it has one."""
    if rating.fact.household != rating.order.fact.household:
        return "other_household"
    if rating.order.fact.body.own_household:
        return "own_household"
    return "void" if is_void(rating.order.version.rating, rating.fact.body) else None


def _household_week(rating: _Rating) -> tuple[str, str | None, int]:
    order = rating.order
    return order.version.version, order.fact.household, week_of(order.fact.at)


def _item(rating: _Rating, cap: Cap) -> Item:
    cp = rating.worth_cp if cap == "counted" else 0
    stars = rating.fact.body.stars
    return Item(
        key=f"rating:{rating.fact.id}",
        bucket="ratings",
        rule="rating",
        version=rating.order.version.version,
        at=rating.order.fact.at,
        facts=(rating.fact.id, rating.order.fact.id),
        cp=cp,
        cap=cap,
        arithmetic=f"{stars} stars: {rating.worth_cp}, {cap}: {cp}",
        inputs={"stars": stars, "worth_cp": rating.worth_cp},
    )
