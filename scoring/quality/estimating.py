"""The estimate: posterior means of four dimensions, their weighted sum, and its interval.

Per dimension `m = clip((κμ + Σ w y') / (κ + Σ w), 0, 1)` and `sd = σ / sqrt(κ + Σ w)`, where
`w = w0 · 2^(-age / half-life)`, scaled down where one household would weigh more than its cap, and
`y'` is the observation less what was not the runner's. `Q = Σ ω m`, `sd² = Σ ω² sd²`, and the
interval is `Q ± z sd`: Beta reputation with forgetting (Jøsang & Ismail 2002) as a normal
approximation, ranked by its lower bound (Wilson 1927).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum, sqrt

from scoring.days import day_of
from scoring.history import gather, recorded_by
from scoring.quality.observing import WHOLE_MILLI, Observation, Tally, observe, spread
from scoring.rules.judging import DIMENSIONS, Dimension, DimensionRules, QualityRules
from scoring.rules.model import Rules
from scoring.types import AnyFact


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is taken off observations because it is not the runner's; learned monthly, then frozen.

    `bias` by household (R), `building` by building (T), `cell` by dimension and cell. `dimensions`
    replaces the priors of the rules where there was enough to learn from.
    """

    bias: Mapping[str, float] = field(default_factory=dict[str, float])
    building: Mapping[str, float] = field(default_factory=dict[str, float])
    cell: Mapping[Dimension, Mapping[str, float]] = field(
        default_factory=dict[Dimension, Mapping[str, float]]
    )
    dimensions: Mapping[Dimension, DimensionRules] = field(
        default_factory=dict[Dimension, DimensionRules]
    )

    def offset(self, seen: Observation) -> float:
        """Return what is to be subtracted from an observation."""
        offset = self.cell.get(seen.dimension, {}).get(seen.cell or "", 0.0)
        if seen.dimension == "T":
            offset += self.building.get(seen.building or "", 0.0)
        elif seen.dimension == "R":
            offset += self.bias.get(seen.household or "", 0.0)
        return offset


NEUTRAL = Calibration()


@dataclass(frozen=True, slots=True)
class DimensionQuality:
    """One dimension: mean, its deviation, and the weight of the observations behind it."""

    mean: float
    sd: float
    weight: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Q as `mean`, its deviation, and the bounds of the interval, all from 0 to 1.

    `weight` is how many recent orders it rests on; below the rules' `few` it `is_early`.
    """

    mean: float
    sd: float
    lower: float
    upper: float
    weight: float
    is_early: bool
    dimensions: Mapping[Dimension, DimensionQuality]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Equal observations of one day, together: their weight, and what each is without offsets."""

    seen: Observation
    weight: float
    y: float


def quality(
    rules: Rules, facts: Iterable[AnyFact], *, as_of: int, calibration: Calibration = NEUTRAL
) -> Quality:
    """Return the quality of one runner from the facts on record at `as_of` (unix seconds).

    Raises:
        FactIdReused, FactsOfSeveralRunners, ReversalCycle: the facts are not one history.
        NoRulesInForce: a fact or `as_of` is older than the first version of the rules.
    """
    tally = observe(gather(recorded_by(facts, as_of)), rules)
    return estimate(rules.in_force(as_of).quality, tally, day_of(as_of), calibration)


def estimate(
    rules: QualityRules, tally: Tally, day: int, calibration: Calibration = NEUTRAL
) -> Quality:
    """Return the quality on a local day; a function of the counts, not of their order."""
    weighed = weigh(rules, tally, day, calibration)
    dimensions: dict[Dimension, DimensionQuality] = {
        name: _estimate(calibration.dimensions.get(name, of), weighed[name])
        for name, of in rules.dimensions.items()
    }
    shares = {name: of.weight for name, of in rules.dimensions.items()}
    mean = fsum(shares[name] * of.mean for name, of in dimensions.items())
    sd = sqrt(fsum((shares[name] * of.sd) ** 2 for name, of in dimensions.items()))
    weight = dimensions["F"].weight
    return Quality(
        mean=mean,
        sd=sd,
        lower=max(0.0, mean - rules.z * sd),
        upper=min(1.0, mean + rules.z * sd),
        weight=weight,
        is_early=weight < rules.few,
        dimensions=dimensions,
    )


def weigh(
    rules: QualityRules, tally: Tally, day: int, calibration: Calibration
) -> dict[Dimension, list[Weighed]]:
    """Return what each observation weighs on a local day, by dimension.

    A household that would weigh more than its cap is scaled down as a whole.
    """
    weighed: dict[Dimension, list[Weighed]] = {name: [] for name in DIMENSIONS}
    by_household: defaultdict[tuple[Dimension, str | None], list[float]] = defaultdict(list)
    weights: dict[Observation, float] = {}
    for seen, count in spread(tally).items():
        age = max(0, day - seen.day)
        weight = count * seen.weight_milli / WHOLE_MILLI * 2.0 ** (-age / rules.half_life_days)
        weights[seen] = weight
        if seen.is_capped:
            by_household[seen.dimension, seen.household].append(weight)
    scales = {
        key: _scale(rules.dimensions[key[0]].household_cap, fsum(household))
        for key, household in by_household.items()
    }
    for seen, weight in weights.items():
        scale = scales[seen.dimension, seen.household] if seen.is_capped else 1.0
        y = seen.y - calibration.offset(seen)
        weighed[seen.dimension].append(Weighed(seen, weight * scale, y))
    return weighed


def contributions(
    rules: QualityRules, tally: Tally, day: int, calibration: Calibration = NEUTRAL
) -> list[tuple[Observation, float]]:
    """Return what each observation adds to Q; they sum to Q less the prior, if nothing is clipped.

    An observation that was made several times stands once, with what all of them add.
    """
    told: list[tuple[Observation, float]] = []
    for name, weighed in weigh(rules, tally, day, calibration).items():
        share = rules.dimensions[name].weight
        of = calibration.dimensions.get(name, rules.dimensions[name])
        whole = of.kappa + fsum(each.weight for each in weighed)
        told += [(each.seen, share * each.weight * (each.y - of.prior) / whole) for each in weighed]
    return told


def _scale(cap: float, weight: float) -> float:
    return cap / weight if weight > cap else 1.0


def _estimate(of: DimensionRules, weighed: list[Weighed]) -> DimensionQuality:
    weight = fsum(each.weight for each in weighed)
    whole = of.kappa + weight
    mean = fsum([of.kappa * of.prior, *(each.weight * each.y for each in weighed)]) / whole
    return DimensionQuality(mean=min(1.0, max(0.0, mean)), sd=of.sigma / sqrt(whole), weight=weight)
