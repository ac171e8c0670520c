"""SQL of consents."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.models import DataConsent
from api.consents.states import CONSENT
from api.kit.db import move_row, run

TABLE = DataConsent.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_HAS_SQL = """
SELECT 1 FROM data_consents
WHERE user_id = $1 AND purpose = $2 AND state = 'granted' AND text_version = $3
"""
_ADD_SQL = """
INSERT INTO data_consents (id, user_id, purpose, text_version, text_hash, state, how, session_id,
                      version, granted_at)
VALUES ($1, $2, $3, $4, $5, 'granted', $6, $7, 1, $8)
ON CONFLICT DO NOTHING RETURNING id
"""


async def has(session: AsyncSession, *, user_id: UUID, purpose: str, text_version: str) -> bool:
    """Whether a consent to this very text is in force."""
    return bool(await run(session, _HAS_SQL, user_id, purpose, text_version))


async def live(session: AsyncSession, *, user_id: UUID, purpose: str) -> DataConsent | None:
    """The consent to a purpose that is in force, whatever its text, locked."""
    statement = select(DataConsent).where(
        DataConsent.user_id == user_id,
        DataConsent.purpose == purpose,
        DataConsent.state == "granted",
    )
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def all_live(session: AsyncSession, *, user_id: UUID) -> list[DataConsent]:
    """A person's consents in force, at most one a purpose."""
    statement = select(DataConsent).where(
        DataConsent.user_id == user_id, DataConsent.state == "granted"
    )
    return list((await session.exec(statement.order_by(col(DataConsent.purpose)).limit(100))).all())


async def add(session: AsyncSession, *, row: DataConsent) -> bool:
    """Insert a consent; false: another to the same purpose is in force."""
    arguments = (row.id, row.user_id, row.purpose, row.text_version, row.text_hash, row.how,
                 row.session_id, row.granted_at)  # fmt: skip
    return bool(await run(session, _ADD_SQL, *arguments))


async def move(
    session: AsyncSession, *, consent_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """End a consent by an event of the machine; ``None``: it has ended already."""
    return await move_row(
        session,
        TABLE,  # pyright: ignore[reportUnknownArgumentType]
        CONSENT,
        key=consent_id,
        event=event,
        from_state="granted",
        **values,
    )
