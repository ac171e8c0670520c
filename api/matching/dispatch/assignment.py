"""The round as one problem: every bundle to at most one runner, the sum of values largest."""

from typing import cast

from scipy.optimize import (  # pyright: ignore[reportMissingTypeStubs]
    linear_sum_assignment,  # pyright: ignore[reportUnknownVariableType]
)

from api.matching.dispatch.pricing import NEVER
from api.matching.dispatch.snapshot import Floats, Ints


def assigned(value: Floats) -> tuple[Ints, Ints]:
    """Bundles and runners of the pairs that were made among those that may be, by bundle."""
    rows, columns = _solved(value)
    may = value[rows, columns] > NEVER
    return rows[may], columns[may]


def _solved(value: Floats) -> tuple[Ints, Ints]:
    """SciPy's solver, which comes without types."""
    return cast("tuple[Ints, Ints]", linear_sum_assignment(value, maximize=True))
