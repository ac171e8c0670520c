"""SQL of runners."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.runners.models import Runner, RunnerApplication, TrainingAttempt
from api.runners.rest import RestRules, Work, day_of, finished, read_rest_rules
from api.runners.rules import Permission
from api.runners.states import RUNNER

TABLE = Runner.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_APPLY_SQL = """
INSERT INTO runners (id, community_id, state, tier, kinds, shift, capacity, load, version,
                     applied_at, is_volunteer)
VALUES ($1, $2, 'applied', 'trainee', $3, 'offline', $4, 0, 1, $5, $6)
ON CONFLICT (id) DO UPDATE SET state = 'applied', community_id = $2, kinds = $3, applied_at = $5,
    is_volunteer = $6, decided_at = NULL, version = runners.version + 1
WHERE runners.state IN ('rejected', 'withdrawn')
RETURNING version
"""
_SHIFT_SQL = """
UPDATE runners SET shift = $2, version = version + 1
WHERE id = $1 AND state = 'approved' AND shift <> $2 RETURNING version
"""
# An older report that comes late is no error and changes nothing.
_POSITION_SQL = """
UPDATE runners SET
    lat = CASE WHEN position_at > $4 THEN lat ELSE $2 END,
    lng = CASE WHEN position_at > $4 THEN lng ELSE $3 END,
    position_at = greatest(position_at, $4)
WHERE id = $1 AND state = 'approved' RETURNING shift
"""
WORK_COLUMNS = """r.work_since, r.worked_until, r.stretch_s, r.day_s, r.days_in_row,
       r.hours_confirmed_at"""
# What a runner may take, as the predicate of matching reads it.
LIMIT_COLUMNS = """r.kinds, r.load, r.capacity, r.weight_max_g, r.fee_max_fen, r.floors_max,
       r.jobs_day_max, r.jobs_day, r.jobs_today"""
_WORK_SQL = f"""
SELECT r.load, linli_now(), c.settings->>'rest', {WORK_COLUMNS}
FROM runners AS r JOIN places AS c ON c.id = r.community_id
WHERE r.id = $1 FOR UPDATE OF r
"""
_UNLOAD_SQL = """
UPDATE runners SET load = load - $2, work_since = $3, worked_until = $4, stretch_s = $5,
    day_s = $6, days_in_row = $7,
    jobs_today = greatest(0, jobs_today - CASE WHEN jobs_day = $8 THEN 1 ELSE 0 END)
WHERE id = $1
"""
# As accept does it (matching/queries.py).
_LOAD_SQL = """
UPDATE runners SET load = load + $2, work_since = coalesce(work_since, $3),
    jobs_today = 1 + CASE WHEN jobs_day = $4 THEN jobs_today ELSE 0 END, jobs_day = $4
WHERE id = $1
"""
_TOUCH_SQL = "UPDATE runners SET version = version + 1 WHERE id = $1 RETURNING version"
_SET_TIER_SQL = """
UPDATE runners SET tier = $2, version = version + 1 WHERE id = $1 RETURNING version
"""
_SET_PERMISSION_SQL = """
UPDATE runners SET kinds = $2, capacity = $3, weight_max_g = $4, fee_max_fen = $5,
    permitted_until = $6, floors_max = $7, jobs_day_max = $8, version = version + 1,
    -- Whoever took more today than they may now takes no more today.
    jobs_today = least(jobs_today, $8)
WHERE id = $1 RETURNING version
"""
_SET_PERMITTED_UNTIL_SQL = "UPDATE runners SET permitted_until = $2 WHERE id = $1"
_TO_JUDGE_SQL = """
SELECT id FROM runners WHERE permitted_until <= $1 AND state = 'approved'
ORDER BY permitted_until LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_OF_COMMUNITY_SQL = """
SELECT id FROM runners
WHERE community_id = $1 AND state = 'approved' AND (is_volunteer OR NOT $2) ORDER BY id
"""
_CHECK_IDENTITY_SQL = """
UPDATE runner_applications SET identity_checked_at = $2, identity_checked_by = $3
WHERE id = $1 AND identity_checked_at IS NULL RETURNING id
"""
_COURSES_SQL = """
SELECT module, max(valid_until) FROM training_attempts
WHERE runner_id = $1 AND valid_until > $2 GROUP BY module
"""
_ATTEMPTS_SQL = """
SELECT count(*) FROM training_attempts WHERE runner_id = $1 AND module = $2 AND taken_at >= $3
"""
_CONFIRM_HOURS_SQL = """
UPDATE runners SET hours_confirmed_at = $2, version = version + 1 WHERE id = $1 RETURNING version
"""


async def runner(session: AsyncSession, *, runner_id: UUID, lock: bool = False) -> Runner | None:
    """One runner, locked until the transaction ends if asked."""
    return await session.get(
        Runner, runner_id, populate_existing=True, with_for_update=lock or None
    )


async def apply(
    session: AsyncSession,
    *,
    runner_id: UUID,
    community_id: UUID,
    kinds: list[str],
    capacity: int,
    is_volunteer: bool,
    now: datetime,
) -> int | None:
    """Insert an application, or renew a rejected one; ``None``: there is one already."""
    rows = await run(
        session, _APPLY_SQL, runner_id, community_id, kinds, capacity, now, is_volunteer
    )
    return rows[0][0] if rows else None


async def move(
    session: AsyncSession, *, runner_id: UUID, event: str, now: datetime, **values: Any
) -> Row[Any] | None:
    """Move a runner's standing by an event of the machine."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        RUNNER,
        key=runner_id,
        event=event,
        decided_at=now,
        **values,
    )


async def set_shift(session: AsyncSession, *, runner_id: UUID, shift: str) -> int | None:
    """Change the shift; ``None``: it is so already, or the runner is not approved."""
    rows = await run(session, _SHIFT_SQL, runner_id, shift)
    return rows[0][0] if rows else None


async def set_position(
    session: AsyncSession, *, runner_id: UUID, lat: float, lng: float, now: datetime
) -> str | None:
    """Store a position; the shift, or ``None`` where the runner is not approved."""
    rows = await run(session, _POSITION_SQL, runner_id, lat, lng, now)
    return rows[0][0] if rows else None


async def unload(
    session: AsyncSession, *, runner_id: UUID, load: int, taken_at: datetime | None = None
) -> None:
    """Take the load of a job off its runner; the last one ends their work.

    ``taken_at``: of one that is not theirs any more, so that it is none of that day's.
    """
    before, now, rules, *columns = (await run(session, _WORK_SQL, runner_id))[0]
    work = Work(*columns)
    if before == load:
        work = finished(work, read_rest_rules(rules), now=now)
    counted = (work.since, work.until, work.stretch_s, work.day_s, work.days_in_row)
    day = None if taken_at is None else day_of(taken_at)
    await run(session, _UNLOAD_SQL, runner_id, load, *counted, day)


async def work_and_rules(session: AsyncSession, *, runner_id: UUID) -> tuple[Work, RestRules]:
    """A runner's account of work, and the limits of their community; the runner is locked."""
    _, _, rules, *columns = (await run(session, _WORK_SQL, runner_id))[0]
    return Work(*columns), read_rest_rules(rules)


async def touch(session: AsyncSession, *, runner_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, runner_id))[0][0]


async def confirm_hours(session: AsyncSession, *, runner_id: UUID, now: datetime) -> int:
    """Note that the runner wants to go on today; the new version."""
    return (await run(session, _CONFIRM_HOURS_SQL, runner_id, now))[0][0]


async def load_on(session: AsyncSession, *, runner_id: UUID, load: int, now: datetime) -> None:
    """Put the load of an assigned job on its runner, whose row is locked; their work begins."""
    await run(session, _LOAD_SQL, runner_id, load, now, day_of(now))


async def of_community(
    session: AsyncSession,
    *,
    community_id: UUID,
    state: str | None,
    shift: str | None,
    tier: str | None,
    after: UUID | None,
    limit: int,
) -> list[Runner]:
    """Runners of a community, in the order of their ids; ``None``: whatever it is."""
    statement = select(Runner).where(Runner.community_id == community_id)
    if state is not None:
        statement = statement.where(Runner.state == state)
    if shift is not None:
        statement = statement.where(Runner.shift == shift)
    if tier is not None:
        statement = statement.where(Runner.tier == tier)
    if after is not None:
        statement = statement.where(col(Runner.id) > after)
    return list((await session.exec(statement.order_by(col(Runner.id)).limit(limit))).all())


async def application(session: AsyncSession, *, runner_id: UUID) -> RunnerApplication | None:
    """What a runner said when applying."""
    return await session.get(RunnerApplication, runner_id, populate_existing=True)


async def write_application(
    session: AsyncSession, *, runner_id: UUID, values: dict[str, Any]
) -> None:
    """Store what was said, over what was said before."""
    row = await application(session, runner_id=runner_id)
    if row is None:
        row = RunnerApplication(id=runner_id, kinds=[])
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    await session.flush()


async def check_identity(
    session: AsyncSession, *, runner_id: UUID, checked_by: UUID, now: datetime
) -> bool:
    """Note who saw the papers; false: somebody did before."""
    return bool(await run(session, _CHECK_IDENTITY_SQL, runner_id, now, checked_by))


async def set_tier(session: AsyncSession, *, runner_id: UUID, tier: str) -> int:
    """Set the tier; the new version."""
    return (await run(session, _SET_TIER_SQL, runner_id, tier))[0][0]


async def set_permission(
    session: AsyncSession, *, runner_id: UUID, allowed: Permission, capacity: int
) -> int:
    """Store what a runner may take; the new version."""
    limits = (
        allowed.weight_max_g, allowed.fee_max_fen, allowed.until, allowed.floors_max,
        allowed.jobs_day_max,
    )  # fmt: skip
    rows = await run(
        session, _SET_PERMISSION_SQL, runner_id, list(allowed.kinds), capacity, *limits
    )
    return rows[0][0]


async def set_permitted_until(
    session: AsyncSession, *, runner_id: UUID, until: datetime | None
) -> None:
    """Store when it must be judged anew; what may be taken is the same."""
    await run(session, _SET_PERMITTED_UNTIL_SQL, runner_id, until)


async def to_judge(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Runners of whom a course has lapsed, locked; others' are skipped."""
    return [r[0] for r in await run(session, _TO_JUDGE_SQL, now, limit)]


async def approved_of(
    session: AsyncSession, *, community_id: UUID, only_volunteers: bool
) -> list[UUID]:
    """The approved runners of a community, in the order in which rows are locked."""
    return [r[0] for r in await run(session, _OF_COMMUNITY_SQL, community_id, only_volunteers)]


async def courses(session: AsyncSession, *, runner_id: UUID, now: datetime) -> dict[str, datetime]:
    """The courses that somebody has passed, and when each lapses."""
    return {r[0]: r[1] for r in await run(session, _COURSES_SQL, runner_id, now)}


async def attempts_since(
    session: AsyncSession, *, runner_id: UUID, module: str, since: datetime
) -> int:
    """How often somebody took a quiz since a moment."""
    return (await run(session, _ATTEMPTS_SQL, runner_id, module, since))[0][0]


async def add_attempt(session: AsyncSession, *, attempt: TrainingAttempt) -> None:
    """Insert a quiz taken."""
    session.add(attempt)
    await session.flush()
