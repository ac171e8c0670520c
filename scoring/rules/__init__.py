"""The rules of the points: versions with dates, as data (`*.toml`) and as typed values."""

from scoring.rules.loading import (
    RulesPublishedTooLate,
    UnknownRulesVersion,
    load_rules,
    published_rules,
    shipped_rules,
)
from scoring.rules.model import NoRulesInForce, Rules, RuleVersion
from scoring.rules.refusing import MalformedRules

__all__ = [
    "MalformedRules",
    "NoRulesInForce",
    "RuleVersion",
    "Rules",
    "RulesPublishedTooLate",
    "UnknownRulesVersion",
    "load_rules",
    "published_rules",
    "shipped_rules",
]
