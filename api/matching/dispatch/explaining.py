"""Why an offer came to this runner: a word with its numbers, and a sentence for the runner."""

from collections.abc import Sequence

import numpy as np

from api.matching.dispatch.bundles import Bundles
from api.matching.dispatch.ends import Ends
from api.matching.dispatch.insertion import Inserted, Spot
from api.matching.dispatch.plan import Reason
from api.matching.dispatch.pricing import NEVER
from api.matching.dispatch.sentences import reason_text
from api.matching.dispatch.snapshot import Flags, Floats, Ints, Snapshot


def reasons_of(
    moment: Snapshot, ends: Ends, bundles: Bundles, inserted: Inserted, allowed: Flags | None, *,
    bundle: Ints, runner: Ints, spots: Sequence[Spot | None], pickups_min: Sequence[float],
) -> list[Reason]:  # fmt: skip
    """By pair of the two arrays: the runner compared with all others who might have had it."""
    if not len(bundle):
        return []
    weight, chosen_weight = moment.runners.weight, moment.runners.weight[runner]
    row, other = _others(inserted.value, allowed, bundle)
    begins = np.searchsorted(row, np.arange(len(bundle)))
    way_min = moment.pace.way_min(ends.xy[other], bundles.pickup_xy[bundle][row])
    there_min = ends.at_min[other] + way_min
    is_sooner = there_min < there_min[other == runner[row]][row]
    lightest = np.minimum.reduceat(np.where(is_sooner, weight[other], np.inf), begins)
    lighter = chosen_weight < lightest
    told = zip(
        spots,
        pickups_min,
        np.isinf(lightest).tolist(),
        lighter.tolist(),
        bundles.ready_min[bundle].tolist(),
        bundles.count[bundle].tolist(),
        np.diff(begins, append=len(row)).tolist(),
        strict=True,
    )
    return [
        Reason(
            code=_code(spot, is_soonest=soonest, is_lighter=light),
            pickup_in_min=pickup_min - moment.now_min,
            waits_min=pickup_min - ready_min,
            compared=compared,
            bundled=int(count),
        )
        for spot, pickup_min, soonest, light, ready_min, count, compared in told
    ]


def sentence(reason: Reason) -> str:
    """What the runner reads."""
    return reason_text(
        reason.code,
        bundled=reason.bundled,
        compared=reason.compared,
        pickup_in_min=reason.pickup_in_min,
    )


def _others(value: Floats, allowed: Flags | None, bundle: Ints) -> tuple[Ints, Ints]:
    """Pairs of (n-th of the bundles, runner) that might be, by bundle."""
    row, runner = np.nonzero(value[bundle] > NEVER if allowed is None else allowed[bundle])
    may = value[bundle[row], runner] > NEVER
    return row[may], runner[may]


def _code(spot: Spot | None, *, is_soonest: bool, is_lighter: bool) -> str:
    """The word; ``is_lighter``: than everybody who would be there sooner."""
    if spot is not None:
        return "joined" if spot.joins else "on_the_way"
    if is_soonest:
        return "soonest"
    return "balanced" if is_lighter else "best_for_all"
