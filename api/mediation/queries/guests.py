"""SQL of those who join talks without being a party. Their case is locked first."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.mediation.models import Case, CaseGuest, CaseGuestConsent
from api.mediation.states import TALKED

_CASE_OF_SQL = "SELECT case_id FROM case_guests WHERE id = $1"


async def guest(session: AsyncSession, *, guest_id: UUID) -> CaseGuest | None:
    """One guest, as they are now."""
    return await session.get(CaseGuest, guest_id, populate_existing=True)


async def case_of(session: AsyncSession, *, guest_id: UUID) -> UUID | None:
    """Into whose talks a guest is to come."""
    rows = await run(session, _CASE_OF_SQL, guest_id)
    return rows[0][0] if rows else None


async def of_case(session: AsyncSession, *, case_id: UUID) -> list[CaseGuest]:
    """The guests of a case, as they were proposed."""
    statement = select(CaseGuest).where(CaseGuest.case_id == case_id)
    statement = statement.order_by(col(CaseGuest.id)).execution_options(populate_existing=True)
    return list((await session.exec(statement)).all())


async def consents(session: AsyncSession, *, guest_ids: Sequence[UUID]) -> list[CaseGuestConsent]:
    """Which parties want them there."""
    statement = select(CaseGuestConsent).where(col(CaseGuestConsent.guest_id).in_(guest_ids))
    return list((await session.exec(statement)).all())


async def mine(
    session: AsyncSession, *, user_id: UUID, before: UUID | None, limit: int
) -> list[tuple[CaseGuest, Case]]:
    """The talks that somebody may join, while there are any; newest first."""
    statement = (
        select(CaseGuest, Case)
        .join(Case, col(Case.id) == CaseGuest.case_id)
        .where(
            CaseGuest.user_id == user_id,
            CaseGuest.state == "admitted",
            col(Case.state).in_(TALKED),
        )
    )
    if before is not None:
        statement = statement.where(col(CaseGuest.id) < before)
    rows = await session.exec(statement.order_by(col(CaseGuest.id).desc()).limit(limit))
    return list(rows.all())
