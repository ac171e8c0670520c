"""What a version of the rules says, as values; the numbers themselves are in the TOML files."""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.rules.judging import DispatchRules, QualityRules, TierRules
from scoring.types import Cause, ScoringError, Severity


class NoRulesInForce(ScoringError):
    """The fact happened before the first version of the rules took effect."""


@dataclass(frozen=True, slots=True)
class OrderRules:
    """Points of a delivered order, and how many of them count."""

    base_cp: int
    on_time_cp: int
    proof_cp: int
    care_cp: int
    per_household_day: int
    per_day: int


@dataclass(frozen=True, slots=True)
class DifficultyRules:
    """Difficulty in thousandths; `weight_milli` has one more entry than `weight_from_g`."""

    start_milli: int
    ceiling_milli: int
    weight_from_g: tuple[int, ...]
    weight_milli: tuple[int, ...]
    floor_milli: int
    floors_max: int
    weather_milli: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LateRules:
    """Bands of attributable lateness; `penalty_cp` has one more entry than `limits_s`.

    Weather without an entry in `grace_s`, and every whole cause, excuse all lateness.
    """

    limits_s: tuple[int, ...]
    penalty_cp: tuple[int, ...]
    score_milli: tuple[int, ...]
    grace_s: tuple[int, ...]
    per_day: int
    whole_causes: frozenset[Cause]
    cause_max_min: Mapping[Cause, int]


@dataclass(frozen=True, slots=True)
class RatingRules:
    """Points by stars (index 0 is one star), and which low ratings are void."""

    stars_cp: tuple[int, ...]
    void_stars_max: int
    void_tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class PenaltyRules:
    """What verified misconduct costs, before anything that lowers it."""

    release_cp: int
    release_free_s: int
    release_free_per_week: int
    abandoned_cp: int
    no_show_cp: int
    fraud_cp: int
    complaint_cp: Mapping[Severity, int]


@dataclass(frozen=True, slots=True)
class NewcomerRules:
    """The `waived` largest penalties of the sorts in `waives` are free in the first `days`."""

    days: int
    waived: int
    waives: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrainingRules:
    """What a course adds, and how much of one penalty of the sorts in `offsets` it lifts."""

    points_cp: int
    offset_cp: int
    offset_within_days: int
    offsets: frozenset[str]


@dataclass(frozen=True, slots=True)
class CivicRules:
    """Points for what a runner does for the neighbourhood, and their caps."""

    volunteer_hour_cp: int
    volunteer_day_min: int
    volunteer_month_min: int
    mediation_cp: int
    mediations_per_month: int
    hazard_cp: int
    hazards_per_day: int
    emergency_cp: int
    mentee_cp: int


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One published version, in force from `effective_from` (unix seconds) until the next."""

    version: str
    effective_from: int
    published_at: int
    order: OrderRules
    difficulty: DifficultyRules
    late: LateRules
    rating: RatingRules
    penalty: PenaltyRules
    newcomer: NewcomerRules
    training: TrainingRules
    civic: CivicRules
    appeal_within_days: int
    quality: QualityRules
    tier: TierRules
    dispatch: DispatchRules


@dataclass(frozen=True, slots=True)
class Rules:
    """All versions that may be needed, by rising `effective_from`; never empty."""

    versions: tuple[RuleVersion, ...]

    def in_force(self, at: int) -> RuleVersion:
        """Return the version in force at a unix second.

        Raises:
            NoRulesInForce: `at` lies before the first version.
        """
        if self.versions[-1].effective_from <= at:  # Nearly always.
            return self.versions[-1]
        for version in reversed(self.versions):
            if version.effective_from <= at:
                return version
        raise NoRulesInForce(f"no rules in force at {at}")

    @property
    def latest(self) -> RuleVersion:
        """Return the version that took effect last."""
        return self.versions[-1]
