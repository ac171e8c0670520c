"""The round as one problem: every bundle to at most one runner, the sum of values largest."""

from typing import cast

from scipy.optimize import (  # pyright: ignore[reportMissingTypeStubs]
    linear_sum_assignment,  # pyright: ignore[reportUnknownVariableType]
)

from api.matching.dispatch.pricing import NEVER
from api.matching.dispatch.snapshot import Floats, Ints


def assigned(value: Floats) -> list[tuple[int, int]]:
    """Pairs of (bundle, runner) among those that may be, in the order of bundles."""
    rows, columns = _solved(value)
    kept = value[rows, columns] > NEVER
    pairs = zip(rows[kept].tolist(), columns[kept].tolist(), strict=True)
    return [(int(bundle), int(runner)) for bundle, runner in pairs]


def _solved(value: Floats) -> tuple[Ints, Ints]:
    """SciPy's solver, which comes without types."""
    return cast("tuple[Ints, Ints]", linear_sum_assignment(value, maximize=True))
