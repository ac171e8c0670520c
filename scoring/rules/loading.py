"""Loads versions of the rules from TOML text, and refuses what is incomplete or inconsistent."""

import tomllib
from importlib import resources
from itertools import pairwise

from scoring.days import DAY_S
from scoring.reading import Reader
from scoring.rules.loading_judgement import load_dispatch, load_quality, load_tiers
from scoring.rules.model import (
    CivicRules,
    DifficultyRules,
    LateRules,
    NewcomerRules,
    OrderRules,
    PenaltyRules,
    RatingRules,
    Rules,
    RuleVersion,
    TrainingRules,
)
from scoring.rules.refusing import MalformedRules, is_rising, require
from scoring.types import CAUSES, SEVERITIES, Cause, ScoringError

CP_MAX = 100_000
COUNT_MAX = 1_000
MILLI_MAX = 100_000
SECONDS_MAX = 604_800
DAYS_MAX = 366
MINUTES_MAX = 44_640  # A month of 31 days.
AT_MAX = 253_402_271_999  # The last second of the year 9999 at +08:00.
NOTICE_DAYS = 7  # 人社厅发 (2023) 50: rules are published before they take effect.
PENALTY_SORTS = (
    "late",
    "release",
    "abandoned",
    "no_show",
    "fraud",
    *(f"complaint.{severity}" for severity in SEVERITIES),
)


class RulesPublishedTooLate(ScoringError):
    """A version takes effect less than `NOTICE_DAYS` after its publication."""


class UnknownRulesVersion(ScoringError):
    """No such version is shipped with the package."""


def load_rules(*texts: str) -> Rules:
    """Load one or more versions from TOML texts; their order does not matter.

    Raises:
        MalformedRules: a text is not a complete and consistent version, or two versions share a
            name or a beginning, or there is none.
        RulesPublishedTooLate: a version was published too shortly before it takes effect.
    """
    versions = sorted((_load_version(text) for text in texts), key=lambda each: each.effective_from)
    if not versions:
        raise MalformedRules("rules need at least one version")
    for earlier, later in pairwise(versions):
        if earlier.effective_from == later.effective_from:
            raise MalformedRules(f"{earlier.version} and {later.version} begin together")
    if len({each.version for each in versions}) < len(versions):
        raise MalformedRules("two versions share a name")
    return Rules(versions=tuple(versions))


def shipped_rules(version: str) -> str:
    """Return the TOML text of a version that is shipped with the package.

    Raises:
        UnknownRulesVersion: there is no such file.
    """
    # Looked up by name among the files there, so that no version can reach out of the folder.
    for entry in resources.files("scoring.rules").iterdir():
        if entry.name == f"{version}.toml":
            return entry.read_text(encoding="utf-8")
    raise UnknownRulesVersion(f"no rules shipped with version {version}")


def published_rules() -> Rules:
    """Return all versions that are shipped with the package."""
    shipped = resources.files("scoring.rules").iterdir()
    texts = (each.read_text(encoding="utf-8") for each in shipped if each.name.endswith(".toml"))
    return load_rules(*texts)


def _load_version(text: str) -> RuleVersion:
    try:
        source = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedRules(f"not TOML: {error}") from error
    reader = Reader(source, "rules", MalformedRules)
    appeal = reader.table("appeal")
    version = RuleVersion(
        version=reader.text("version"),
        effective_from=reader.integer("effective_from", 0, AT_MAX),
        published_at=reader.integer("published_at", 0, AT_MAX),
        order=reader.section("order", _order),
        difficulty=reader.section("difficulty", _difficulty),
        late=reader.section("late", _late),
        rating=reader.section("rating", _rating),
        penalty=reader.section("penalty", _penalty),
        newcomer=reader.section("newcomer", _newcomer),
        training=reader.section("training", _training),
        civic=reader.section("civic", _civic),
        appeal_within_days=appeal.integer("within_days", 0, DAYS_MAX),
        quality=reader.section("quality", load_quality),
        tier=reader.section("tier", load_tiers),
        dispatch=reader.section("dispatch", load_dispatch),
    )
    appeal.close()
    reader.close()
    if version.effective_from - version.published_at < NOTICE_DAYS * DAY_S:
        raise RulesPublishedTooLate(f"{version.version} needs {NOTICE_DAYS} days of notice")
    return version


def _order(table: Reader) -> OrderRules:
    return OrderRules(
        base_cp=table.integer("base_cp", 0, CP_MAX),
        on_time_cp=table.integer("on_time_cp", 0, CP_MAX),
        proof_cp=table.integer("proof_cp", 0, CP_MAX),
        care_cp=table.integer("care_cp", 0, CP_MAX),
        per_household_day=table.integer("per_household_day", 0, COUNT_MAX),
        per_day=table.integer("per_day", 0, COUNT_MAX),
    )


def _difficulty(table: Reader) -> DifficultyRules:
    rules = DifficultyRules(
        start_milli=table.integer("start_milli", 0, MILLI_MAX),
        ceiling_milli=table.integer("ceiling_milli", 0, MILLI_MAX),
        weight_from_g=table.integers("weight_from_g", 1, 1_000_000),
        weight_milli=table.integers("weight_milli", 0, MILLI_MAX),
        floor_milli=table.integer("floor_milli", 0, MILLI_MAX),
        floors_max=table.integer("floors_max", 0, COUNT_MAX),
        weather_milli=table.integers("weather_milli", 0, MILLI_MAX),
    )
    require(len(rules.weight_milli) == len(rules.weight_from_g) + 1, "weight_milli has gaps")
    require(len(rules.weather_milli) == 3, "weather_milli needs weather 0, 1 and 2")
    for steps in (rules.weight_from_g, rules.weight_milli, rules.weather_milli):
        require(is_rising(steps), "a harder order must not be worth less")
    return rules


def _late(table: Reader) -> LateRules:
    maxima = table.table("cause_max_min")
    limited: tuple[Cause, ...] = tuple(cause for cause in CAUSES if cause in maxima.names())
    whole = table.texts("whole_causes")
    cause_max_min: dict[Cause, int] = {
        cause: maxima.integer(cause, 0, MINUTES_MAX) for cause in limited
    }
    rules = LateRules(
        limits_s=table.integers("limits_s", 0, SECONDS_MAX),
        penalty_cp=table.integers("penalty_cp", 0, CP_MAX),
        score_milli=table.integers("score_milli", 0, 1_000),
        grace_s=table.integers("grace_s", 0, SECONDS_MAX),
        per_day=table.integer("per_day", 0, COUNT_MAX),
        whole_causes=frozenset(cause for cause in CAUSES if cause in whole),
        cause_max_min=cause_max_min,
    )
    maxima.close()
    require(sorted((*limited, *whole)) == sorted(CAUSES), "each cause needs exactly one rule")
    require(rules.limits_s[:1] == (0,), "the first band of lateness must end at 0")
    require(rules.penalty_cp[:1] == (0,), "being on time must not cost")
    require(len(rules.penalty_cp) == len(rules.limits_s) + 1, "penalty_cp has gaps")
    require(len(rules.score_milli) == len(rules.penalty_cp), "score_milli has gaps")
    for steps in (rules.limits_s, rules.penalty_cp, rules.score_milli[::-1], rules.grace_s):
        require(is_rising(steps), "less lateness or worse weather must not cost more")
    return rules


def _rating(table: Reader) -> RatingRules:
    rules = RatingRules(
        stars_cp=table.integers("stars_cp", 0, CP_MAX),
        void_stars_max=table.integer("void_stars_max", 0, 5),
        void_tags=frozenset(table.texts("void_tags")),
    )
    require(len(rules.stars_cp) == 5, "stars_cp needs one to five stars")
    require(is_rising(rules.stars_cp), "more stars must not be worth less")
    return rules


def _penalty(table: Reader) -> PenaltyRules:
    complaints = table.table("complaint_cp")
    rules = PenaltyRules(
        release_cp=table.integer("release_cp", 0, CP_MAX),
        release_free_s=table.integer("release_free_s", 0, SECONDS_MAX),
        release_free_per_week=table.integer("release_free_per_week", 0, COUNT_MAX),
        abandoned_cp=table.integer("abandoned_cp", 0, CP_MAX),
        no_show_cp=table.integer("no_show_cp", 0, CP_MAX),
        fraud_cp=table.integer("fraud_cp", 0, CP_MAX),
        complaint_cp={each: complaints.integer(each, 0, CP_MAX) for each in SEVERITIES},
    )
    complaints.close()
    return rules


def _newcomer(table: Reader) -> NewcomerRules:
    return NewcomerRules(
        days=table.integer("days", 0, DAYS_MAX),
        waived=table.integer("waived", 0, COUNT_MAX),
        waives=_sorts(table, "waives"),
    )


def _training(table: Reader) -> TrainingRules:
    return TrainingRules(
        points_cp=table.integer("points_cp", 0, CP_MAX),
        offset_cp=table.integer("offset_cp", 0, CP_MAX),
        offset_within_days=table.integer("offset_within_days", 0, DAYS_MAX),
        offsets=_sorts(table, "offsets"),
    )


def _civic(table: Reader) -> CivicRules:
    return CivicRules(
        volunteer_hour_cp=table.integer("volunteer_hour_cp", 0, CP_MAX),
        volunteer_day_min=table.integer("volunteer_day_min", 0, MINUTES_MAX),
        volunteer_month_min=table.integer("volunteer_month_min", 0, MINUTES_MAX),
        mediation_cp=table.integer("mediation_cp", 0, CP_MAX),
        mediations_per_month=table.integer("mediations_per_month", 0, COUNT_MAX),
        hazard_cp=table.integer("hazard_cp", 0, CP_MAX),
        hazards_per_day=table.integer("hazards_per_day", 0, COUNT_MAX),
        emergency_cp=table.integer("emergency_cp", 0, CP_MAX),
        mentee_cp=table.integer("mentee_cp", 0, CP_MAX),
    )


def _sorts(table: Reader, key: str) -> frozenset[str]:
    sorts = table.texts(key)
    require(set(sorts) <= set(PENALTY_SORTS), f"{key} names an unknown sort of penalty")
    return frozenset(sorts)
