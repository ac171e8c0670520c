"""SQL of agreements and visits. Their case is locked before anything of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements.figures import Case as CountedCase
from api.agreements.figures import Satisfaction
from api.agreements.models import Agreement, AgreementSignature, DueItem, Visit, VisitAnswer
from api.kit.db import move_row, run
from api.kit.state import Machine

_TABLES: dict[str, Any] = {
    "agreement": Agreement.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    "visit": Visit.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
}
_NEXT_N_SQL = "SELECT coalesce(max(n), 0) + 1 FROM agreements WHERE case_id = $1"
# The lock lets numbers be given one at a time, so that none is skipped and none given twice.
_LOCK_NUMBERS_SQL = """
SELECT pg_advisory_xact_lock(hashtextextended('agreement ' || $1::uuid::text, 0))
"""
_NEXT_NUMBER_SQL = """
SELECT coalesce(max(number), 0) + 1 FROM agreements WHERE community_id = $1 AND year = $2
"""
_REMIND_SQL = """
UPDATE due_items SET state = 'reminded', reminded_at = $2
WHERE agreement_id = $1 AND state = 'planned' AND remind_at <= $2
RETURNING party_id, term_n, begins_on
"""
# What a party did ahead of its day may be seen to be done before.
_SETTLE_SQL = """
UPDATE due_items SET state = $3, visit_id = $4
WHERE agreement_id = $1 AND id = ANY ($2::uuid[])
  AND state IN ('planned', 'reminded', 'claimed', 'kept')
  AND (begins_on <= $5 OR state = 'claimed' AND $3 = 'kept')
RETURNING id
"""
_CLAIM_SQL = """
UPDATE due_items SET state = 'claimed', claimed_at = $2
WHERE id = $1 AND state IN ('planned', 'reminded') RETURNING id
"""
_CONFIRM_SQL = """
UPDATE due_items SET state = 'kept', confirmed_party_id = $2
WHERE id = $1 AND state = 'claimed' RETURNING id
"""
# Due as before; of what is over nobody is reminded.
_DENY_SQL = """
UPDATE due_items SET state = CASE WHEN reminded_at IS NULL THEN 'planned' ELSE 'reminded' END,
    denials = denials + 1, remind_at = CASE WHEN ends_on >= $2 THEN remind_at END
WHERE id = $1 AND state = 'claimed' RETURNING id
"""
_VOID_SQL = """
UPDATE due_items SET state = 'void'
WHERE agreement_id = $1 AND state IN ('planned', 'reminded', 'claimed')
"""
_TO_REMIND_SQL = """
SELECT a.id FROM due_items AS d JOIN agreements AS a ON a.id = d.agreement_id
WHERE d.state = 'planned' AND d.remind_at <= $1 AND a.state = 'in_force'
GROUP BY a.id ORDER BY min(d.remind_at) LIMIT $2
"""
_TO_PERFORM_SQL = """
SELECT id FROM agreements
WHERE state = 'in_force' AND NOT is_performing AND performs_at <= $1
ORDER BY performs_at LIMIT $2
"""
_TO_COURT_SQL = """
SELECT id FROM agreements
WHERE court = 'open' AND (court_closes_at <= $1 OR court_remind_at <= $1)
ORDER BY court_closes_at LIMIT $2
"""
_TO_CALL_SQL = """
SELECT id FROM visits WHERE state = 'planned' AND called_at IS NULL AND due_at <= $1
ORDER BY due_at LIMIT $2
"""
_CASE_OF_AGREEMENT_SQL = "SELECT case_id FROM agreements WHERE id = $1"
_NOTE_PERFORMING_SQL = "UPDATE agreements SET is_performing = true WHERE id = $1"
_HOLDS_ROLE_SQL = """
SELECT EXISTS (
    SELECT 1 FROM grants AS g JOIN users AS u ON u.id = g.user_id AND u.state = 'active'
    WHERE g.user_id = $1 AND g.revoked_at IS NULL AND g.role = ANY ($2::text[])
      AND (g.place_id IS NULL OR g.place_id = ANY ($3::uuid[])))
"""
_NAMES_SQL = """
SELECT u.id, u.nickname, CASE WHEN r.state = 'verified' THEN r.name_sealed END
FROM users AS u LEFT JOIN real_names AS r ON r.id = u.id WHERE u.id = ANY ($1::uuid[])
"""
_COMMITTEE_SQL = """
SELECT k.name FROM cases AS c
LEFT JOIN mediators AS m ON m.id = c.mediator_id
JOIN committees AS k ON k.id = coalesce(c.committee_id, m.committee_id) WHERE c.id = $1
"""
# Of each case what the published formulas count: the last visit at which somebody answered, and the
# least of what was said there, so that one side's content does not hide the other's.
_COUNTED_SQL = """
SELECT c.id, c.accepted_at,
       r.reached_at, r.tries_at,
       e.is_excluded, v.is_solved, v.worst,
       EXISTS (SELECT 1 FROM agreements AS a WHERE a.case_id = c.id AND a.effective_at IS NOT NULL),
       e.has_failed, e.is_broken, e.is_kept
FROM cases AS c
-- Whom a contact names was reached; one that names nobody was a try.
CROSS JOIN LATERAL (
    SELECT min(recorded_at) FILTER (WHERE kind = 'session' OR party_ids <> '{}'),
           array_agg(recorded_at)
    FROM case_records WHERE case_id = c.id AND kind IN ('contact', 'session'))
    AS r (reached_at, tries_at)
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(to_state IN ('withdrawn', 'refused', 'escalated')), false),
           coalesce(bool_or(to_state = 'failed'), false),
           coalesce(bool_or(to_state = 'breached'), false),
           coalesce(bool_or(to_state = 'fulfilled'), false)
    FROM events WHERE subject = 'case' AND subject_id = c.id)
    AS e (is_excluded, has_failed, is_broken, is_kept)
LEFT JOIN LATERAL (
    SELECT bool_and(w.answer = 'solved'),
           max(array_position(ARRAY['satisfied', 'basically', 'unsatisfied'], w.satisfaction))
    FROM visit_answers AS w WHERE w.visit_id = (
        SELECT x.id FROM visits AS x WHERE x.case_id = c.id AND x.state = 'recorded'
          AND EXISTS (SELECT 1 FROM visit_answers AS y WHERE y.visit_id = x.id
                      AND (y.answer IS NOT NULL OR y.satisfaction IS NOT NULL))
        ORDER BY x.recorded_at DESC, x.id DESC LIMIT 1)) AS v (is_solved, worst) ON true
WHERE c.place_path @> ARRAY[$1::uuid] AND c.accepted_at >= $2 AND c.accepted_at < $3
ORDER BY c.id LIMIT $4
"""
_SATISFACTIONS: tuple[Satisfaction, ...] = ("satisfied", "basically", "unsatisfied")
# How many of the community listened to which open session.
_LISTENED_SQL = """
SELECT h.record_n, count(l.id) FROM hearings AS h
LEFT JOIN listeners AS l ON l.hearing_id = h.id AND l.state = 'attended'
WHERE h.case_id = $1 AND h.state = 'held' GROUP BY 1
"""
_IS_VISITOR_SQL = """
SELECT EXISTS (SELECT 1 FROM visits WHERE case_id = $1 AND visitor_id = $2 AND state <> 'void')
"""
_CASE_OF_VISIT_SQL = "SELECT case_id FROM visits WHERE id = $1"


async def add(session: AsyncSession, *, rows: Sequence[SQLModel]) -> None:
    """Insert rows, in this order."""
    for row in rows:
        session.add(row)
    await session.flush()


async def agreement(
    session: AsyncSession, *, agreement_id: UUID, lock: bool = False
) -> Agreement | None:
    """One agreement, locked until the transaction ends if asked."""
    return await session.get(
        Agreement, agreement_id, populate_existing=True, with_for_update=lock or None
    )


async def of_case(
    session: AsyncSession, *, case_id: UUID, states: Sequence[str] | None = None
) -> list[Agreement]:
    """The agreements of a case, in order."""
    statement = select(Agreement).where(Agreement.case_id == case_id)
    if states is not None:
        statement = statement.where(col(Agreement.state).in_(states))
    statement = statement.order_by(col(Agreement.n)).execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def next_n(session: AsyncSession, *, case_id: UUID) -> int:
    """Which text of a case the next one is."""
    return (await run(session, _NEXT_N_SQL, case_id))[0][0]


async def next_number(session: AsyncSession, *, community_id: UUID, year: int) -> int:
    """The next number of a community in a year; nobody else takes one until the commit."""
    await run(session, _LOCK_NUMBERS_SQL, community_id)
    return (await run(session, _NEXT_NUMBER_SQL, community_id, year))[0][0]


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
    """Move an agreement or a visit by an event of its machine."""
    return await move_row(
        session,
        _TABLES[machine.name],
        machine,
        key=key,
        event=event,
        from_state=from_state,
        **values,
    )


async def signatures(
    session: AsyncSession, *, agreement_ids: Sequence[UUID]
) -> list[AgreementSignature]:
    """The names under texts, as they came."""
    statement = select(AgreementSignature).where(
        col(AgreementSignature.agreement_id).in_(agreement_ids)
    )
    return list((await session.exec(statement.order_by(col(AgreementSignature.id)))).all())


async def items(session: AsyncSession, *, agreement_ids: Sequence[UUID]) -> list[DueItem]:
    """What is due under agreements, in order of time."""
    statement = select(DueItem).where(col(DueItem.agreement_id).in_(agreement_ids))
    statement = statement.order_by(
        col(DueItem.begins_on), col(DueItem.ends_on), col(DueItem.term_n)
    )
    statement = statement.execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def remind(
    session: AsyncSession, *, agreement_id: UUID, now: datetime
) -> list[tuple[UUID, int, Any]]:
    """Mark as reminded what is to be; of each its party, the number of its term, its first day."""
    rows = await run(session, _REMIND_SQL, agreement_id, now)
    return [(r[0], r[1], r[2]) for r in sorted(rows, key=lambda r: (r[2], r[1]))]


async def settle_items(
    session: AsyncSession,
    *,
    agreement_id: UUID,
    item_ids: Sequence[UUID],
    state: str,
    visit_id: UUID,
    on: Any,
) -> int:
    """Write that items were kept or broken which had begun by a day; how many that is true of."""
    return len(await run(session, _SETTLE_SQL, agreement_id, list(item_ids), state, visit_id, on))


async def claim_item(session: AsyncSession, *, item_id: UUID, now: datetime) -> None:
    """Write that its party says it is done."""
    assert await run(session, _CLAIM_SQL, item_id, now), "its case was locked"


async def confirm_item(session: AsyncSession, *, item_id: UUID, party_id: UUID) -> None:
    """Write that the other side says so, too."""
    assert await run(session, _CONFIRM_SQL, item_id, party_id), "its case was locked"


async def deny_item(session: AsyncSession, *, item_id: UUID, on: Any) -> None:
    """Write that the other side says it is not."""
    assert await run(session, _DENY_SQL, item_id, on), "its case was locked"


async def void_items(session: AsyncSession, *, agreement_id: UUID) -> None:
    """Nothing of an agreement is due any more."""
    await run(session, _VOID_SQL, agreement_id)


async def visit(session: AsyncSession, *, visit_id: UUID, lock: bool = False) -> Visit | None:
    """One visit, locked until the transaction ends if asked."""
    return await session.get(Visit, visit_id, populate_existing=True, with_for_update=lock or None)


async def visits(session: AsyncSession, *, case_id: UUID) -> list[Visit]:
    """The visits of a case, in order of their days."""
    statement = select(Visit).where(Visit.case_id == case_id)
    statement = statement.order_by(col(Visit.due_on), col(Visit.id))
    statement = statement.execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def visits_of_visitor(
    session: AsyncSession, *, visitor_id: UUID, before: UUID | None, limit: int
) -> list[Visit]:
    """The visits that somebody was given, newest first."""
    statement = select(Visit).where(Visit.visitor_id == visitor_id)
    if before is not None:
        statement = statement.where(col(Visit.id) < before)
    return list((await session.exec(statement.order_by(col(Visit.id).desc()).limit(limit))).all())


async def answers(session: AsyncSession, *, visit_ids: Sequence[UUID]) -> list[VisitAnswer]:
    """What was said at visits."""
    statement = select(VisitAnswer).where(col(VisitAnswer.visit_id).in_(visit_ids))
    return list((await session.exec(statement.order_by(col(VisitAnswer.party_id)))).all())


async def case_of_agreement(session: AsyncSession, *, agreement_id: UUID) -> UUID:
    """Whose agreement it is."""
    return (await run(session, _CASE_OF_AGREEMENT_SQL, agreement_id))[0][0]


async def case_of_visit(session: AsyncSession, *, visit_id: UUID) -> UUID | None:
    """Whose visit it is."""
    rows = await run(session, _CASE_OF_VISIT_SQL, visit_id)
    return rows[0][0] if rows else None


async def note_performing(session: AsyncSession, *, agreement_id: UUID) -> None:
    """Note that the first term is due; the case's event tells of it."""
    await run(session, _NOTE_PERFORMING_SQL, agreement_id)


async def holds_role(
    session: AsyncSession, *, user_id: UUID, roles: Sequence[str], place_path: Sequence[UUID]
) -> bool:
    """Whether somebody holds one of the roles at a place or above it."""
    return (await run(session, _HOLDS_ROLE_SQL, user_id, list(roles), list(place_path)))[0][0]


async def names(
    session: AsyncSession, *, user_ids: Sequence[UUID]
) -> list[tuple[UUID, str, bytes | None]]:
    """What accounts call themselves, and their verified names, sealed."""
    rows = await run(session, _NAMES_SQL, list(user_ids))
    return [(r[0], r[1], r[2]) for r in rows]


async def committee_name(session: AsyncSession, *, case_id: UUID) -> str | None:
    """The committee of a case, or of its mediator."""
    rows = await run(session, _COMMITTEE_SQL, case_id)
    return rows[0][0] if rows else None


async def counted_cases(
    session: AsyncSession, *, place_id: UUID, since: datetime, until: datetime, limit: int
) -> list[CountedCase]:
    """What the formulas count of the cases accepted at a place in a time."""
    rows = await run(session, _COUNTED_SQL, place_id, since, until, limit)
    return [_counted(*row) for row in rows]


async def listened(session: AsyncSession, *, case_id: UUID) -> dict[int, int]:
    """The sessions of a case that were open, by their number: how many listened."""
    return {r[0]: r[1] for r in await run(session, _LISTENED_SQL, case_id)}


async def is_visitor(session: AsyncSession, *, case_id: UUID, user_id: UUID) -> bool:
    """Whether somebody was given a visit of a case."""
    return (await run(session, _IS_VISITOR_SQL, case_id, user_id))[0][0]


async def to_remind(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Agreements of which something is to be reminded."""
    return [r[0] for r in await run(session, _TO_REMIND_SQL, now, limit)]


async def to_perform(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Agreements of which the first term is due."""
    return [r[0] for r in await run(session, _TO_PERFORM_SQL, now, limit)]


async def to_court(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Agreements of whose confirmation people are to be reminded, or the time for it is over."""
    return [r[0] for r in await run(session, _TO_COURT_SQL, now, limit)]


async def to_call(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Visits whose day has come."""
    return [r[0] for r in await run(session, _TO_CALL_SQL, now, limit)]


def _counted(
    case_id: UUID,
    accepted_at: datetime,
    reached_at: datetime | None,
    tries_at: list[datetime] | None,
    is_excluded: bool,
    is_solved: bool | None,
    worst: int | None,
    is_agreed: bool,
    has_failed: bool,
    is_broken: bool,
    is_kept: bool,
) -> CountedCase:
    failed_or_not = "failed" if has_failed else None
    kept_or_not = "kept" if is_kept else None
    solved = "solved" if is_solved else "unsolved"
    return CountedCase(
        case_id,
        accepted_at,
        first_reached_at=reached_at,
        tries_at=tuple(tries_at or ()),
        is_excluded=is_excluded,
        answer=None if is_solved is None else solved,
        satisfaction=None if worst is None else _SATISFACTIONS[worst - 1],
        outcome="agreed" if is_agreed else failed_or_not,
        performance="broken" if is_broken else kept_or_not,
    )
