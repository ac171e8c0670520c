"""A made-up neighbourhood with known skills: who serves, who is served, what is made hard.

Shapes and numbers are ours, chosen once; a score that fails here is wrong, one that passes is not
yet right. Every draw comes from one seeded generator, so a seed is a world.
"""

from dataclasses import dataclass, field
from math import exp, sqrt
from random import Random

LOAD = 0.75  # How much of speed, care and reliability is the one hidden skill.
BUILDINGS, HOUSEHOLDS = 30, 1_500
WEIGHTS_G = (2_000, 7_000, 12_000, 22_000)


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a world is and what is special in it.

    `stairs` multiplies what stairs cost, `territory` is the number of buildings a runner serves,
    `keep` the part of a runner's skill that stays from month to month (1: it does not drift).
    """

    runners: int = 60
    days: int = 180
    stairs: float = 1.0
    territory: int = 10
    keep: float = 1.0
    newcomers: float = 0.20
    colluders: float = 0.08
    feuds: float = 0.10


@dataclass(frozen=True, slots=True)
class Skill:
    """The hidden truth about a runner; all normal with deviation 1."""

    general: float
    speed: float
    care: float
    reliability: float


@dataclass(frozen=True, slots=True)
class Household:
    """Who is served: strictness shifts what they feel, `floors` are climbed on foot."""

    name: str
    building: int
    floors: int
    is_elder: bool
    strictness: float


@dataclass(slots=True)
class Runner:
    """One runner: `volume` orders a day from `first_day` on, in some buildings."""

    name: str
    skill: Skill
    first_day: int
    volume: float
    homes: list[Household]
    friends: list[Household] = field(default_factory=list[Household])
    enemy: Household | None = None

    @property
    def is_colluder(self) -> bool:
        """Return whether friendly households order from this runner to praise."""
        return bool(self.friends)


@dataclass(frozen=True, slots=True)
class Errand:
    """The conditions of one order; `weight` is a class from 0 to 3."""

    home: Household
    weather: int
    weight: int
    is_peak: bool


@dataclass(slots=True)
class World:
    """Everybody and everything, and the generator that all further chance comes from."""

    plan: Plan
    chance: Random
    households: list[Household]
    runners: list[Runner]
    building_late_min: list[float]
    weather: list[int]


def make_world(plan: Plan, seed: int) -> World:
    """Return the world of a seed."""
    chance = Random(seed)  # noqa: S311  (a simulation, no secret)
    households = _households(chance)
    runners = _runners(plan, chance, households)
    return World(
        plan=plan,
        chance=chance,
        households=households,
        runners=runners,
        building_late_min=[chance.gauss(0, 1.2) for _ in range(BUILDINGS)],
        weather=chance.choices((0, 1, 2), (0.80, 0.16, 0.04), k=plan.days),
    )


def errand(world: World, home: Household, weather: int) -> Errand:
    """Draw the conditions of an order of a household."""
    chance = world.chance
    weight = chance.choices(range(4), (0.55, 0.25, 0.15, 0.05))[0]
    return Errand(home=home, weather=weather, weight=weight, is_peak=chance.random() < 0.45)


def late_minutes(world: World, skill: Skill, of: Errand) -> float:
    """Draw how late an order is; half of what makes it hard is not in the promised time."""
    hard = 0.7 * world.plan.stairs * of.home.floors + 1.5 * of.weight + 6 * of.weather
    return (
        -9
        - 3 * skill.speed
        + 5.5 * world.chance.gammavariate(1.2, 1)
        + hard / 2
        + 1.5 * of.is_peak
        + world.building_late_min[of.home.building]
    )


def stars(world: World, skill: Skill, of: Errand, late_min: float) -> int:
    """Draw what a household feels about an order, as 1 to 5 stars."""
    felt = (
        1.45
        + 0.55 * skill.care
        - 0.05 * max(0.0, late_min)
        - 0.03 * world.plan.stairs * of.home.floors
        - 0.15 * (of.weather > 0)
        - 0.1 * of.weight
        + of.home.strictness
        + world.chance.gauss(0, 1)
    )
    return 1 + sum(felt >= cut for cut in (-1.6, -1.1, -0.5, 0.25))


def completes(world: World, skill: Skill) -> bool:
    """Draw whether an order is delivered at all."""
    return world.chance.random() < chance_to_complete(skill)


def proves(world: World, skill: Skill) -> bool:
    """Draw whether the proof is complete."""
    return world.chance.random() < chance_to_prove(skill)


def chance_to_complete(skill: Skill) -> float:
    """Return how probably an order is delivered."""
    return 1 / (1 + exp(-3.6 - 0.9 * skill.reliability))


def chance_to_prove(skill: Skill) -> float:
    """Return how probably a proof is complete."""
    return 1 / (1 + exp(-3.0 - 0.8 * skill.care))


def drift(world: World) -> None:
    """Let a month change everybody's skill a little; the spread among all stays the same."""
    keep = world.plan.keep
    for runner in world.runners:
        old, new = runner.skill, draw_skill(world.chance)
        fresh = sqrt(1 - keep * keep)
        runner.skill = Skill(
            general=keep * old.general + fresh * new.general,
            speed=keep * old.speed + fresh * new.speed,
            care=keep * old.care + fresh * new.care,
            reliability=keep * old.reliability + fresh * new.reliability,
        )


def draw_skill(chance: Random) -> Skill:
    """Draw a runner: three skills that share one."""
    general = chance.gauss(0, 1)
    own = sqrt(1 - LOAD * LOAD)
    speed, care, reliability = (LOAD * general + own * chance.gauss(0, 1) for _ in range(3))
    return Skill(general=general, speed=speed, care=care, reliability=reliability)


def _households(chance: Random) -> list[Household]:
    is_walk_up = [chance.random() < 0.45 for _ in range(BUILDINGS)]
    homes: list[Household] = []
    for number in range(HOUSEHOLDS):
        building = number % BUILDINGS
        homes.append(
            Household(
                name=f"h{number}",
                building=building,
                floors=chance.randint(0, 6) if is_walk_up[building] else 0,
                is_elder=chance.random() < 0.20,
                strictness=chance.gauss(0, 0.55),
            )
        )
    return homes


def _runners(plan: Plan, chance: Random, households: list[Household]) -> list[Runner]:
    newcomers = round(plan.newcomers * plan.runners)
    runners = [_runner(plan, chance, households, n, n < newcomers) for n in range(plan.runners)]
    weak = sorted(runners, key=lambda runner: runner.skill.general)[: plan.runners // 4]
    for runner in chance.sample(weak, round(plan.colluders * plan.runners)):
        runner.friends = chance.sample(households, 2)
    for runner in chance.sample(runners, round(plan.feuds * plan.runners)):
        runner.enemy = chance.choice(households)
    return runners


def _runner(
    plan: Plan, chance: Random, households: list[Household], number: int, is_new: bool
) -> Runner:
    first = chance.randrange(BUILDINGS)
    served = {(first + each) % BUILDINGS for each in range(plan.territory)}
    # A lognormal of mean 1 with deviation .8 of its logarithm.
    volume = 7 * chance.lognormvariate(-0.32, 0.8)
    return Runner(
        name=f"r{number:03}",
        skill=draw_skill(chance),
        first_day=plan.days - chance.randint(10, 40) if is_new else 0,
        volume=volume,
        homes=[home for home in households if home.building in served],
    )
