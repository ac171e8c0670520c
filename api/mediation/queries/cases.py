"""SQL of cases, their parties and records. A case is locked before anything of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.kit.state import Machine
from api.mediation.models import (
    Case,
    CaseChoice,
    CaseGuest,
    CaseObjection,
    CaseParty,
    CaseRecord,
    MediatorAsk,
)

_TABLES: dict[str, Any] = {
    "case": Case.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    "case_party": CaseParty.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    "case_guest": CaseGuest.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    "mediator_ask": MediatorAsk.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
}
_TOUCH_SQL = "UPDATE cases SET version = version + 1 WHERE id = $1 RETURNING version"
_SET_RISK_SQL = "UPDATE cases SET risk = $2 WHERE id = $1"
_SET_UNTIL_SQL = """
UPDATE case_parties SET answer_until = $2 WHERE case_id = $1 AND state = 'invited'
"""
_SET_WITH_STAFF_SQL = "UPDATE cases SET is_with_staff = $2 WHERE id = $1"
_DUE_ASKS_SQL = """
SELECT id FROM mediator_asks WHERE state = 'asked' AND until <= $1 ORDER BY until LIMIT $2
"""
_CASE_OF_ORDER_SQL = "SELECT id FROM cases WHERE order_id = $1 AND state <> 'archived'"
_NAME_STAFF_SQL = """
INSERT INTO case_staff (case_id, user_id, named_at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING user_id
"""
_STAFF_SQL = "SELECT user_id FROM case_staff WHERE case_id = $1 ORDER BY named_at, user_id"
_ADD_POST_SQL = """
INSERT INTO case_posts (post_id, case_id, joined_at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING case_id
"""
_ADD_PILE_SQL = """
INSERT INTO case_posts (post_id, case_id, joined_at)
SELECT q.id, $1, $3 FROM posts AS p JOIN posts AS q ON q.pile_id = p.pile_id
WHERE p.id = $2 AND q.kind = 'dispute' AND q.state IN ('published', 'resolved')
ON CONFLICT DO NOTHING
"""
_POSTS_OF_SQL = "SELECT post_id FROM case_posts WHERE case_id = $1 ORDER BY joined_at, post_id"
_CASE_OF_POST_SQL = "SELECT case_id FROM case_posts WHERE post_id = $1"
# Posts of one pile belong to one quarrel.
_CASE_OF_PILE_SQL = """
SELECT cp.case_id FROM posts AS p JOIN posts AS q ON q.pile_id = p.pile_id
JOIN case_posts AS cp ON cp.post_id = q.id JOIN cases AS c ON c.id = cp.case_id
WHERE p.id = $1 AND c.state = ANY ($2::text[]) ORDER BY c.id DESC LIMIT 1
"""
_OPENED_SQL = """
SELECT count(*), min(created_at) FROM cases WHERE opener_id = $1 AND created_at > $2
"""
_TO_LAPSE_SQL = """
SELECT case_id FROM case_parties WHERE state = 'invited' AND answer_until <= $1
GROUP BY case_id ORDER BY min(answer_until) LIMIT $2
"""
_TO_FAIL_SQL = """
SELECT id FROM cases WHERE state IN ('in_session', 'suspended') AND ends_at <= $1
ORDER BY ends_at LIMIT $2
"""
# Whose mediator is neither appointed today nor staff of the place any more, as `may_mediate` asks.
_TO_REPLACE_SQL = """
SELECT c.id FROM cases AS c
WHERE c.state IN ('assigned', 'in_session', 'suspended')
  AND NOT EXISTS (
    SELECT 1 FROM mediators AS m
    WHERE m.id = c.mediator_id AND m.state = 'appointed'
      AND ($1 AT TIME ZONE 'Asia/Shanghai')::date BETWEEN m.appointed_on AND m.appointed_until)
  AND NOT EXISTS (
    SELECT 1 FROM grants AS g
    WHERE g.user_id = c.mediator_id AND g.revoked_at IS NULL
      AND g.role IN ('community_staff', 'office_staff') AND g.place_id = ANY (c.place_path)
      AND NOT EXISTS (
        SELECT 1 FROM mediators AS s WHERE s.id = g.user_id AND s.state = 'suspended'))
ORDER BY c.id LIMIT $2
"""
_LIVING_OF_PARTY_SQL = """
SELECT DISTINCT case_id FROM case_parties
WHERE user_id = $1 AND state IN ('invited', 'consented') ORDER BY case_id
"""
# Whoever is suspended, or ended it and does not stand in as staff, is no mediator of a case ``c``.
_IS_BARRED = """EXISTS (
    SELECT 1 FROM mediators AS b WHERE b.id = USER AND (b.state = 'suspended'
        OR b.state = 'ended' AND NOT EXISTS (
            SELECT 1 FROM grants AS g
            WHERE g.user_id = b.id AND g.revoked_at IS NULL
              AND g.role IN ('community_staff', 'office_staff')
              AND g.place_id = ANY (c.place_path))))"""
# Who looks, and what they are.
# As much is looked for where there is no such case: the time tells nothing of it.
_ROLES_SQL = """
SELECT
    (SELECT p.id FROM case_parties AS p
     WHERE p.case_id = k.id AND p.user_id = $2
     ORDER BY (p.state IN ('consented', 'invited')) DESC, p.joined_at DESC LIMIT 1),
    c.mediator_id IS NOT DISTINCT FROM $2 AND NOT BARRED,
    EXISTS (SELECT 1 FROM mediator_asks AS a
            WHERE a.case_id = k.id AND a.user_id = $2 AND a.state = 'asked')
        AND NOT BARRED,
    EXISTS (SELECT 1 FROM case_staff AS s WHERE s.case_id = k.id AND s.user_id = $2)
FROM (VALUES ($1::uuid)) AS k (id) LEFT JOIN cases AS c ON c.id = k.id
""".replace("BARRED", _IS_BARRED.replace("USER", "$2"))
# Each part by its own index: what somebody waits for does not tell how many cases others have.
_MINE_SQL = """
SELECT f.id FROM (
    SELECT case_id FROM case_parties
    WHERE user_id = $1 AND (answer_until IS NOT NULL OR how IS NOT NULL)
    UNION SELECT case_id FROM case_staff WHERE user_id = $1
    UNION SELECT c.id FROM cases AS c WHERE c.mediator_id = $1 AND NOT BARRED
    UNION SELECT c.id FROM mediator_asks AS a JOIN cases AS c ON c.id = a.case_id
    WHERE a.user_id = $1 AND a.state = 'asked' AND NOT BARRED) AS f (id)
WHERE $2::uuid IS NULL OR f.id < $2
ORDER BY f.id DESC LIMIT $3
""".replace("BARRED", _IS_BARRED.replace("USER", "$1"))
_ORGANISATION_NAMES_SQL = "SELECT id, name FROM organisations WHERE id = ANY ($1::uuid[])"
# Whom staff enrolled has no phone, so no way to answer by themselves.
_SIGNS_IN_SQL = "SELECT openid IS NOT NULL FROM users WHERE id = $1"
_BELONGS_SQL = """
SELECT EXISTS (
    SELECT 1 FROM grants AS g JOIN users AS u ON u.id = g.user_id AND u.state = 'active'
    WHERE g.user_id = $1 AND g.revoked_at IS NULL AND g.place_id = ANY ($2::uuid[]))
 OR EXISTS (SELECT 1 FROM enrolled AS e JOIN users AS u ON u.id = e.id AND u.state = 'active'
            WHERE e.id = $1 AND $3 = ANY (e.place_path))
 OR EXISTS (SELECT 1 FROM memberships AS m
            WHERE m.user_id = $1 AND m.state = 'joined' AND $3 = ANY (m.place_path))
"""


async def add(session: AsyncSession, *, rows: Sequence[SQLModel]) -> None:
    """Insert rows, in this order."""
    for row in rows:
        session.add(row)
        await session.flush()


async def case(session: AsyncSession, *, case_id: UUID, lock: bool = False) -> Case | None:
    """One case, locked until the transaction ends if asked."""
    return await session.get(Case, case_id, populate_existing=True, with_for_update=lock or None)


async def move(
    session: AsyncSession,
    machine: Machine,
    /,
    *,
    key: UUID,
    event: str,
    from_state: str,
    **values: Any,
) -> Row[Any] | None:
    """Move a case, a party, a guest or an ask by an event of its machine."""
    return await move_row(
        session,
        _TABLES[machine.name],
        machine,
        key=key,
        event=event,
        from_state=from_state,
        **values,
    )


async def touch(session: AsyncSession, *, case_id: UUID) -> int:
    """Count the version up without a move, for an event that is none."""
    return (await run(session, _TOUCH_SQL, case_id))[0][0]


async def set_risk(session: AsyncSession, *, case_id: UUID, risk: str) -> None:
    """Write how grave a case is."""
    await run(session, _SET_RISK_SQL, case_id, risk)


async def roles(
    session: AsyncSession, *, case_id: UUID, user_id: UUID
) -> tuple[UUID | None, bool, bool, bool]:
    """What somebody is to a case: their party's id, its mediator, asked to be, named staff.

    Nothing of it where there is no such case.
    """
    return tuple((await run(session, _ROLES_SQL, case_id, user_id))[0])  # pyright: ignore[reportReturnType]


async def parties(session: AsyncSession, *, case_id: UUID) -> list[CaseParty]:
    """The parties of a case, by side and as they came."""
    statement = select(CaseParty).where(CaseParty.case_id == case_id)
    statement = statement.order_by(col(CaseParty.side), col(CaseParty.id))
    statement = statement.execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def party(session: AsyncSession, *, party_id: UUID) -> CaseParty | None:
    """One party."""
    return await session.get(CaseParty, party_id, populate_existing=True)


async def belongs_here(
    session: AsyncSession, *, user_id: UUID, place_path: Sequence[UUID], community_id: UUID
) -> bool:
    """Whether an account has anything to do with a place: a role at or above it, or a home."""
    return (await run(session, _BELONGS_SQL, user_id, list(place_path), community_id))[0][0]


async def set_answer_until(session: AsyncSession, *, case_id: UUID, until: datetime) -> None:
    """Give everybody who is invited until then to answer."""
    await run(session, _SET_UNTIL_SQL, case_id, until)


async def set_with_staff(session: AsyncSession, *, case_id: UUID, is_with_staff: bool) -> None:
    """Note whether nobody is left to be asked."""
    await run(session, _SET_WITH_STAFF_SQL, case_id, is_with_staff)


async def due_asks(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Asks that nobody answered in time."""
    return [r[0] for r in await run(session, _DUE_ASKS_SQL, now, limit)]


async def living_of_order(session: AsyncSession, *, order_id: UUID) -> UUID | None:
    """The case of an order that is not archived."""
    rows = await run(session, _CASE_OF_ORDER_SQL, order_id)
    return rows[0][0] if rows else None


async def signs_in(session: AsyncSession, *, user_id: UUID) -> bool:
    """Whether an account can answer by itself."""
    return (await run(session, _SIGNS_IN_SQL, user_id))[0][0]


async def name_staff(session: AsyncSession, *, case_id: UUID, user_id: UUID, now: datetime) -> bool:
    """Name a member of staff for a case; false: they are named already."""
    return bool(await run(session, _NAME_STAFF_SQL, case_id, user_id, now))


async def named_staff(session: AsyncSession, *, case_id: UUID) -> list[UUID]:
    """Who of the staff is named for a case."""
    return [r[0] for r in await run(session, _STAFF_SQL, case_id)]


async def add_post(session: AsyncSession, *, case_id: UUID, post_id: UUID, now: datetime) -> bool:
    """Note that a post led to a case; false: it led to one already."""
    return bool(await run(session, _ADD_POST_SQL, post_id, case_id, now))


async def add_pile(session: AsyncSession, *, case_id: UUID, post_id: UUID, now: datetime) -> None:
    """Note that the other disputes of a post's pile are about the same."""
    await run(session, _ADD_PILE_SQL, case_id, post_id, now)


async def posts_of(session: AsyncSession, *, case_id: UUID) -> list[UUID]:
    """The posts that led to a case."""
    return [r[0] for r in await run(session, _POSTS_OF_SQL, case_id)]


async def case_of_post(session: AsyncSession, *, post_id: UUID) -> UUID | None:
    """The case that a post led to."""
    rows = await run(session, _CASE_OF_POST_SQL, post_id)
    return rows[0][0] if rows else None


async def case_of_pile(
    session: AsyncSession, *, post_id: UUID, states: Sequence[str]
) -> UUID | None:
    """A case in one of these states to which another post of the same pile led."""
    rows = await run(session, _CASE_OF_PILE_SQL, post_id, list(states))
    return rows[0][0] if rows else None


async def opened_since(
    session: AsyncSession, *, opener_id: UUID, since: datetime
) -> tuple[int, datetime | None]:
    """How many cases somebody opened since then, and when the first was."""
    row = (await run(session, _OPENED_SQL, opener_id, since))[0]
    return row[0], row[1]


async def mine(
    session: AsyncSession, *, user_id: UUID, before: UUID | None, limit: int
) -> list[Case]:
    """The cases of a party, a mediator or a named member of staff, newest first."""
    ids = [r[0] for r in await run(session, _MINE_SQL, user_id, before, limit)]
    statement = select(Case).where(col(Case.id).in_(ids)).order_by(col(Case.id).desc())
    return list((await session.exec(statement)).all())


async def at_place(
    session: AsyncSession,
    *,
    place_id: UUID,
    state: str | None,
    with_archived: bool,
    before: UUID | None,
    limit: int,
) -> list[Case]:
    """Cases at a place and below, newest first."""
    statement = select(Case).where(col(Case.place_path).contains([place_id]))
    if state is not None:
        statement = statement.where(Case.state == state)
    if not with_archived:
        statement = statement.where(Case.state != "archived")
    if before is not None:
        statement = statement.where(col(Case.id) < before)
    return list((await session.exec(statement.order_by(col(Case.id).desc()).limit(limit))).all())


async def records(session: AsyncSession, *, case_id: UUID) -> list[CaseRecord]:
    """What was recorded of a case, in order."""
    statement = select(CaseRecord).where(CaseRecord.case_id == case_id)
    return list((await session.exec(statement.order_by(col(CaseRecord.n)))).all())


async def choices(session: AsyncSession, *, case_id: UUID) -> list[CaseChoice]:
    """What the rules said of each mediator, the last round first, by rank."""
    statement = select(CaseChoice).where(CaseChoice.case_id == case_id)
    statement = statement.order_by(
        col(CaseChoice.n).desc(), col(CaseChoice.rank).nulls_last(), col(CaseChoice.user_id)
    )
    return list((await session.exec(statement.limit(500))).all())


async def objections(session: AsyncSession, *, case_id: UUID) -> list[CaseObjection]:
    """Whoever was objected to, and by whom."""
    statement = select(CaseObjection).where(CaseObjection.case_id == case_id)
    return list((await session.exec(statement.order_by(col(CaseObjection.id)))).all())


async def asks(session: AsyncSession, *, case_id: UUID) -> list[MediatorAsk]:
    """Who was asked to mediate a case, in order."""
    statement = select(MediatorAsk).where(MediatorAsk.case_id == case_id)
    statement = statement.order_by(col(MediatorAsk.id))
    statement = statement.execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def ask(session: AsyncSession, *, ask_id: UUID) -> MediatorAsk | None:
    """One ask."""
    return await session.get(MediatorAsk, ask_id, populate_existing=True)


async def organisation_names(session: AsyncSession, *, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of organisations."""
    return {r[0]: r[1] for r in await run(session, _ORGANISATION_NAMES_SQL, list(ids))}


async def to_lapse(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Cases of which somebody did not answer in time."""
    return [r[0] for r in await run(session, _TO_LAPSE_SQL, now, limit)]


async def to_fail(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Cases whose time is over."""
    return [r[0] for r in await run(session, _TO_FAIL_SQL, now, limit)]


async def to_replace(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Cases whose mediator may mediate no more."""
    return [r[0] for r in await run(session, _TO_REPLACE_SQL, now, limit)]


async def living_of_party(session: AsyncSession, *, user_id: UUID) -> list[UUID]:
    """Cases in which somebody takes part, or is asked to."""
    return [r[0] for r in await run(session, _LIVING_OF_PARTY_SQL, user_id)]
