"""SQL of outcomes. Their case is locked before anything of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.outcomes.models import Outcome, OutcomeConsent
from api.outcomes.states import OPEN, OUTCOME

_TABLE: Any = Outcome.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_COUNT_SQL = "SELECT count(*) FROM outcomes WHERE case_id = $1"
# What stands between a community and a door: where the quarrel is, and where its parties live.
_PLACES_SQL = """
SELECT DISTINCT p.name FROM places AS p
WHERE p.kind IN ('grid', 'compound', 'building') AND p.id IN (
    SELECT unnest(c.place_path) FROM cases AS c WHERE c.id = $1
    UNION SELECT t.building_id FROM case_parties AS t WHERE t.case_id = $1
    UNION SELECT unnest(m.place_path) FROM case_parties AS t
    JOIN memberships AS m ON m.user_id = t.user_id AND m.state = 'joined' WHERE t.case_id = $1
    UNION SELECT unnest(e.place_path) FROM case_parties AS t
    JOIN enrolled AS e ON e.id = t.user_id WHERE t.case_id = $1)
"""


async def add(session: AsyncSession, *, row: SQLModel) -> None:
    """Insert a row."""
    session.add(row)
    await session.flush()


async def outcome(session: AsyncSession, *, outcome_id: UUID) -> Outcome | None:
    """One outcome, as it is now."""
    return await session.get(Outcome, outcome_id, populate_existing=True)


async def open_one(session: AsyncSession, *, case_id: UUID) -> Outcome | None:
    """What waits, or is seen, of a case."""
    statement = select(Outcome).where(Outcome.case_id == case_id, col(Outcome.state).in_(OPEN))
    statement = statement.execution_options(populate_existing=True)
    return (await session.exec(statement)).first()


async def of_case(session: AsyncSession, *, case_id: UUID) -> list[Outcome]:
    """The texts of a case, the last one first; ten at most."""
    statement = select(Outcome).where(Outcome.case_id == case_id)
    return list((await session.exec(statement.order_by(col(Outcome.id).desc()))).all())


async def count(session: AsyncSession, *, case_id: UUID) -> int:
    """How many texts were drafted of a case."""
    return (await run(session, _COUNT_SQL, case_id))[0][0]


async def consents(session: AsyncSession, *, outcome_ids: Sequence[UUID]) -> list[OutcomeConsent]:
    """Who consented to texts, as they came."""
    statement = select(OutcomeConsent).where(col(OutcomeConsent.outcome_id).in_(outcome_ids))
    statement = statement.order_by(col(OutcomeConsent.at), col(OutcomeConsent.party_id))
    return list((await session.exec(statement)).all())


async def move(
    session: AsyncSession, *, key: UUID, event: str, from_state: str, **values: Any
) -> Row[Any] | None:
    """Move an outcome by an event of its machine."""
    return await move_row(
        session,
        _TABLE,
        OUTCOME,
        key=key,
        event=event,
        from_state=from_state,
        **values,
    )


async def shown(
    session: AsyncSession, *, community_id: UUID, before: UUID | None, limit: int
) -> list[Outcome]:
    """What everybody of a community may read, newest first."""
    statement = select(Outcome).where(
        Outcome.community_id == community_id,
        Outcome.state == "published",
        col(Outcome.text_sealed) != b"",
    )
    if before is not None:
        statement = statement.where(col(Outcome.id) < before)
    statement = statement.order_by(col(Outcome.id).desc()).limit(limit)
    return list((await session.exec(statement)).all())


async def place_names(session: AsyncSession, *, case_id: UUID) -> Sequence[str]:
    """What the places below the community are called by which its people could be known."""
    return [r[0] for r in await run(session, _PLACES_SQL, case_id)]
