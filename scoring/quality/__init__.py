"""Quality: how well a runner serves, estimated apart from points and with its own uncertainty.

    from scoring.quality import quality

    seen = quality(rules, facts, as_of=1772467199)
    seen.mean, seen.lower, seen.upper                        # Q and its 80 % interval

Facts become observations between 0 and 1 (`observing.py`), counted in whole numbers; counts become
an estimate (`estimating.py`). Counting is exact and floats are summed exactly rounded, so the same
set of facts gives the same bits in whatever order it arrived, all at once or one by one.
`calibrating.py` learns monthly what is not the runner's: hard conditions, strict households, slow
buildings. `telling.py` says it in words.
"""

from scoring.quality.calibrating import calibrate
from scoring.quality.estimating import (
    NEUTRAL,
    Calibration,
    DimensionQuality,
    Quality,
    contributions,
    estimate,
    quality,
)
from scoring.quality.observing import Observation, Tally, observe

__all__ = [
    "NEUTRAL",
    "Calibration",
    "DimensionQuality",
    "Observation",
    "Quality",
    "Tally",
    "calibrate",
    "contributions",
    "estimate",
    "observe",
    "quality",
]
