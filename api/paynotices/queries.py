"""SQL of the inbox of WeChat Pay's notices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import move_row, run
from api.kit.ids import new_id
from api.paynotices.models import PayNotice
from api.paynotices.states import PAY_NOTICE

PAY_NOTICES = PayNotice.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

_KEEP_SQL = """
INSERT INTO pay_notices (id, notice_id, kind, body, state, version, received_at)
VALUES ($1, $2, $3, $4, 'received', 1, $5)
ON CONFLICT (notice_id) DO NOTHING RETURNING id
"""


async def keep(
    session: AsyncSession, *, notice_id: str, kind: str, body: bytes, now: datetime
) -> UUID | None:
    """Put a notice into the inbox; ``None``: it is there already."""
    rows = await run(session, _KEEP_SQL, new_id(), notice_id, kind, body, now)
    return rows[0][0] if rows else None


async def received(session: AsyncSession, *, row_id: UUID) -> PayNotice | None:
    """A notice that waits to be taken in, locked until the transaction ends."""
    statement = (
        select(PayNotice)
        .where(PayNotice.id == row_id, PayNotice.state == "received")
        .with_for_update()
    )
    return (await session.exec(statement)).one_or_none()


async def move(
    session: AsyncSession, *, row_id: UUID, event: str, **values: Any
) -> Row[Any] | None:
    """Move a received notice by an event of the machine."""
    return await move_row(
        session,
        PAY_NOTICES,  # pyright: ignore[reportUnknownArgumentType]
        key=row_id,
        from_states=("received",),
        to_state=PAY_NOTICE.target("received", event),
        **values,
    )
