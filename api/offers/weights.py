"""How much quality and fairness may nudge who is offered what: bounded, learned hourly; pure.

The bounds are data of the published points rules (`[dispatch]`); points and tier never enter, and
nobody is excluded. See `scoring.dispatch` for the formulas.
"""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import NamedTuple
from uuid import UUID

from scoring.dispatch import fairness_weight, quality_weight
from scoring.quality import NEUTRAL, Calibration, Quality, quality
from scoring.rules import Rules
from scoring.types import AnyFact

# Income is compared over so many days, of those who were there for so long at least.
PAY_DAYS = 14
FACT_DAYS = 180
_ONLINE_MIN_S = 3600.0


class Pay(NamedTuple):
    """What somebody earned, in fen, and how long they were online for it."""

    income_fen: int
    online_s: float


class Weight(NamedTuple):
    """Above 1: a little sooner. Both 1 for whoever is not known yet."""

    quality: float
    fairness: float

    @property
    def dearness(self) -> float:
        """By how much it multiplies what the runner costs in a round."""
        return 1 / (self.quality * self.fairness)


def quality_of(
    rules: Rules, facts: Iterable[AnyFact], *, as_of: int, calibration: Calibration = NEUTRAL
) -> Quality:
    """The estimate of one runner from facts on record, at a moment in Unix seconds."""
    return quality(rules, facts, as_of=as_of, calibration=calibration)


def weights_of(
    known_rules: Rules, seen: Mapping[UUID, Quality], pay: Mapping[UUID, Pay], *, as_of: int
) -> dict[UUID, Weight]:
    """The weights of the runners in ``seen``, each beside the middle of them all."""
    rules = known_rules.in_force(as_of).dispatch
    known = [q.mean for q in seen.values() if not q.is_early]
    middle = median(known) if known else 0.0
    per_h = {
        runner_id: p.income_fen * 3600 / p.online_s
        for runner_id, p in pay.items()
        if p.online_s >= _ONLINE_MIN_S
    }
    usual = median(per_h.values()) if per_h else 0.0
    return {
        runner_id: Weight(
            quality_weight(rules, q, middle),
            fairness_weight(rules, per_h[runner_id], usual) if runner_id in per_h else 1.0,
        )
        for runner_id, q in seen.items()
    }
