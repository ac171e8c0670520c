"""The people and jobs of a measurement: numbered, so that requests can be written in advance."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, cast
from uuid import UUID

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from api.bootstrap import Parts, build
from api.cli.bench import queries
from api.events.log import SYSTEM
from api.kit.db import HotConnection, connect_arguments
from api.kit.geo import Point, metres_per_degree
from api.places.service import add_place
from api.places.settings import CommunitySettings
from api.settings import Settings

CENTRE = Point(31.230400, 121.473700)
# An id is sixteen digits that say what it is, then sixteen that count from here: a UUIDv7.
JOB_PREFIX = "019a000000007000"
PERSON_PREFIX = "019a000000007001"
TOKEN_PREFIX = "bench-"  # noqa: S105  (the beginning of every made session's token)
FIRST = 8_000_000_000_000_000
JOBS_PER_RUNNER = 5
_SEED_TIMEOUT_S = 600


class Seeding(HotConnection, Protocol):
    """A bare connection for filling stores."""

    async def execute(self, query: str, *arguments: Any) -> str:
        """Run a statement whose rows nobody wants."""
        ...

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        """The first value of the first row."""
        ...


@dataclass(frozen=True, slots=True)
class People:
    """So many runners, numbered from 0, and after them one person who asks for things."""

    runners: int

    @property
    def requester_id(self) -> UUID:
        """Who asks."""
        return UUID(f"{PERSON_PREFIX}{FIRST + self.runners}")


def job_id(n: int) -> UUID:
    """The id of the job with this number."""
    return UUID(f"{JOB_PREFIX}{FIRST + n}")


def runner_token(n: int) -> str:
    """The session token of the runner with this number."""
    return f"{TOKEN_PREFIX}{FIRST + n}"


@asynccontextmanager
async def seeding(url: str) -> AsyncGenerator[Seeding]:
    """A connection whose statements may take minutes."""
    arguments = connect_arguments(url)
    arguments["server_settings"] = {"timezone": "UTC"}
    arguments["command_timeout"] = _SEED_TIMEOUT_S
    connection = cast("Any", await asyncpg.connect(**arguments))  # pyright: ignore[reportUnknownMemberType]
    try:
        yield connection
    finally:
        await connection.close()


async def make_places(settings: Settings) -> None:
    """One office and one community, large enough for a million jobs and patient with positions."""
    parts = build(settings)
    await parts.open()
    try:
        await _make_places(parts)
    finally:
        await parts.close()


async def make_people(connection: Seeding, people: People, *, spread_m: float) -> None:
    """Approved runners online with a session each, in a square of ``spread_m``; who asks."""
    north_m, east_m = metres_per_degree(CENTRE.lat)
    last = FIRST + people.runners - 1
    await connection.execute(queries.SCENE_SQL, north_m, east_m)
    await connection.execute(queries.USERS_SQL, PERSON_PREFIX, FIRST, last + 1)
    await connection.execute(queries.USER_EVENTS_SQL)
    await connection.execute(queries.SESSIONS_SQL, PERSON_PREFIX, TOKEN_PREFIX, FIRST, last)
    await connection.execute(queries.RUNNERS_SQL, PERSON_PREFIX, FIRST, last, spread_m)
    await connection.execute(queries.RUNNER_EVENTS_SQL)


async def make_jobs_by_runner(connection: Seeding, people: People) -> None:
    """Five open jobs within reach of each runner, whole: with stops and events."""
    count = people.runners * JOBS_PER_RUNNER
    await _clear_spots(connection)
    await connection.execute(queries.SPOTS_BY_RUNNER_SQL, JOB_PREFIX, PERSON_PREFIX, count, FIRST)
    await connection.execute(queries.JOBS_SQL, people.requester_id)
    await connection.execute(queries.STOPS_SQL)
    await connection.execute(queries.JOB_EVENTS_SQL)
    await connection.execute(queries.VACUUM_SQL)


async def make_jobs_in_ring(
    connection: Seeding, people: People, *, count: int, outer_m: float, inner_m: float
) -> None:
    """Open jobs, evenly in a square but for the smaller one inside it."""
    await _clear_spots(connection)
    thrown = round(count / (1 - (inner_m / outer_m) ** 2) * 1.1) + 1000
    await connection.execute(queries.SPOTS_IN_RING_SQL, count, outer_m, inner_m, thrown)
    await connection.execute(queries.JOBS_SQL, people.requester_id)
    await connection.execute(queries.VACUUM_SQL)


async def make_jobs_in_circle(
    connection: Seeding, people: People, *, count: int, radius_m: float
) -> None:
    """Open jobs, evenly in a circle around the office."""
    await _clear_spots(connection)
    await connection.execute(queries.SPOTS_IN_CIRCLE_SQL, count, radius_m)
    await connection.execute(queries.JOBS_SQL, people.requester_id)
    await connection.execute(queries.VACUUM_SQL)


async def _make_places(parts: Parts) -> None:
    settings = CommunitySettings(boundary_m=50_000, position_max_age_s=86_400)
    async with parts.database.transaction() as (session, now):
        office = await add_place(
            session, kind="office", parent=None, name="测量街道", point=CENTRE,
            settings=None, actor=SYSTEM, now=now,
        )  # fmt: skip
        await add_place(
            session, kind="community", parent=office, name="测量社区", point=CENTRE,
            settings=settings, actor=SYSTEM, now=now,
        )  # fmt: skip


async def _clear_spots(connection: Seeding) -> None:
    for statement in queries.SPOTS_SQL:
        await connection.execute(statement)
