"""How far quality and fairness may nudge dispatch, and how evenly income came out.

`weight = f · g` on a cost in which distance and promise come first. Points and tier never enter,
nobody is excluded, and pay per order does not depend on it.
"""

from collections.abc import Sequence
from math import fsum

from scoring.quality import Quality
from scoring.rules.judging import DispatchRules


def quality_weight(
    rules: DispatchRules, seen: Quality, median: float, *, is_care: bool = False
) -> float:
    """Return f: a little above 1 for quality above the median, and exactly 1 for newcomers.

    It uses the posterior mean: the lower bound would punish newcomers for being unknown.
    """
    if seen.is_early:
        return 1.0
    least = rules.care_least if is_care else rules.least
    most = rules.care_most if is_care else rules.most
    return min(most, max(least, 1 + rules.slope * (seen.mean - median)))


def fairness_weight(rules: DispatchRules, income: float, median: float) -> float:
    """Return g: above 1 for whoever earned less per online hour than the median, in 14 days."""
    if median <= 0:
        return 1.0
    weight = 1 + rules.fair_slope * (1 - income / median)
    return min(rules.fair_most, max(rules.fair_least, weight))


def gini(incomes: Sequence[float]) -> float:
    """Return the Gini coefficient: 0 where all have the same; 0 for none."""
    whole = fsum(incomes)
    if whole <= 0:
        return 0.0
    count = len(incomes)
    ranked = fsum(rank * income for rank, income in enumerate(sorted(incomes), start=1))
    return 2 * ranked / (count * whole) - (count + 1) / count


def jain(incomes: Sequence[float]) -> float:
    """Return Jain's index (Σx)² / (n Σx²): 1 where all have the same; 1 for none."""
    squares = fsum(income * income for income in incomes)
    return fsum(incomes) ** 2 / (len(incomes) * squares) if squares else 1.0
