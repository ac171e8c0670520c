"""Where new work fits into a present route: at a counter still ahead, or among the visits ahead.

Runners whose routes have the same length are reckoned together, all bundles at once. The order of
what lies ahead is kept, and a leg that has begun is not turned round.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from api.matching.dispatch.bundles import Bundles
from api.matching.dispatch.ends import Ends
from api.matching.dispatch.objective import Looking
from api.matching.dispatch.pricing import NEVER
from api.matching.dispatch.snapshot import Flags, Floats, Ints, Pace, Snapshot, Visit


@dataclass(frozen=True, slots=True)
class Spot:
    """The pickup follows so many visits, or is the one there (``joins``); the stops likewise."""

    pickup: int
    stops: int
    joins: bool


@dataclass(frozen=True, slots=True)
class Inserted:
    """Values with the better of appending and inserting, and by pair which spot it was (0: end)."""

    value: Floats
    spot: Ints | None
    spots: tuple[Spot | None, ...]

    def spot_of(self, bundle: int, runner: int) -> Spot | None:
        """Where it goes into the runner's route; ``None``: at its end."""
        return None if self.spot is None else self.spots[int(self.spot[bundle, runner])]


def with_insertions(
    moment: Snapshot, bundles: Bundles, allowed: Flags | None, ends: Ends, value: Floats,
    minute: float, looking: Looking,
) -> Inserted:  # fmt: skip
    """Look at every spot of every route; where one is worth more, it is written into the prices."""
    groups = list(_groups(moment, ends, looking.ahead_max))
    if not groups:
        return Inserted(value, None, (None,))
    spots: list[Spot | None] = [None]
    chosen = np.zeros(value.shape, dtype=np.int64)
    every = np.arange(len(bundles))
    for group in groups:
        at = np.ix_(every, group.runners)
        best, which = value[at], chosen[at]
        for spot in _spots(group, mixes=looking.mixes_merchants):
            tried = group.tried(spot, bundles, minute)
            if tried is None:
                continue
            spots.append(spot)
            better = tried > best
            if allowed is not None:
                better &= allowed[at]
            best = np.where(better, tried, best)
            which = np.where(better, len(spots) - 1, which)
        value[at], chosen[at] = best, which
    return Inserted(value, chosen, tuple(spots))


@dataclass(frozen=True, slots=True)
class _Group:
    """Runners with equally many visits ahead; arrays by (runner, visit).

    Visit 0 is where the route begins. ``fixed`` visits have begun.
    """

    now_min: float
    runners: Ints
    fixed: int
    weight: Floats
    off_min: Floats
    capacity_left: Ints
    xy: Floats
    leave_xy: Floats
    at_min: Floats
    free_min: Floats
    ready_min: Floats
    inner_min: Floats
    is_pickup: Flags
    is_stop: Flags
    merchant: Ints
    pace: Pace

    def tried(self, spot: Spot, bundles: Bundles, minute: float) -> Floats | None:
        """By (bundle, runner), what it is worth here, or `NEVER`; ``None``: it suits nobody."""
        half_pickup_min = self.pace.pickup_min / 2
        may = (bundles.load[:, None] <= self.capacity_left[None]).astype(np.bool_)
        if spot.joins:
            may &= self.is_pickup[None, :, spot.pickup]
            may &= bundles.merchant[:, None] == self.merchant[None, :, spot.pickup]
            if not may.any():
                return None
            at_min = np.maximum(self.at_min[None, :, spot.pickup], bundles.ready_min[:, None])
        else:
            way_min = self._way(self.leave_xy[:, spot.pickup], bundles.pickup_xy)
            at_min = np.maximum(
                self.free_min[None, :, spot.pickup] + way_min + half_pickup_min,
                bundles.ready_min[:, None],
            )
        may &= at_min <= self.off_min[None]
        soonest_min = np.maximum(bundles.ready_min, self.now_min)[:, None]
        waits_min = bundles.count[:, None] * (at_min - soonest_min)
        walk = _Walk(self, bundles.pickup_xy, at_min + half_pickup_min, waits_min)
        for visit in range(spot.pickup + 1, spot.stops + 1):
            may &= walk.visit(visit)
        direct_min = at_min + half_pickup_min + bundles.out_min[:, None]
        may &= walk.deliver(bundles, direct_min)
        for visit in range(spot.stops + 1, self.xy.shape[1]):
            may &= walk.visit(visit)
        added_min = walk.now_min - self.free_min[None, :, -1]
        is_last = spot.stops + 1 == self.xy.shape[1]
        back_min = bundles.back_min[:, None] if is_last else 0.0
        cost = walk.waits_min + minute * (added_min + back_min)
        return np.where(may, bundles.worth[:, None] - self.weight[None] * cost, NEVER)

    def _way(self, here: Floats, there: Floats) -> Floats:
        return self.pace.way_min(there[:, None], here[None])


class _Walk:
    """Goes on from a pickup through the rest of the route, for every (bundle, runner) at once."""

    def __init__(self, group: _Group, here: Floats, now_min: Floats, waits_min: Floats) -> None:
        self._group, self.now_min, self.waits_min = group, now_min, waits_min
        # By (bundle, runner, x and y); it broadcasts over whichever does not matter.
        self._here = here[:, None, :]

    def visit(self, number: int) -> Flags:
        """Go to a visit that was ahead anyway, later than it would have been."""
        group = self._group
        half_min = np.where(group.is_pickup[:, number], group.pace.pickup_min / 2, 0.0)
        half_min = np.where(group.is_stop[:, number], group.pace.stop_min / 2, half_min)
        arrives_min = self.now_min + group.pace.way_min(self._here, group.xy[None, :, number])
        at_min = np.maximum(arrives_min + half_min[None], group.ready_min[None, :, number])
        later_min = at_min - group.at_min[None, :, number]
        self.waits_min = self.waits_min + np.where(group.is_stop[None, :, number], later_min, 0.0)
        self.now_min = at_min + (half_min + group.inner_min[:, number])[None]
        self._here = group.leave_xy[None, :, number]
        return (at_min <= group.off_min[None]) | ~group.is_pickup[None, :, number]

    def deliver(self, bundles: Bundles, direct_min: Floats) -> Flags:
        """Bring the bundle round; each of its jobs waits as long as its first door does.

        Whether what is fetched at a second counter is fetched before the shift ends.
        """
        arrives_min = self.now_min + self._group.pace.way_min(bundles.next_xy[:, None], self._here)
        self.waits_min = self.waits_min + bundles.count[:, None] * (arrives_min - direct_min)
        half_min = self._group.pace.pickup_min / 2
        rest_min = bundles.takes_min - bundles.out_min - half_min
        self.now_min = arrives_min + rest_min[:, None]
        self._here = bundles.leave_xy[:, None, :]
        is_one = (bundles.lag_min == 0)[:, None]
        return is_one | (arrives_min + half_min <= self._group.off_min[None])


def _groups(moment: Snapshot, ends: Ends, most: int) -> Iterator[_Group]:
    by_length: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for runner, route in enumerate(moment.runners.routes):
        if 0 < len(route) <= most and all(visit.kind != "move" for visit in route):
            by_length[len(route), bool(moment.runners.under_way[runner])].append(runner)
    for (_, begun), members in sorted(by_length.items()):
        yield _group(moment, ends, members, fixed=int(begun))


def _group(moment: Snapshot, ends: Ends, members: list[int], *, fixed: int) -> _Group:
    runners, which = moment.runners, np.array(members, dtype=np.int64)
    routes = [ends.routes[n] for n in members]
    start_xy, start_min = runners.xy[which][:, None], runners.from_min[which][:, None]
    none = np.zeros((len(members), 1), dtype=np.bool_)

    def kinds(kind: str) -> Flags:
        return np.hstack((none, [[each.visit.kind == kind for each in r] for r in routes]))

    return _Group(
        now_min=moment.now_min,
        runners=which,
        fixed=fixed,
        weight=runners.weight[which],
        off_min=runners.off_min[which],
        capacity_left=runners.capacity_left[which],
        xy=np.hstack((start_xy, [[each.visit.xy for each in r] for r in routes])),
        leave_xy=np.hstack((start_xy, [[each.visit.leave_xy for each in r] for r in routes])),
        at_min=np.hstack((start_min, [[each.at_min for each in r] for r in routes])),
        free_min=np.hstack((start_min, [[each.free_min for each in r] for r in routes])),
        ready_min=np.hstack((start_min, [[each.visit.ready_min for each in r] for r in routes])),
        inner_min=np.hstack((0 * start_min, [[e.visit.inner_min for e in r] for r in routes])),
        is_pickup=kinds("pickup"),
        is_stop=kinds("stop"),
        merchant=np.hstack((none - 1, [[each.visit.merchant for each in r] for r in routes])),
        pace=moment.pace,
    )


def _spots(group: _Group, *, mixes: bool) -> Iterator[Spot]:
    """A counter ahead may be joined, its new stops anywhere behind it; else a new pickup comes in
    as early as may be: whatever comes in later can be decided later.
    """
    end = group.xy.shape[1] - 1
    for visit in range(1, end + 1):
        if group.is_pickup[:, visit].any():
            for stops in range(visit, end + 1):
                yield Spot(visit, stops, joins=True)
    if mixes:
        for stops in range(group.fixed, end + 1):
            if group.fixed < end or stops < end:
                yield Spot(group.fixed, stops, joins=False)


def route_with(
    route: tuple[Visit, ...], spot: Spot | None, pickup: Visit, stops: tuple[Visit, ...]
) -> tuple[Visit, ...]:
    """The route after taking the work in."""
    if spot is None:
        return (*route, pickup, *stops)
    between, behind = route[spot.pickup : spot.stops], route[spot.stops :]
    if not spot.joins:
        return (*route[: spot.pickup], pickup, *between, *stops, *behind)
    there = route[spot.pickup - 1]
    joined = there._replace(
        jobs=there.jobs + pickup.jobs, ready_min=max(there.ready_min, pickup.ready_min)
    )
    return (*route[: spot.pickup - 1], joined, *between, *stops, *behind)
