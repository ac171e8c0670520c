"""What only the console asks: where somebody works, and what goes on there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run

WORKPLACES_MAX = 100
JOBS_MAX = 200
BUILDINGS_MAX = 300
# More than anybody counts at a glance.
WAITING_MAX = 99
_WORKPLACES_SQL = """
SELECT id, kind, name, lat, lng, community_id FROM places
WHERE (kind = 'community' AND ($2 OR path && $1)) OR (id = ANY($1) AND kind <> 'office')
ORDER BY kind <> 'community', name, id LIMIT $3
"""
# Open ones by their partial index, those in hand by their runners: never the jobs of the past.
_JOBS_SQL = """
WITH live AS (
    SELECT * FROM jobs
    WHERE community_id = $1 AND state = 'open' AND place_path && ARRAY[$4::uuid]
    UNION ALL
    SELECT j.* FROM runners AS r JOIN jobs AS j ON j.runner_id = r.id
    WHERE r.community_id = $1 AND j.community_id = $1
      AND j.state IN ('accepted', 'picked_up', 'failed') AND j.place_path && ARRAY[$4::uuid]
)
SELECT j.id, o.id, o.number, j.kind, j.state, j.pickup_place, j.dropoff_place,
       j.pickup_lat, j.pickup_lng, j.due_at, u.nickname, j.due_at < $2
FROM live AS j
JOIN stops AS s ON s.job_id = j.id AND s.n = 1
JOIN orders AS o ON o.id = s.order_id
LEFT JOIN users AS u ON u.id = j.runner_id
ORDER BY j.due_at, j.id LIMIT $3
"""
_RUNNERS_SQL = """
SELECT r.id, u.nickname, r.shift, r.load, r.capacity, r.lat, r.lng, r.position_at
FROM runners AS r JOIN users AS u ON u.id = r.id
WHERE r.community_id = $1 AND r.state = 'approved' AND r.shift <> 'offline'
ORDER BY u.nickname, r.id LIMIT $2
"""
_BUILDINGS_SQL = """
SELECT id, name, lat, lng FROM places
WHERE path && ARRAY[$1::uuid] AND kind = 'building' ORDER BY name, id LIMIT $2
"""
_WAITING_SQL = """
SELECT
  (SELECT count(*) FROM (SELECT 1 FROM memberships AS m JOIN places AS p ON p.id = m.building_id
    WHERE p.path && ARRAY[$1::uuid] AND m.state = 'requested' LIMIT $2) AS a),
  (SELECT count(*) FROM (SELECT 1 FROM runners
    WHERE community_id = $1 AND state = 'applied' LIMIT $2) AS b),
  (SELECT count(*) FROM (SELECT 1 FROM merchants
    WHERE community_id = $1 AND state = 'applied' LIMIT $2) AS c),
  (SELECT count(*) FROM (SELECT 1 FROM posts
    WHERE place_path && ARRAY[$1::uuid] AND state = 'pending_review' LIMIT $2) AS d),
  (SELECT count(*) FROM (SELECT 1 FROM points_appeals
    WHERE place_path && ARRAY[$1::uuid] AND state = 'filed' LIMIT $2) AS e),
  (SELECT count(*) FROM (SELECT 1 FROM cases
    WHERE place_path && ARRAY[$1::uuid] AND state IN ('opened', 'offered', 'accepted') LIMIT $2)
    AS f)
"""
_TOUCHED_SQL = """
SELECT
  (SELECT count(*) FROM jobs WHERE community_id = $1 AND state = 'open'),
  (SELECT count(*) FROM runners AS r JOIN jobs AS j ON j.runner_id = r.id
   WHERE r.community_id = $1 AND j.community_id = $1 AND j.state IN ('accepted', 'picked_up')),
  count(*), count(*) FILTER (WHERE load > $2),
  (SELECT count(*) FROM cases WHERE place_path && ARRAY[$1::uuid]
   AND state NOT IN ('failed', 'refused', 'withdrawn', 'escalated', 'followed_up', 'archived'))
FROM runners WHERE community_id = $1 AND state = 'approved' AND shift <> 'offline'
"""
_PAST_SQL = """
SELECT at, name, actor_kind, data->>'shift', data->>'tier', data->>'reason' FROM events
WHERE subject = 'runner' AND subject_id = $1 ORDER BY subject_seq DESC LIMIT $2
"""
# Of every building from which somebody ordered, paid or not, as long as the order stands.
_CYCLE_SQL = """
SELECT p.id, p.name, count(*), count(*) FILTER (WHERE o.state = 'awaiting_payment'),
       sum(o.goods_fen)::bigint
FROM cycle_orders AS c JOIN orders AS o ON o.id = c.order_id
JOIN places AS p ON p.id = c.building_id
WHERE c.cycle_id = $1 AND c.returned_at IS NULL AND o.state <> 'cancelled'
GROUP BY p.id, p.name ORDER BY p.name, p.id LIMIT $2
"""
_DEADLINES_SQL = """
SELECT c.id, least(c.ends_at,
         (SELECT min(p.answer_until) FROM case_parties AS p
          WHERE p.case_id = c.id AND p.state = 'invited'),
         (SELECT a.until FROM mediator_asks AS a WHERE a.case_id = c.id AND a.state = 'asked')),
       EXISTS (SELECT FROM case_staff AS s WHERE s.case_id = c.id AND s.user_id = $2)
FROM cases AS c WHERE c.id = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class Workplace:
    """A place where somebody works: a community, or the grid of a grid worker."""

    id: UUID
    kind: str
    name: str
    lat: float
    lng: float
    community_id: UUID


@dataclass(frozen=True, slots=True)
class LiveJob:
    """A job that waits for a runner or is on its way."""

    id: UUID
    order_id: UUID
    number: int
    kind: str
    state: str
    pickup_place: str
    dropoff_place: str
    lat: float
    lng: float
    due_at: datetime
    runner: str | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class LiveRunner:
    """A runner at work; without a position where none was reported yet."""

    id: UUID
    nickname: str
    shift: str
    load: int
    capacity: int
    lat: float | None
    lng: float | None
    position_at: datetime | None


@dataclass(frozen=True, slots=True)
class Building:
    """A house on the plan."""

    id: UUID
    name: str
    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody's decision, each up to `WAITING_MAX`."""

    memberships: int
    runners: int
    merchants: int
    posts: int
    appeals: int
    cases: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something becomes of a case by itself (`None`: never), and whether the caller is named
    for it.
    """

    at: datetime | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """What is going on in a community while its settings change."""

    open_jobs: int
    jobs_in_hand: int
    runners: int
    # Of these, those who have more in hand than they may have then.
    runners_over: int
    cases: int


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened to a runner."""

    at: datetime
    name: str
    actor: str
    shift: str | None
    tier: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a building has ordered of a cycle."""

    building_id: UUID
    name: str
    orders: int
    unpaid: int
    goods_fen: int


async def workplaces(
    session: AsyncSession, *, place_ids: Sequence[UUID], is_everywhere: bool
) -> list[Workplace]:
    """The communities at or below these places, then what of these stands below a community."""
    arguments = (list(place_ids), is_everywhere, WORKPLACES_MAX)
    return [Workplace(*r) for r in await run(session, _WORKPLACES_SQL, *arguments)]


async def live_jobs(
    session: AsyncSession, *, community_id: UUID, place_id: UUID, now: datetime
) -> list[LiveJob]:
    """Jobs of a place in a community that are open or in hand, the most urgent first."""
    rows = await run(session, _JOBS_SQL, community_id, now, JOBS_MAX, place_id)
    return [LiveJob(*r) for r in rows]


async def live_runners(session: AsyncSession, *, community_id: UUID) -> list[LiveRunner]:
    """Runners who are online or have a break."""
    return [LiveRunner(*r) for r in await run(session, _RUNNERS_SQL, community_id, JOBS_MAX)]


async def buildings(session: AsyncSession, *, place_id: UUID) -> list[Building]:
    """The houses of a place."""
    return [Building(*r) for r in await run(session, _BUILDINGS_SQL, place_id, BUILDINGS_MAX)]


async def waiting(session: AsyncSession, *, place_id: UUID) -> Waiting:
    """What waits for staff at a place and below; runners and merchants are the community's."""
    return Waiting(*(await run(session, _WAITING_SQL, place_id, WAITING_MAX))[0])


async def touched(session: AsyncSession, *, community_id: UUID, capacity: int) -> Touched:
    """How much goes on in a community, for which ``capacity`` is to hold."""
    return Touched(*(await run(session, _TOUCHED_SQL, community_id, capacity))[0])


async def past_of_runner(session: AsyncSession, *, runner_id: UUID, limit: int) -> list[Past]:
    """Shifts and decisions of a runner, the newest first."""
    return [Past(*r) for r in await run(session, _PAST_SQL, runner_id, limit)]


async def ordered(session: AsyncSession, *, cycle_id: UUID) -> list[Ordered]:
    """What was ordered of a cycle, by building."""
    return [Ordered(*r) for r in await run(session, _CYCLE_SQL, cycle_id, BUILDINGS_MAX)]


async def deadlines(
    session: AsyncSession, *, case_ids: Sequence[UUID], user_id: UUID
) -> dict[UUID, Deadline]:
    """What each case waits for the shortest, by its id."""
    rows = await run(session, _DEADLINES_SQL, list(case_ids), user_id)
    return {r[0]: Deadline(r[1], is_mine=r[2]) for r in rows}
