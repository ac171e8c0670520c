"""The hall: open jobs in range of a runner, nearest first, each with what it would add."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from api.jobs.rules import added_m
from api.kit.db import HotConnection, Record
from api.kit.geo import SHEET_SLACK, Point, local_distance_m
from api.kit.pagination import decode_cursor, encode_cursor
from api.matching.queries import AT_HAND_SQL, BATCHES, HALL_SQL
from api.matching.rules import JobNow, Reach, RunnerNow, job_refusal, runner_refusal
from api.matching.signing import check_session, refused, runner_now

WALK_M_PER_MIN = 80
# Its distance in whole millimetres and its id, by which the hall is ordered; in metres; its row.
Found = tuple[int, str, float, Record]


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
    kind: str | None = None,
) -> bytes:
    """One page as JSON bytes; at most the 1,024 nearest jobs are looked at.

    Raises:
        AppError: not_signed_in, account_closed, role_missing, runner_not_approved,
            runner_offline, position_missing, position_stale, capacity_full, and why to rest.
    """
    wanted = limit + 1 + (after.rank if after else 0)
    for batch in (b for b in BATCHES if b >= min(wanted, BATCHES[-1])):
        rows = await connection.fetch(HALL_SQL[batch], token_hash)
        who, near = _admitted(rows), rows[1:]
        runner, reach = runner_now(who), Reach(who["radius_m"], who["position_max_age_s"])
        if (code := runner_refusal(runner, reach, now=who["now"])) is not None:
            raise refused(code, runner)
        found = _in_range(near, runner, reach, limit=limit, after=after, only=kind)
        if _is_settled(near, found, batch=batch, limit=limit, reach=reach) or batch == BATCHES[-1]:
            route = await _route(connection, runner) if who["load"] else ()
            return _page(found, runner, route, limit=limit, after=after)
    raise AssertionError("the last batch ends the search")


def _admitted(rows: Sequence[Record]) -> Record:
    """The row of who calls, which comes first: its `sheet_m` is null."""
    who = rows[0] if rows and rows[0][0] is None else None
    check_session(who)
    assert who is not None
    return who


def _in_range(
    rows: Sequence[Record],
    runner: RunnerNow,
    reach: Reach,
    *,
    limit: int,
    after: Seen | None,
    only: str | None,
) -> list[Found]:
    """What may be shown, nearest first; rows that are surely too far for the page are left out."""
    assert runner.position is not None
    here_lat, here_lng = runner.position.lat, runner.position.lng
    seen = (-1, "") if after is None else (after.distance_mm, after.job_id)
    found: list[Found] = []
    enough_m = inf
    for row in rows:
        sheet_m, key, kind, load, requester, community, lat, lng, is_expired = row[:9]
        if sheet_m * (1 - SHEET_SLACK) > enough_m:
            break
        distance_m = local_distance_m(here_lat, here_lng, lat, lng)
        job = JobNow(
            "open", kind, load, requester, community, lat, lng, is_expired, distance_m,
            row[9], row[10],
        )  # fmt: skip
        if (only is not None and kind != only) or job_refusal(runner, job, reach) is not None:
            continue
        place = (round(distance_m * 1000), str(key))
        if place > seen:
            found.append((*place, distance_m, row))
            if len(found) == limit + 1:
                enough_m = max(f[2] for f in found)
    found.sort()
    return found


def _is_settled(
    rows: Sequence[Record],
    found: Sequence[Found],
    *,
    batch: int,
    limit: int,
    reach: Reach,
) -> bool:
    """Whether no job beyond this batch could belong on the page."""
    if len(rows) < batch:
        return True
    surely_m = rows[-1][0] * (1 - SHEET_SLACK)
    return surely_m > reach.radius_m or (len(found) > limit and found[limit][2] <= surely_m)


async def _route(connection: HotConnection, runner: RunnerNow) -> tuple[Point, ...]:
    points: list[Point] = []
    for state, p_lat, p_lng, d_lat, d_lng in await connection.fetch(AT_HAND_SQL, runner.id):
        if state == "accepted":
            points.append(Point(p_lat, p_lng))
        points.append(Point(d_lat, d_lng))
    return tuple(points)


def _page(
    found: Sequence[Found],
    runner: RunnerNow,
    route: tuple[Point, ...],
    *,
    limit: int,
    after: Seen | None,
) -> bytes:
    shown = found[:limit]
    cursor = None
    if len(found) > limit:
        distance_mm, job_id, _, _ = shown[-1]
        rank = limit + (after.rank if after else 0)
        cursor = encode_cursor(distance_mm, job_id, rank)
    assert runner.position is not None
    items = ",".join([_item(f, runner.position, route) for f in shown])
    return f'{{"items":[{items}],"next_cursor":{_json(cursor)}}}'.encode()


def _item(found: Found, here: Point, route: tuple[Point, ...]) -> str:
    """The job's card with what depends on who looks."""
    _, _, distance_m, row = found
    p_lat, p_lng, _, _, _, trip_m, d_lat, d_lng, card = row[6:15]
    if route:
        adds_m = added_m(here, route, Point(p_lat, p_lng), Point(d_lat, d_lng))
    else:
        adds_m = distance_m + trip_m
    walk_min = -int(-distance_m // WALK_M_PER_MIN)
    own = f'"distance_m":{distance_m:.1f},"walk_min":{walk_min},"adds_m":{adds_m:.1f}'
    return f"{card[:-1]},{own}}}"


def _json(text: str | None) -> str:
    return "null" if text is None else f'"{text}"'
