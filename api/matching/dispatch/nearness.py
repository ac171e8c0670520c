"""Which places are nearest, by a tree: a city in one round has millions of pairs."""

from typing import Any, cast

import numpy as np
from scipy.spatial import KDTree  # pyright: ignore[reportMissingTypeStubs]

from api.matching.dispatch.snapshot import Floats, Ints


def nearest(among: Floats, of: Floats, count: int) -> tuple[Ints, Floats]:
    """By place asked for, the rows of so many of the nearest, or of all there are, and metres."""
    most = min(count, len(among))
    tree: Any = KDTree(among)
    metres, rows = tree.query(of, k=np.arange(1, most + 1))
    return cast("Ints", rows), cast("Floats", metres)
