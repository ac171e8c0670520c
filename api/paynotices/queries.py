"""SQL of the inbox of WeChat Pay's notices."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import GATEWAY
from api.events.queries import INSERT_COLUMNS
from api.kit.db import HotConnection, move_row
from api.kit.ids import new_id
from api.paynotices.events import PAY_NOTICE_RECEIVED
from api.paynotices.models import PayNotice
from api.paynotices.states import PAY_NOTICE

PAY_NOTICES = PayNotice.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]

# The notice and its event in one statement, which is one transaction: while it lasts WeChat waits.
_KEEP_SQL = f"""
WITH kept AS (
    INSERT INTO pay_notices (id, notice_id, kind, body, state, version, received_at)
    VALUES ($1, $2, $3::text, $4, 'received', 1, linli_now())
    ON CONFLICT (notice_id) DO NOTHING RETURNING id, received_at)
INSERT INTO {INSERT_COLUMNS}
SELECT '{PAY_NOTICE_RECEIVED.name}', '{PAY_NOTICE_RECEIVED.subject}', id, 1, NULL, 'received',
       '{GATEWAY.kind}', NULL, received_at, NULL, jsonb_build_object('kind', $3::text)
FROM kept RETURNING subject_id
"""


async def keep(connection: HotConnection, *, notice_id: str, kind: str, body: bytes) -> UUID | None:
    """Put a notice into the inbox and say so, once; ``None``: it is there already."""
    row = await connection.fetchrow(_KEEP_SQL, new_id(), notice_id, kind, body)
    return row["subject_id"] if row is not None else None


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
        PAY_NOTICE,
        key=row_id,
        event=event,
        from_state="received",
        **values,
    )
