"""Residents' stars: one voice per household and week, and never a deduction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scoring.days import week_of
from scoring.history import History
from scoring.items import Cap, Item, grouped
from scoring.orders import JudgedOrder
from scoring.rules.model import RatingRules, RuleVersion
from scoring.types import Fact, OrderCompleted, RatingRevealed

HouseholdWeek = tuple[str, str | None, int]  # Rule version, household, local week.


class Rating(NamedTuple):
    """A rating and the order it is about, whose rule version decides."""

    fact: Fact[RatingRevealed]
    order: Fact[OrderCompleted]
    version: RuleVersion

    @property
    def worth_cp(self) -> int:
        """Return what the stars are worth where they count."""
        return self.version.rating.stars_cp[self.fact.body.stars - 1]


@dataclass(frozen=True, slots=True)
class Voices:
    """All ratings of active orders; why some of them have no voice; the voices by household-week.

    Each week's ratings come by (at, id).
    """

    ratings: tuple[Rating, ...]
    refused: Mapping[str, Cap]
    weeks: tuple[tuple[Rating, ...], ...]


def hear(history: History, orders: Iterable[JudgedOrder]) -> Voices:
    """Sort the ratings out: of each order the latest valid one speaks, in the week it was given.

    A void rating is as if never said, so what was said before it stands.
    """
    by_id = {order.fact.id: order for order in orders}
    ratings = tuple(
        Rating(fact, order.fact, order.version)
        for fact in history.of(RatingRevealed)
        if (order := by_id.get(fact.body.order)) is not None
    )
    refused: dict[str, Cap] = {
        rating.fact.id: cap for rating in ratings if (cap := refusal_of(rating)) is not None
    }
    latest = {
        rating.order.id: rating  # The history is sorted by (at, id).
        for rating in ratings
        if rating.fact.id not in refused
    }
    for rating in ratings:
        if latest.get(rating.order.id, rating) is not rating:
            refused.setdefault(rating.fact.id, "superseded")
    heard = (rating for rating in ratings if rating.fact.id not in refused)
    weeks = grouped((household_week(rating), rating) for rating in heard)
    return Voices(ratings=ratings, refused=refused, weeks=tuple(tuple(week) for week in weeks))


def rating_items(voices: Voices) -> list[Item]:
    """Return one item per rating; the best of each household and week counts."""
    caps = dict(voices.refused)
    for week in voices.weeks:
        best = sorted(week, key=lambda each: (-each.worth_cp, each.fact.at, each.fact.id))
        caps |= {rating.fact.id: "household_week_full" for rating in best[1:]}
    return [_item(rating, caps.get(rating.fact.id, "counted")) for rating in voices.ratings]


def is_void(rules: RatingRules, rating: RatingRevealed) -> bool:
    """Return whether a low rating blames what is not in the runner's hands."""
    return rating.stars <= rules.void_stars_max and not rules.void_tags.isdisjoint(rating.tags)


def refusal_of(rating: Rating) -> Cap | None:
    """Return why a rating has no voice at all, or None if it has one."""
    if rating.fact.household != rating.order.household:
        return "other_household"
    if rating.order.body.own_household:
        return "own_household"
    return "void" if is_void(rating.version.rating, rating.fact.body) else None


def household_week(rating: Rating) -> HouseholdWeek:
    """Return the group in which one voice counts."""
    return rating.version.version, rating.fact.household, week_of(rating.fact.at)


def _item(rating: Rating, cap: Cap) -> Item:
    cp = rating.worth_cp if cap == "counted" else 0
    stars = rating.fact.body.stars
    return Item(
        key=f"rating:{rating.fact.id}",
        bucket="ratings",
        rule="rating",
        version=rating.version.version,
        at=rating.order.at,
        facts=(rating.fact.id, rating.order.id),
        cp=cp,
        cap=cap,
        arithmetic=f"{stars} stars: {rating.worth_cp}, {cap}: {cp}",
        inputs={"stars": stars, "worth_cp": rating.worth_cp},
    )
