"""Which places are nearest; by a tree where they are many: a city in one round has millions of
pairs, and a community at noon so few that a tree costs more than it saves.
"""

from typing import Any, cast

import numpy as np
from scipy.spatial import KDTree  # pyright: ignore[reportMissingTypeStubs]

from api.matching.dispatch.snapshot import Floats, Ints, Pace

_PAIRS_FEW = 10_000


def nearest(among: Floats, of: Floats) -> tuple[Ints, Floats]:
    """By place asked for, the row of the nearest, and how many metres away it is."""
    if len(among) * len(of) > _PAIRS_FEW:
        metres, rows = cast("tuple[Floats, Ints]", _tree(among).query(of))
        return rows, metres
    square = _square(among, of)
    rows = square.argmin(axis=1)
    return rows, np.sqrt(square[np.arange(len(of)), rows])


def near_min(among: Floats, of: Floats, count: int, pace: Pace) -> Floats:
    """By place asked for, minutes to so many of the nearest, or to all there are, in the mean."""
    most = min(count, len(among))
    if len(among) * len(of) > _PAIRS_FEW:
        metres = cast("Floats", _tree(among).query(of, k=np.arange(1, most + 1))[0])
    else:
        metres = np.sqrt(np.partition(_square(among, of), most - 1, axis=1)[:, :most])
    return pace.minutes(metres).sum(axis=1) / most


def _square(among: Floats, of: Floats) -> Floats:
    dx, dy = of[:, :1] - among[:, 0], of[:, 1:] - among[:, 1]
    return dx * dx + dy * dy


def _tree(among: Floats) -> Any:
    return KDTree(among)
