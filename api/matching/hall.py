"""The hall: open jobs in range of a runner, nearest first, each with what it would add."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from asyncpg import Point as SheetPoint  # pyright: ignore[reportMissingTypeStubs]

from api.errors import AppError
from api.jobs.rules import added_m
from api.kit.db import HotConnection, Record
from api.kit.geo import SHEET_SLACK, Point, Sheet, local_distance_m
from api.kit.pagination import decode_cursor, encode_cursor
from api.matching.queries import AT_HAND_SQL, BATCHES, HALL_WHO_SQL, NEAREST_SQL
from api.matching.rules import JobNow, Reach, RunnerNow, job_refusal, runner_refusal
from api.matching.signing import check_session, runner_now

WALK_M_PER_MIN = 80


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the page before ended: distance in millimetres, id, and how many came before."""

    distance_mm: int
    job_id: str
    rank: int


def read_cursor(cursor: str | None) -> Seen | None:
    """The end of the page before.

    Raises:
        AppError: malformed_request.
    """
    if cursor is None:
        return None
    distance_mm, job_id, rank = decode_cursor(cursor, (int, str, int))
    assert isinstance(distance_mm, int)
    assert isinstance(job_id, str)
    assert isinstance(rank, int)
    return Seen(distance_mm, job_id, min(max(rank, 0), BATCHES[-1]))


async def hall_page(
    connection: HotConnection,
    *,
    token_hash: bytes,
    limit: int,
    after: Seen | None,
) -> bytes:
    """One page as JSON bytes; at most the 1,024 nearest jobs are looked at.

    Raises:
        AppError: not_signed_in, account_closed, role_missing, runner_not_approved,
            runner_offline, position_missing, position_stale, capacity_full.
    """
    who = await connection.fetchrow(HALL_WHO_SQL, token_hash)
    check_session(who)
    assert who is not None
    runner = runner_now(who)
    reach = Reach(who["radius_m"], who["position_max_age_s"])
    now = who["now"]
    if (code := runner_refusal(runner, reach, now=now)) is not None:
        raise AppError(code)
    assert runner.position is not None
    sheet = Sheet(who["sheet_number"], Point(who["origin_lat"], who["origin_lng"]))
    here = SheetPoint(*sheet.xy(runner.position))
    wanted = limit + 1 + (after.rank if after else 0)
    found: list[tuple[float, str, Record]] = []
    for batch in (b for b in BATCHES if b >= min(wanted, BATCHES[-1])):
        rows = await connection.fetch(NEAREST_SQL[batch], here)
        found = _in_range(rows, runner, reach, now=now, after=after)
        if _is_settled(rows, found, batch=batch, limit=limit, reach=reach):
            break
    route = await _route(connection, runner) if who["load"] else ()
    return _page(found, runner.position, route, limit=limit, after=after)


def _in_range(
    rows: Sequence[Record],
    runner: RunnerNow,
    reach: Reach,
    *,
    now: Any,
    after: Seen | None,
) -> list[tuple[float, str, Record]]:
    assert runner.position is not None
    lat, lng = runner.position.lat, runner.position.lng
    found: list[tuple[float, str, Record]] = []
    for row in rows:
        _, state, kind, load, requester, community, p_lat, p_lng, expires_at = row[:9]
        job = JobNow(state, kind, load, requester, community, Point(p_lat, p_lng), expires_at)
        if job_refusal(runner, job, reach, now=now) is None:
            found.append((local_distance_m(lat, lng, p_lat, p_lng), str(row[0]), row))
    found.sort(key=lambda f: (round(f[0] * 1000), f[1]))
    if after is None:
        return found
    return [f for f in found if (round(f[0] * 1000), f[1]) > (after.distance_mm, after.job_id)]


def _is_settled(
    rows: Sequence[Record],
    found: Sequence[tuple[float, str, Record]],
    *,
    batch: int,
    limit: int,
    reach: Reach,
) -> bool:
    """Whether no job beyond this batch could belong on the page."""
    if len(rows) < batch:
        return True
    surely_m = rows[-1]["sheet_m"] * (1 - SHEET_SLACK)
    return surely_m > reach.radius_m or (len(found) > limit and found[limit][0] <= surely_m)


async def _route(connection: HotConnection, runner: RunnerNow) -> tuple[Point, ...]:
    points: list[Point] = []
    for state, p_lat, p_lng, d_lat, d_lng in await connection.fetch(AT_HAND_SQL, runner.id):
        if state == "accepted":
            points.append(Point(p_lat, p_lng))
        points.append(Point(d_lat, d_lng))
    return tuple(points)


def _page(
    found: Sequence[tuple[float, str, Record]],
    here: Point,
    route: tuple[Point, ...],
    *,
    limit: int,
    after: Seen | None,
) -> bytes:
    shown = found[:limit]
    cursor = None
    if len(found) > limit:
        distance_m, job_id, _ = shown[-1]
        rank = limit + (after.rank if after else 0)
        cursor = encode_cursor(round(distance_m * 1000), job_id, rank)
    items = [_item(distance_m, job_id, row, here, route) for distance_m, job_id, row in shown]
    return orjson.dumps({"items": items, "next_cursor": cursor})


def _item(
    distance_m: float, job_id: str, row: Record, here: Point, route: tuple[Point, ...]
) -> dict[str, Any]:
    (_, _, kind, load, _, _, p_lat, p_lng, expires_at, _, fee_fen, weight_g, trip_m,
     pickup_place, dropoff_place, d_lat, d_lng, ready_at, due_at) = row  # fmt: skip
    if route:
        adds_m = added_m(here, route, Point(p_lat, p_lng), Point(d_lat, d_lng))
    else:
        adds_m = distance_m + trip_m
    return {
        "job_id": job_id,
        "kind": kind,
        "distance_m": round(distance_m, 1),
        "walk_min": -int(-distance_m // WALK_M_PER_MIN),
        "adds_m": round(adds_m, 1),
        "fee_fen": fee_fen,
        "load": load,
        "weight_g": weight_g,
        "trip_m": round(trip_m, 1),
        "pickup": {
            "place": pickup_place,
            "point": {"lat": p_lat, "lng": p_lng, "coord": "gcj02"},
        },
        "dropoff": {
            "place": dropoff_place,
            "point": {"lat": d_lat, "lng": d_lng, "coord": "gcj02"},
        },
        "ready_at": ready_at,
        "due_at": due_at,
        "expires_at": expires_at,
    }
