"""SQL of mediators, committees, organisations and complaints."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.kit.state import Machine
from api.mediators.models import Committee, Mediator, MediatorComplaint, Organisation

_TABLES: dict[str, Any] = {
    "mediator": Mediator.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    "mediator_complaint": MediatorComplaint.__table__,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
}
_MAKE_SQL = {
    "committees": """
INSERT INTO committees (id, place_id, place_path, name, made_by_id, version, created_at)
VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT (place_id, name) DO NOTHING RETURNING id
""",
    "organisations": """
INSERT INTO organisations (id, place_id, place_path, name, made_by_id, version, created_at, kind)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7) ON CONFLICT (place_id, name) DO NOTHING RETURNING id
""",
}
# Whoever was rejected, or ended it, may apply again.
_APPLY_SQL = """
INSERT INTO mediators AS m (
    id, place_id, place_path, state, categories, languages, hours_from, hours_to, load_max,
    is_available, employer_id, applied_at, version)
VALUES ($1, $2, $3, 'applied', $4, $5, $6, $7, $8, true, $9, $10, 1)
ON CONFLICT (id) DO UPDATE SET
    place_id = $2, place_path = $3, state = 'applied', categories = $4, languages = $5,
    hours_from = $6, hours_to = $7, load_max = $8, employer_id = $9, applied_at = $10,
    is_available = true, code = NULL, version = m.version + 1
WHERE m.state IN ('rejected', 'ended') RETURNING version
"""
_CHANGE_SQL = """
UPDATE mediators SET languages = $3, hours_from = $4, hours_to = $5, load_max = $6,
    is_available = $7, employer_id = $8, version = version + 1
WHERE id = $1 AND version = $2 RETURNING version
"""
_FILED_SQL = """
SELECT id FROM mediator_complaints
WHERE case_id = $1 AND mediator_id = $2 AND by_id = $3 AND state = 'open'
"""


async def make_committee(session: AsyncSession, *, row: Committee) -> bool:
    """Insert a committee; false: one of this name is there."""
    values = (row.id, row.place_id, row.place_path, row.name, row.made_by_id, row.created_at)
    return bool(await run(session, _MAKE_SQL["committees"], *values))


async def make_organisation(session: AsyncSession, *, row: Organisation) -> bool:
    """Insert an organisation; false: one of this name is there."""
    values = (row.id, row.place_id, row.place_path, row.name, row.made_by_id, row.created_at)
    return bool(await run(session, _MAKE_SQL["organisations"], *values, row.kind))


async def committee(session: AsyncSession, *, committee_id: UUID) -> Committee | None:
    """One committee."""
    return await session.get(Committee, committee_id)


async def organisation(session: AsyncSession, *, organisation_id: UUID) -> Organisation | None:
    """One organisation."""
    return await session.get(Organisation, organisation_id)


async def committees_at(
    session: AsyncSession, *, path: Sequence[UUID], before: UUID | None, limit: int
) -> list[Committee]:
    """Committees of a place, above it and below it, newest first."""
    statement = select(Committee).where(
        col(Committee.place_path).contains([path[-1]]) | col(Committee.place_id).in_(path)
    )
    if before is not None:
        statement = statement.where(col(Committee.id) < before)
    return list(await session.exec(statement.order_by(col(Committee.id).desc()).limit(limit)))


async def organisations_at(
    session: AsyncSession, *, path: Sequence[UUID], before: UUID | None, limit: int
) -> list[Organisation]:
    """Organisations of a place, above it and below it, newest first."""
    statement = select(Organisation).where(
        col(Organisation.place_path).contains([path[-1]]) | col(Organisation.place_id).in_(path)
    )
    if before is not None:
        statement = statement.where(col(Organisation.id) < before)
    return list(await session.exec(statement.order_by(col(Organisation.id).desc()).limit(limit)))


async def mediator(
    session: AsyncSession, *, mediator_id: UUID, lock: bool = False
) -> Mediator | None:
    """One mediator, locked until the transaction ends if asked."""
    return await session.get(
        Mediator, mediator_id, populate_existing=True, with_for_update=lock or None
    )


async def apply(session: AsyncSession, *, row: Mediator) -> int | None:
    """Insert or renew an application; ``None``: there is one, or they are appointed."""
    rows = await run(
        session, _APPLY_SQL, row.id, row.place_id, row.place_path, row.categories, row.languages,
        row.hours_from, row.hours_to, row.load_max, row.employer_id, row.applied_at,
    )  # fmt: skip
    return rows[0][0] if rows else None


async def change(session: AsyncSession, *, row: Mediator, version: int) -> int | None:
    """Write what a mediator says of themselves; ``None``: it is another version by now."""
    rows = await run(
        session, _CHANGE_SQL, row.id, version, row.languages, row.hours_from, row.hours_to,
        row.load_max, row.is_available, row.employer_id,
    )  # fmt: skip
    return rows[0][0] if rows else None


async def at_place(
    session: AsyncSession, *, place_id: UUID, state: str | None, before: UUID | None, limit: int
) -> list[Mediator]:
    """Mediators at a place and below, the latest accounts first."""
    statement = select(Mediator).where(col(Mediator.place_path).contains([place_id]))
    if state is not None:
        statement = statement.where(Mediator.state == state)
    if before is not None:
        statement = statement.where(col(Mediator.id) < before)
    return list(await session.exec(statement.order_by(col(Mediator.id).desc()).limit(limit)))


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
    """Move a mediator or a complaint by an event of its machine."""
    return await move_row(
        session,
        _TABLES[machine.name],
        machine,
        key=key,
        event=event,
        from_state=from_state,
        **values,
    )


async def add(session: AsyncSession, *, row: SQLModel) -> None:
    """Insert a row."""
    session.add(row)
    await session.flush()


async def filed_complaint(
    session: AsyncSession, *, case_id: UUID, mediator_id: UUID, by_id: UUID
) -> UUID | None:
    """The complaint of somebody about a mediator in a case that nobody decided."""
    rows = await run(session, _FILED_SQL, case_id, mediator_id, by_id)
    return rows[0][0] if rows else None


async def complaint(
    session: AsyncSession, *, complaint_id: UUID, lock: bool = False
) -> MediatorComplaint | None:
    """One complaint, locked until the transaction ends if asked."""
    return await session.get(
        MediatorComplaint, complaint_id, populate_existing=True, with_for_update=lock or None
    )


async def complaints_at(
    session: AsyncSession, *, place_id: UUID, before: UUID | None, limit: int
) -> list[MediatorComplaint]:
    """Complaints about mediators in cases at a place and below, newest first."""
    statement = select(MediatorComplaint).where(
        col(MediatorComplaint.place_path).contains([place_id])
    )
    if before is not None:
        statement = statement.where(col(MediatorComplaint.id) < before)
    statement = statement.order_by(col(MediatorComplaint.id).desc()).limit(limit)
    return list(await session.exec(statement))
