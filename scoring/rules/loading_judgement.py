"""Loads what a version of the rules says about quality, tiers and dispatch."""

from math import fsum

from scoring.reading import Reader
from scoring.rules.judging import (
    DIMENSIONS,
    CalibrationRules,
    DimensionRules,
    DispatchRules,
    LeadTierRules,
    ObservedRules,
    QualityRules,
    RunnerTierRules,
    TierRules,
)
from scoring.rules.refusing import is_rising, require
from scoring.types import SEVERITIES

COUNT_MAX = 100_000
DAYS_MAX = 3_660
CP_MAX = 1_000_000
WEIGHT_MAX_MILLI = 1_000_000


def load_quality(table: Reader) -> QualityRules:
    """Read `[quality]` and what is below it."""
    rules = QualityRules(
        half_life_days=table.integer("half_life_days", 1, DAYS_MAX),
        z=table.number("z", 0, 10),
        few=table.number("few", 0, COUNT_MAX),
        dimensions={name: table.section(name, _dimension) for name in DIMENSIONS},
        observed=table.section("observed", _observed),
        calibration=table.section("calibration", _calibration),
    )
    total = fsum(each.weight for each in rules.dimensions.values())
    require(abs(total - 1) < 1e-9, "the weights of the dimensions must sum to 1")
    return rules


def load_tiers(table: Reader) -> TierRules:
    """Read `[tier]` and what is below it."""
    return TierRules(
        orders_per_month_min=table.integer("orders_per_month_min", 0, COUNT_MAX),
        course=table.text("course"),
        runner=table.section("runner", _runner_tier),
        lead=table.section("lead", _lead_tier),
    )


def load_dispatch(table: Reader) -> DispatchRules:
    """Read `[dispatch]`."""
    return DispatchRules(
        slope=table.number("slope", 0, 100),
        least=table.number("least", 0, 1),
        most=table.number("most", 1, 10),
        care_least=table.number("care_least", 0, 1),
        care_most=table.number("care_most", 1, 10),
        fair_slope=table.number("fair_slope", 0, 100),
        fair_least=table.number("fair_least", 0, 1),
        fair_most=table.number("fair_most", 1, 10),
    )


def _dimension(table: Reader) -> DimensionRules:
    return DimensionRules(
        weight=table.number("weight", 0, 1),
        prior=table.number("prior", 0, 1),
        sigma=table.number("sigma", 0, 1),
        kappa=table.number("kappa", 0.001, COUNT_MAX),
        household_cap=table.number("household_cap", 0, COUNT_MAX),
    )


def _observed(table: Reader) -> ObservedRules:
    weights = table.table("complaint_weight_milli")
    rules = ObservedRules(
        stars_milli=table.integers("stars_milli", 0, 1_000),
        release_milli=table.integer("release_milli", 0, 1_000),
        complaint_weight_milli={
            each: weights.integer(each, 0, WEIGHT_MAX_MILLI) for each in SEVERITIES
        },
        fraud_weight_milli=table.integer("fraud_weight_milli", 0, WEIGHT_MAX_MILLI),
    )
    weights.close()
    require(len(rules.stars_milli) == 5, "stars_milli needs one to five stars")
    require(is_rising(rules.stars_milli), "more stars must not be worth less")
    return rules


def _calibration(table: Reader) -> CalibrationRules:
    rules = CalibrationRules(
        days=table.integer("days", 1, DAYS_MAX),
        sweeps=table.integer("sweeps", 1, 100),
        observations_min=table.integer("observations_min", 0, COUNT_MAX),
        cell_shrink=table.number("cell_shrink", 0, COUNT_MAX),
        building_shrink=table.number("building_shrink", 0, COUNT_MAX),
        household_shrink=table.number("household_shrink", 0, COUNT_MAX),
        runner_shrink=table.number("runner_shrink", 0, COUNT_MAX),
        bias_max=table.number("bias_max", 0, 1),
        kappa_min=table.number("kappa_min", 0.001, COUNT_MAX),
        kappa_max=table.number("kappa_max", 0.001, COUNT_MAX),
    )
    require(rules.kappa_min <= rules.kappa_max, "kappa_min must not be above kappa_max")
    return rules


def _runner_tier(table: Reader) -> RunnerTierRules:
    return RunnerTierRules(
        orders=table.integer("orders", 0, COUNT_MAX),
        active_days=table.integer("active_days", 0, DAYS_MAX),
        quality=table.number("quality", 0, 1),
        penalties_cp=table.integer("penalties_cp", 0, CP_MAX),
        penalty_days=table.integer("penalty_days", 0, DAYS_MAX),
        low=table.number("low", 0, 1),
        low_reviews=table.integer("low_reviews", 1, COUNT_MAX),
    )


def _lead_tier(table: Reader) -> LeadTierRules:
    rules = LeadTierRules(
        orders=table.integer("orders", 0, COUNT_MAX),
        recent_days=table.integer("recent_days", 0, DAYS_MAX),
        recent_orders=table.integer("recent_orders", 0, COUNT_MAX),
        households=table.integer("households", 0, COUNT_MAX),
        gain=table.number("gain", 0, 1),
        keep=table.number("keep", 0, 1),
        penalties_cp=table.integer("penalties_cp", 0, CP_MAX),
        keep_penalties_cp=table.integer("keep_penalties_cp", 0, CP_MAX),
        civic_cp=table.integer("civic_cp", 0, CP_MAX),
        civic_days=table.integer("civic_days", 0, DAYS_MAX),
        days_since_joining=table.integer("days_since_joining", 0, DAYS_MAX),
        days_since_demotion=table.integer("days_since_demotion", 0, DAYS_MAX),
        misses=table.integer("misses", 1, COUNT_MAX),
    )
    require(rules.keep <= rules.gain, "staying a lead must not be harder than becoming one")
    return rules
