"""The hall: open jobs in range of a runner, each with what it would add.

What is urgent (medicine) comes first, for every runner who may take it; within each the nearest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import hypot, inf
from operator import itemgetter
from typing import Protocol
from uuid import UUID

from api.identity.rules import check_session
from api.jobs.walking import Errand, Route, Visit, added_alone, plan, way_back
from api.kinds import URGENT_KINDS
from api.kit.db import HotConnection, Record
from api.kit.geo import SHEET_SLACK, Point, local_distance_m
from api.kit.pagination import decode_cursor, encode_cursor
from api.matching.facts import Facts, Near, packed_time, read_near
from api.matching.queries import AT_HAND_SQL, BATCHES, HALL_SQL
from api.matching.rules import Reach, RunnerNow, judge_of, runner_refusal
from api.matching.signing import refused, runner_now

# By which the hall is ordered: 0 for what is urgent, else 1; its distance in whole millimetres; its
# id. Then its distance in metres, its facts and its card.
Found = tuple[int, int, bytes, float, Facts, bytes]


class OnSheet(Protocol):
    """A point on the sheet of the runner's office, in metres."""

    @property
    def x(self) -> float:
        """East."""
        ...

    @property
    def y(self) -> float:
        """North."""
        ...


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
        who = await connection.fetchrow(HALL_SQL[batch], token_hash)
        check_session(who)
        assert who is not None
        runner, reach = runner_now(who), Reach(who["radius_m"], who["position_max_age_s"])
        if (code := runner_refusal(runner, reach, now=who["now"])) is not None:
            raise refused(code, runner)
        found, is_settled = _search(
            who, runner, reach, batch=batch, limit=limit, after=after, only=kind
        )
        if is_settled or batch == BATCHES[-1]:
            route = await _route(connection, runner, who)
            return _page(found, runner, route, limit=limit, after=after, now=who["now"])
    raise AssertionError("the last batch ends the search")


def _search(
    who: Record,
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
    jobs, now = list(read_near(who)), packed_time(who["now"])
    for turn in (0, 1):
        near = [job for job in jobs if (job[0] not in URGENT_KINDS) == turn]
        more = _in_range(
            near, runner, reach, here=who["here"], now=now,
            turn=turn, limit=limit, after=after, only=only,
        )  # fmt: skip
        missing = limit - len(found)
        if missing >= 0 and len(near) == batch:
            surely_m = _surely_m(near[-1][1], who["here"])
            is_settled &= surely_m > reach.radius_m or (
                len(more) > missing and more[missing][3] <= surely_m
            )
        found += more
    return found, is_settled


def _in_range(
    near: Sequence[Near],
    runner: RunnerNow,
    reach: Reach,
    *,
    here: OnSheet,
    now: int,
    turn: int,
    limit: int,
    after: Seen | None,
    only: str | None,
) -> list[Found]:
    """What may be shown, nearest first; jobs that are surely too far for the page are left out."""
    assert runner.position is not None
    here_lat, here_lng = runner.position.lat, runner.position.lng
    found: list[Found] = []
    enough_m = inf
    judge = judge_of(runner, reach)
    for kind, facts, card in near:
        if len(found) > limit and _surely_m(facts, here) > enough_m:
            break
        (
            key, requester, community, _, _, lat, lng, _, _, _,
            _, _, expires_at, weight_g, fee_fen, load, floors, is_parted,
        ) = facts  # fmt: skip
        distance_m = local_distance_m(here_lat, here_lng, lat, lng)
        if (only is not None and kind != only) or judge(
            "open", kind, load, requester, community, lat, lng, expires_at <= now, distance_m,
            weight_g, fee_fen, floors, is_parted,
        ) is not None:  # fmt: skip
            continue
        distance_mm = round(distance_m * 1000)
        if after is None or _is_beyond(after, turn, distance_mm, key):
            found.append((turn, distance_mm, key, distance_m, facts, card))
            if len(found) == limit + 1:
                enough_m = max(f[3] for f in found)
    found.sort()
    return found


def _is_beyond(after: Seen, turn: int, distance_mm: int, key: bytes) -> bool:
    """Whether a job comes after the end of the page before."""
    place, end = (turn, distance_mm), (after.turn, after.distance_mm)
    return place > end or (place == end and str(UUID(bytes=key)) > after.job_id)


def _surely_m(facts: Facts, here: OnSheet) -> float:
    """How far a job is at least, and so whatever the index puts behind it."""
    return hypot(facts[3] - here.x, facts[4] - here.y) * (1 - SHEET_SLACK)


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
    cursor = b"null"
    if len(found) > limit:
        turn, distance_mm, key = shown[-1][:3]
        rank = limit + (after.rank if after else 0)
        cursor = f'"{encode_cursor(turn, distance_mm, str(UUID(bytes=key)), rank)}"'.encode()
    now_us = packed_time(now)
    items = b",".join([_item(f, route, now_us) for f in shown])
    return b'{"items":[%b],"next_cursor":%b}' % (items, cursor)


def _item(found: Found, route: Route, now: int) -> bytes:
    """The job's card with what depends on who looks."""
    _, _, key, distance_m, facts, card = found
    _, _, _, _, _, lat, lng, to_lat, to_lng, trip_m, ready_at, due_at, *_ = facts
    ready_s, pace = (ready_at - now) / 1_000_000, route.walk_m_per_min
    if not route.visits:
        adds_m, adds_min = added_alone(
            distance_m=distance_m, trip_m=trip_m, ready_s=ready_s, walk_m_per_min=pace
        )
    else:
        job_id, due_s = UUID(bytes=key), (due_at - now) / 1_000_000
        pickup = Visit(job_id, 0, Point(lat, lng), ready_s=ready_s)
        stop = Visit(job_id, 1, Point(to_lat, to_lng), due_s=due_s)
        adds_m, adds_min = route.added_by(Errand(pickup, (stop,)))
    walk_min = -int(-distance_m // pace)
    return b'%b,"distance_m":%.1f,"walk_min":%d,"adds_m":%.1f,"adds_min":%d}' % (
        card[:-1], distance_m, walk_min, adds_m, adds_min,
    )  # fmt: skip
