"""The round as one problem: every bundle to at most one runner, the sum of values largest."""

import numpy as np
from scipy.optimize import linear_sum_assignment  # pyright: ignore[reportUnknownVariableType]

from api.matching.dispatch.pricing import Prices
from api.matching.dispatch.snapshot import Floats, Ints

# Dearer than any sum of what is allowed, so that as many as possible are served.
_FORBIDDEN = 1e7


def assigned(prices: Prices) -> list[tuple[int, int]]:
    """Pairs of (bundle, runner) among those allowed, in the order of bundles."""
    able = np.flatnonzero(prices.may.any(axis=0))
    wanted = np.flatnonzero(prices.may.any(axis=1))
    if not len(wanted):
        return []
    is_all = len(able) == prices.may.shape[1] and len(wanted) == prices.may.shape[0]
    at = np.ix_(wanted, able)
    value, may = (prices.value, prices.may) if is_all else (prices.value[at], prices.may[at])
    rows, columns = _solved(np.where(may, -value, _FORBIDDEN))
    kept = may[rows, columns]
    pairs = zip(wanted[rows[kept]].tolist(), able[columns[kept]].tolist(), strict=True)
    return [(int(bundle), int(runner)) for bundle, runner in pairs]


def _solved(cost: Floats) -> tuple[Ints, Ints]:
    """SciPy's solver, which comes without types."""
    solved: tuple[Ints, Ints] = linear_sum_assignment(cost)  # pyright: ignore[reportUnknownVariableType]
    return solved
