"""The moment that a round looks at, as arrays, from the rows of jobs and runners; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import numpy as np

from api.jobs.visiting import Past, usual_s
from api.jobs.walking import Errand, plan, way_back
from api.jobs.walking import Visit as Walked
from api.kit.geo import Point, Sheet, local_distance_m
from api.matching.dispatch.objective import Objective
from api.matching.dispatch.plan import Offer as Planned
from api.matching.dispatch.snapshot import Flags, Ints, Jobs, Pace, Runners, Snapshot, Visit
from api.matching.rules import Reach, RunnerNow, judge_of, runner_refusal

Row = Mapping[str, Any]
# Its name and its place.
Counter = tuple[str, float, float]
# Rest is the predicate's matter; within a round nobody's shift ends.
_OFF_MIN = 24 * 60.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What was read of a community in one moment; ``weights`` by runner, 1 where none is known,
    ``past`` how long visits took there.
    """

    now: datetime
    sheet: Sheet
    reach: Reach
    walk_m_per_min: int
    jobs: Sequence[Row]
    runners: Sequence[RunnerNow]
    at_hand: Sequence[Row]
    weights: Mapping[UUID, float]
    past: Past

    @property
    def pace(self) -> Pace:
        """How long ways and visits take in this community."""
        pickup_min, stop_min = (usual_s(self.past, act) / 60 for act in ("pick_up", "deliver"))
        return Pace(float(self.walk_m_per_min), pickup_min, stop_min)


def able(runners: Iterable[RunnerNow], reach: Reach, *, now: datetime) -> tuple[RunnerNow, ...]:
    """Whom the one predicate lets take anything at all."""
    return tuple(r for r in runners if runner_refusal(r, reach, now=now) is None)


def moment_of(scene: Scene) -> Snapshot:
    """Times are minutes from now, places metres on the office's sheet, jobs numbered by their row.

    What is in hand is numbered on from there.
    """
    return Snapshot(
        now_min=0.0,
        jobs=_jobs(scene),
        runners=_runners(scene),
        pace=scene.pace,
        may=may_of(scene),
    )


def may_of(scene: Scene) -> Flags:
    """By (job, runner): what the predicate allows, and what was not offered to them before."""
    may = np.zeros((len(scene.jobs), len(scene.runners)), dtype=np.bool_)
    for column, runner in enumerate(scene.runners):
        judge = judge_of(runner, scene.reach)
        assert runner.position is not None, "the predicate asks for it"
        lat, lng = runner.position.lat, runner.position.lng
        for row, job in enumerate(scene.jobs):
            to_lat, to_lng = job["pickup_lat"], job["pickup_lng"]
            away_m = local_distance_m(lat, lng, to_lat, to_lng)
            may[row, column] = runner.id not in job["asked"] and (
                judge(
                    job["state"], job["kind"], job["load"], job["requester_id"].bytes,
                    job["community_id"].bytes, to_lat, to_lng, False, away_m, job["weight_g"],
                    job["fee_fen"], job["floors_no_lift"],
                    not runner.apart.isdisjoint(job["people"]),
                ) is None
            )  # fmt: skip
    return may


def with_answering(objective: Objective, *, offer_s: int, pace: Pace) -> Objective:
    """The objective where people are asked first: what may be held back is said that much earlier.

    An answer takes up to ``offer_s``; and a runner who stands at a counter already is seen half a
    service before the handover, so without that nobody would ever be asked to take more along.
    """
    hold_min = objective.looking.hold_min + offer_s / 60 + pace.pickup_min / 2
    return replace(objective, looking=replace(objective.looking, hold_min=hold_min))


def times_of(planned: Planned) -> tuple[float, float]:
    """When the first of an offer's jobs is fetched and the last delivered, in minutes from now."""
    of_it = [each for each in planned.route if set(each.visit.jobs) & set(planned.jobs)]
    return of_it[0].at_min, of_it[-1].at_min


def _counter(row: Row) -> Counter:
    """Who is fetched from there is fetched from in one visit."""
    return row["pickup_place"], row["pickup_lat"], row["pickup_lng"]


def _counters(scene: Scene) -> dict[Counter, int]:
    found = sorted({_counter(row) for row in (*scene.jobs, *scene.at_hand)})
    return {counter: n for n, counter in enumerate(found)}


def _jobs(scene: Scene) -> Jobs:
    sheet, counters = scene.sheet, _counters(scene)
    stops = [
        [sheet.xy(Point(lat, lng)) for lat, lng in zip(j["lats"], j["lngs"], strict=True)]
        for j in scene.jobs
    ]
    pickups = [sheet.xy(Point(j["pickup_lat"], j["pickup_lng"])) for j in scene.jobs]
    return Jobs(
        key=np.arange(len(stops)),
        pickup_xy=_places(pickups),
        door_xy=_places([s[0] for s in stops]),
        leave_xy=_places([s[-1] for s in stops]),
        inner_min=np.array([_inner_min(s, scene) for s in stops], dtype=np.float64),
        merchant=np.array([counters[_counter(j)] for j in scene.jobs], dtype=np.int64),
        building=_numbered([(j["lats"][0], j["lngs"][0]) for j in scene.jobs]),
        ready_min=_minutes([j["ready_at"] for j in scene.jobs], scene.now),
        due_min=_minutes([j["due_at"] for j in scene.jobs], scene.now),
        load=np.array([j["load"] for j in scene.jobs], dtype=np.int64),
    )


def _numbered(doors: Sequence[tuple[float, float]]) -> Ints:
    """Equal places, equal numbers: a building has one point."""
    numbers = {door: n for n, door in enumerate(dict.fromkeys(doors))}
    return np.array([numbers[door] for door in doors], dtype=np.int64)


def _inner_min(stops: Sequence[tuple[float, float]], scene: Scene) -> float:
    """From the handover at the first door to the one at the last."""
    places = _places(stops)
    ways = float(scene.pace.way_min(places[:-1], places[1:]).sum())
    return ways + scene.pace.stop_min * (len(stops) - 1)


def _runners(scene: Scene) -> Runners:
    count = len(scene.runners)
    routes = _routes(scene)
    points = [r.position for r in scene.runners if r.position is not None]
    return Runners(
        xy=_places([scene.sheet.xy(p) for p in points]),
        from_min=np.zeros(count),
        off_min=np.full(count, _OFF_MIN),
        # A job is a load of one at least: none gets more than the day leaves.
        capacity_left=np.array(
            [min(r.capacity_left, r.jobs_left_today) for r in scene.runners], dtype=np.int64
        ),
        weight=np.array([scene.weights.get(r.id, 1.0) for r in scene.runners], dtype=np.float64),
        routes=tuple(routes.get(r.id, ()) for r in scene.runners),
        under_way=np.zeros(count, dtype=np.bool_),
    )


def _routes(scene: Scene) -> dict[UUID, tuple[Visit, ...]]:
    """By runner, the walk that `/v1/runners/me/jobs` shows, as visits."""
    places = {r.id: r.position for r in scene.runners}
    counters, routes = _counters(scene), dict[UUID, tuple[Visit, ...]]()
    keys = {
        job_id: len(scene.jobs) + n
        for n, job_id in enumerate(dict.fromkeys(row["id"] for row in scene.at_hand))
    }
    for runner_id, theirs in groupby(scene.at_hand, key=itemgetter("runner_id")):
        rows, start = list(theirs), places[runner_id]
        assert start is not None, "the predicate asks for it"
        jobs = {row["id"]: row for row in rows}
        errands = [
            _errand(list(of_job), scene.now) for _, of_job in groupby(rows, key=itemgetter("id"))
        ]
        walk = plan(start, errands, walk_m_per_min=scene.walk_m_per_min)
        visits: list[Visit] = []
        for walked in walk.visits:
            key = keys[walked.job_id]
            visit = _visit(walked, key, jobs[walked.job_id], counters, scene.sheet)
            if visits and visit.kind == "pickup" and visit.merchant == visits[-1].merchant:
                visits[-1] = _together(visits[-1], visit)
            else:
                visits.append(visit)
        routes[runner_id] = tuple(visits)
    return routes


def _together(one: Visit, other: Visit) -> Visit:
    """Fetched in one visit to a counter, when all of it is ready."""
    ready_min = max(one.ready_min, other.ready_min)
    return one._replace(jobs=one.jobs + other.jobs, ready_min=ready_min)


def _errand(rows: Sequence[Row], now: datetime) -> Errand:
    """As hall and `/v1/runners/me/jobs` see it."""
    job = rows[0]
    pickup = Point(job["pickup_lat"], job["pickup_lng"])
    if job["state"] == "failed":
        return way_back(job["id"], pickup)
    ready_s, due_s = ((job[at] - now).total_seconds() for at in ("ready_at", "due_at"))
    stops = tuple(Walked(job["id"], r["n"], Point(r["lat"], r["lng"]), due_s=due_s) for r in rows)
    first = Walked(job["id"], 0, pickup, ready_s=ready_s) if job["state"] == "accepted" else None
    return Errand(first, stops)


def _visit(
    walked: Walked, key: int, job: Row, counters: Mapping[Counter, int], sheet: Sheet
) -> Visit:
    """What is brought back is a stop too: nothing new is fetched with it."""
    xy = sheet.xy(walked.point)
    if walked.stop == 0 and job["state"] == "accepted":
        return Visit("pickup", xy, xy, (key,), counters[_counter(job)], walked.ready_s / 60)
    return Visit("stop", xy, xy, (key,))


def _places(found: Sequence[tuple[float, float]]) -> Any:
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _minutes(moments: Sequence[datetime], now: datetime) -> Any:
    return np.array([(m - now).total_seconds() / 60 for m in moments], dtype=np.float64)
