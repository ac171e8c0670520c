"""What a version of the rules says about quality, tiers and dispatch, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from scoring.types import Severity

Dimension = Literal["T", "F", "R", "P"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


@dataclass(frozen=True, slots=True)
class DimensionRules:
    """One dimension: its share of Q, its prior, and what one household may weigh at most.

    `kappa` is the weight of the prior in observations, `sigma` the deviation of one observation.
    """

    weight: float
    prior: float
    sigma: float
    kappa: float
    household_cap: float


@dataclass(frozen=True, slots=True)
class ObservedRules:
    """What is observed, in thousandths (index 0 of the stars is one star), and how it weighs."""

    stars_milli: tuple[int, ...]
    release_milli: int
    complaint_weight_milli: Mapping[Severity, int]
    fraud_weight_milli: int


@dataclass(frozen=True, slots=True)
class CalibrationRules:
    """How offsets are learned: each is a sum of residuals over their number plus a shrinkage."""

    days: int
    sweeps: int
    observations_min: int
    cell_shrink: float
    building_shrink: float
    household_shrink: float
    runner_shrink: float
    bias_max: float
    kappa_min: float
    kappa_max: float


@dataclass(frozen=True, slots=True)
class QualityRules:
    """The estimate of quality; with fewer than `few` weighed orders it is not shown as one."""

    half_life_days: int
    z: float
    few: float
    dimensions: Mapping[Dimension, DimensionRules]
    observed: ObservedRules
    calibration: CalibrationRules


@dataclass(frozen=True, slots=True)
class RunnerTierRules:
    """From trainee to runner, and back below an upper bound of `low`."""

    orders: int
    active_days: int
    quality: float
    penalties_cp: int
    penalty_days: int
    low: float
    low_reviews: int


@dataclass(frozen=True, slots=True)
class LeadTierRules:
    """From runner to lead at a lower bound of `gain`, and back below `keep`."""

    orders: int
    recent_days: int
    recent_orders: int
    households: int
    gain: float
    keep: float
    penalties_cp: int
    keep_penalties_cp: int
    civic_cp: int
    civic_days: int
    days_since_joining: int
    days_since_demotion: int
    misses: int


@dataclass(frozen=True, slots=True)
class TierRules:
    """The monthly review; below `orders_per_month_min` it stands still."""

    orders_per_month_min: int
    course: str
    runner: RunnerTierRules
    lead: LeadTierRules


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """How far quality may nudge dispatch, and how far fairness pulls back."""

    slope: float
    least: float
    most: float
    care_least: float
    care_most: float
    fair_slope: float
    fair_least: float
    fair_most: float
