"""Why an offer came to this runner: a word with its numbers, and a sentence for the runner."""

import numpy as np

from api.matching.dispatch.bundles import Bundles
from api.matching.dispatch.ends import Ends
from api.matching.dispatch.insertion import Spot
from api.matching.dispatch.plan import Reason
from api.matching.dispatch.pricing import NEVER
from api.matching.dispatch.sentences import reason_text
from api.matching.dispatch.snapshot import Floats, Snapshot


def reason_of(
    moment: Snapshot, ends: Ends, bundles: Bundles, value: Floats, *,
    bundle: int, runner: int, spot: Spot | None, pickup_min: float,
) -> Reason:  # fmt: skip
    """Compare the runner with all others who might have had it."""
    others = np.flatnonzero(value[bundle] > NEVER)
    xy = bundles.pickup_xy[bundle]
    there_min = ends.at_min[others] + moment.pace.way_min(ends.xy[others], xy)
    mine_min = float(there_min[others == runner][0])
    sooner = others[there_min < mine_min]
    weight = moment.runners.weight
    if spot is not None:
        code = "joined" if spot.joins else "on_the_way"
    elif not len(sooner):
        code = "soonest"
    elif weight[runner] < weight[sooner].min():
        code = "balanced"
    else:
        code = "best_for_all"
    return Reason(
        code=code,
        pickup_in_min=pickup_min - moment.now_min,
        waits_min=pickup_min - float(bundles.ready_min[bundle]),
        compared=len(others),
        bundled=int(bundles.count[bundle]),
    )


def sentence(reason: Reason) -> str:
    """What the runner reads."""
    return reason_text(
        reason.code,
        bundled=reason.bundled,
        compared=reason.compared,
        pickup_in_min=reason.pickup_in_min,
    )
