"""Lets a world live: day by day, its orders become facts as the product would record them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp

from api.cli.bench.quality.world import (
    WEIGHTS_G,
    Errand,
    Household,
    Runner,
    World,
    completes,
    drift,
    errand,
    late_minutes,
    proves,
    stars,
)
from scoring.days import DAY_S, day_start
from scoring.quality.observing import cell_of
from scoring.types import AnyFact, Fact, OrderAbandoned, OrderCompleted, RatingRevealed

DAY_0 = 20_514  # 2026-03-02, the first Monday under the rules.
NOON_S = 12 * 3_600
MONTH_DAYS = 30


@dataclass(slots=True)
class Life:
    """What is known of one runner: facts, stars as they came, and the floors climbed."""

    facts: list[AnyFact] = field(default_factory=list[AnyFact])
    stars: list[int] = field(default_factory=list[int])
    floors: int = 0
    orders: int = 0


def live(world: World) -> dict[str, Life]:
    """Play all days; returns the life of each runner by name."""
    lives = {runner.name: Life() for runner in world.runners}
    for day in range(world.plan.days):
        if day and day % MONTH_DAYS == 0 and world.plan.keep < 1:
            drift(world)
        for runner in world.runners:
            if day >= runner.first_day:
                _work(world, runner, lives[runner.name], day)
    return lives


def _work(world: World, runner: Runner, life: Life, day: int) -> None:
    chance = world.chance
    for _ in range(_poisson(world, runner.volume)):
        _serve(world, runner, life, day, chance.choice(runner.homes))
    for friend in runner.friends:
        if chance.random() < 0.60:
            _serve(world, runner, life, day, friend, always=5)
    if runner.enemy is not None and chance.random() < 0.10:
        _serve(world, runner, life, day, runner.enemy, always=1)


def _serve(
    world: World,
    runner: Runner,
    life: Life,
    day: int,
    home: Household,
    always: int | None = None,
) -> None:
    """Play one order; `always` is what a friend or an enemy says whatever happens."""
    of = errand(world, home, world.weather[day])
    life.orders += 1
    name = f"{runner.name}:{life.orders}"
    at = day_start(DAY_0 + day) + NOON_S + life.orders % 30_000
    if not completes(world, runner.skill):
        life.facts.append(Fact(f"x{name}", runner.name, at, home.name, OrderAbandoned()))
        return
    late_min = late_minutes(world, runner.skill, of)
    has_proof = proves(world, runner.skill)
    life.floors += home.floors
    life.facts.append(_order(f"o{name}", runner.name, at, of, late_min, has_proof=has_proof))
    said = stars(world, runner.skill, of, late_min) if always is None else always
    if always is not None or world.chance.random() < rating_chance(of, said):
        life.stars.append(said)
        rating = RatingRevealed(order=f"o{name}", stars=said)
        life.facts.append(Fact(f"s{name}", runner.name, at + 3_600, home.name, rating))


def rating_chance(of: Errand, said: int) -> float:
    """Return how probably a household rates: the unhappy more often, elders rarely."""
    return 0.35 * (1.7 if said <= 2 else 1) * (0.4 if of.home.is_elder else 1)


def _order(
    name: str, runner: str, at: int, of: Errand, late_min: float, *, has_proof: bool
) -> AnyFact:
    weight_g = WEIGHTS_G[of.weight]
    body = OrderCompleted(
        late_s=round(60 * late_min),
        weather=of.weather,
        weight_g=weight_g,
        floors_no_lift=of.home.floors,
        proof_required=1,
        proof_given=int(has_proof),
        cell=cell_of(
            weather=of.weather,
            weight_g=weight_g,
            is_peak=of.is_peak,
            floors_no_lift=of.home.floors,
        ),
        building=f"b{of.home.building}",
    )
    return Fact(name, runner, at, of.home.name, body)


def _poisson(world: World, mean: float) -> int:
    """Draw a count (Knuth); means here are below 60."""
    limit, product, count = exp(-mean), world.chance.random(), 0
    while product > limit:
        product *= world.chance.random()
        count += 1
    return count


def known_at(life: Life, day: int) -> Iterator[AnyFact]:
    """Yield the facts of a life before the end of a day of the world."""
    end = day_start(DAY_0 + day) + DAY_S
    return (fact for fact in life.facts if fact.at < end)
