"""Who might carry jobs together: what nobody can carry at once, or may be given whole, never goes
out as a bundle. Sets of runners are the bits of whole numbers, as each pair of jobs asks anew.
"""

from functools import cache

import numpy as np

from api.matching.dispatch.bundling import Fits
from api.matching.dispatch.snapshot import Flags, Ints


def fits_of(load: Ints, capacity_left: Ints, may: Flags | None) -> Fits:
    """Whether somebody may be given all of these jobs and has room; ``may`` is by (job, runner)."""
    loads: list[int] = load.tolist()
    # Of all bits, where everybody may be given everything.
    given = [-1] * len(loads) if may is None else _as_bits(may)

    @cache
    def with_room(together: int) -> int:
        return _as_bits((capacity_left >= together)[None])[0]

    def fits(jobs: tuple[int, ...]) -> bool:
        able = with_room(sum([loads[row] for row in jobs]))
        for row in jobs:
            able &= given[row]
        return able != 0

    return fits


def _as_bits(flags: Flags) -> list[int]:
    """Each row of flags as a whole number, a bit for each."""
    return [int.from_bytes(row.tobytes()) for row in np.packbits(flags, axis=1)]
