"""The hall: open jobs in range of a runner, each with what it would add.

What is urgent (medicine) comes first, for every runner who may take it; within each the nearest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import inf
from operator import itemgetter

from api.jobs.walking import Errand, Route, Visit, added_alone, plan, way_back
from api.kinds import URGENT_KINDS
from api.kit.db import HotConnection, Record
from api.kit.geo import SHEET_SLACK, Point, local_distance_m
from api.kit.pagination import decode_cursor, encode_cursor
from api.matching.queries import AT_HAND_SQL, BATCHES, HALL_SQL
from api.matching.rules import JobNow, Reach, RunnerNow, job_refusal, runner_refusal
from api.matching.signing import check_session, refused, runner_now

# By which the hall is ordered: 0 for what is urgent, else 1; its distance in whole millimetres; its
# id. Then its distance in metres, and its row.
Found = tuple[int, int, str, float, Record]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the page before ended: as `Found` begins, and how many came before."""

    turn: int
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
    turn, distance_mm, job_id, rank = decode_cursor(cursor, (int, int, str, int))
    assert isinstance(turn, int)
    assert isinstance(distance_mm, int)
    assert isinstance(job_id, str)
    assert isinstance(rank, int)
    return Seen(turn, distance_mm, job_id, min(max(rank, 0), BATCHES[-1]))


async def hall_page(
    connection: HotConnection,
    *,
    token_hash: bytes,
    limit: int,
    after: Seen | None,
    kind: str | None = None,
) -> bytes:
    """One page as JSON bytes; at most the 1,024 nearest urgent jobs and others are looked at.

    Raises:
        AppError: not_signed_in, account_closed, role_missing, runner_not_approved,
            runner_offline, position_missing, position_stale, capacity_full, and why to rest.
    """
    wanted = limit + 1 + (after.rank if after else 0)
    for batch in (b for b in BATCHES if b >= min(wanted, BATCHES[-1])):
        rows = await connection.fetch(HALL_SQL[batch], token_hash)
        who = _admitted(rows)
        runner, reach = runner_now(who), Reach(who["radius_m"], who["position_max_age_s"])
        if (code := runner_refusal(runner, reach, now=who["now"])) is not None:
            raise refused(code, runner)
        found, is_settled = _search(
            rows[1:], runner, reach, batch=batch, limit=limit, after=after, only=kind
        )
        if is_settled or batch == BATCHES[-1]:
            route = await _route(connection, runner, who)
            return _page(found, runner, route, limit=limit, after=after, now=who["now"])
    raise AssertionError("the last batch ends the search")


def _admitted(rows: Sequence[Record]) -> Record:
    """The row of who calls, which comes first: its `sheet_m` is null."""
    who = rows[0] if rows and rows[0][0] is None else None
    check_session(who)
    assert who is not None
    return who


def _search(
    rows: Sequence[Record],
    runner: RunnerNow,
    reach: Reach,
    *,
    batch: int,
    limit: int,
    after: Seen | None,
    only: str | None,
) -> tuple[list[Found], bool]:
    """What may be shown of a batch, in the order of the hall; and whether the page is settled."""
    found, is_settled = list[Found](), True
    for turn in (0, 1):
        near = [row for row in rows if (row[2] not in URGENT_KINDS) == turn]
        more = _in_range(near, runner, reach, turn=turn, limit=limit, after=after, only=only)
        missing = limit - len(found)
        if missing >= 0:
            is_settled &= _is_settled(near, more, batch=batch, missing=missing, reach=reach)
        found += more
    return found, is_settled


def _in_range(
    rows: Sequence[Record],
    runner: RunnerNow,
    reach: Reach,
    *,
    turn: int,
    limit: int,
    after: Seen | None,
    only: str | None,
) -> list[Found]:
    """What may be shown, nearest first; rows that are surely too far for the page are left out."""
    assert runner.position is not None
    here_lat, here_lng = runner.position.lat, runner.position.lng
    seen = (-1, 0, "") if after is None else (after.turn, after.distance_mm, after.job_id)
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
        place = (turn, round(distance_m * 1000), str(key))
        if place > seen:
            found.append((*place, distance_m, row))
            if len(found) == limit + 1:
                enough_m = max(f[3] for f in found)
    found.sort()
    return found


def _is_settled(
    rows: Sequence[Record],
    found: Sequence[Found],
    *,
    batch: int,
    missing: int,
    reach: Reach,
) -> bool:
    """Whether no job beyond this batch could belong on a page that so many are missing from."""
    if len(rows) < batch:
        return True
    surely_m = rows[-1][0] * (1 - SHEET_SLACK)
    return surely_m > reach.radius_m or (len(found) > missing and found[missing][3] <= surely_m)


async def _route(connection: HotConnection, runner: RunnerNow, who: Record) -> Route:
    """The present route, as `GET /v1/runners/me/jobs` shows it."""
    assert runner.position is not None
    now, pace = who["now"], who["walk_m_per_min"]
    if not who["is_on_the_way"]:
        return Route(runner.position, walk_m_per_min=pace)
    errands: list[Errand] = []
    rows = await connection.fetch(AT_HAND_SQL, runner.id)
    for job_id, stops in groupby(rows, key=itemgetter("id")):
        of_job = list(stops)
        _, state, p_lat, p_lng, ready_at, due_at, *_ = of_job[0]
        if state == "failed":
            errands.append(way_back(job_id, Point(p_lat, p_lng)))
            continue
        ready_s, due_s = (ready_at - now).total_seconds(), (due_at - now).total_seconds()
        pickup = Visit(job_id, 0, Point(p_lat, p_lng), ready_s=ready_s)
        errands.append(
            Errand(
                pickup if state == "accepted" else None,
                tuple(Visit(job_id, r[6], Point(r[7], r[8]), due_s=due_s) for r in of_job),
            )
        )
    return plan(runner.position, errands, walk_m_per_min=pace)


def _page(
    found: Sequence[Found],
    runner: RunnerNow,
    route: Route,
    *,
    limit: int,
    after: Seen | None,
    now: datetime,
) -> bytes:
    shown = found[:limit]
    cursor = None
    if len(found) > limit:
        turn, distance_mm, job_id, _, _ = shown[-1]
        rank = limit + (after.rank if after else 0)
        cursor = encode_cursor(turn, distance_mm, job_id, rank)
    items = ",".join([_item(f, route, now) for f in shown])
    return f'{{"items":[{items}],"next_cursor":{_json(cursor)}}}'.encode()


def _item(found: Found, route: Route, now: datetime) -> str:
    """The job's card with what depends on who looks."""
    _, _, _, distance_m, row = found
    ready_s = (row[15] - now).total_seconds()
    pace = route.walk_m_per_min
    if not route.visits:
        added = added_alone(
            distance_m=distance_m, trip_m=row[11], ready_s=ready_s, walk_m_per_min=pace
        )
    else:
        due_s = (row[16] - now).total_seconds()
        pickup = Visit(row[1], 0, Point(row[6], row[7]), ready_s=ready_s)
        stop = Visit(row[1], 1, Point(row[12], row[13]), due_s=due_s)
        added = route.added_by(Errand(pickup, (stop,)))
    walk_min = -int(-distance_m // pace)
    own = (
        f'"distance_m":{distance_m:.1f},"walk_min":{walk_min},'
        f'"adds_m":{added.metres:.1f},"adds_min":{added.minutes}'
    )
    return f"{row[14][:-1]},{own}}}"


def _json(text: str | None) -> str:
    return "null" if text is None else f'"{text}"'
