"""One move of an agreement or of a visit, and its event, for every act around them."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.models import Agreement, Visit
from api.agreements.states import AGREEMENT, VISIT
from api.events.log import Actor, emit
from api.events.registry import EventKind


async def move_agreement(
    session: AsyncSession,
    agreement: Agreement,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> Agreement:
    """Move an agreement of a locked case, write what changes with it, and tell; the row anew."""
    before = agreement.state
    moved = await queries.move(
        session, AGREEMENT, key=agreement.id, event=event, from_state=before, **(writes or {})
    )
    assert moved is not None, "its case was locked"
    await emit(
        session, kind, subject_id=agreement.id, subject_seq=moved.version, actor=actor, now=now,
        community_id=agreement.community_id, from_state=before, to_state=moved.state, **data,
    )  # fmt: skip
    row = await queries.agreement(session, agreement_id=agreement.id)
    assert row is not None
    return row


async def move_visit(
    session: AsyncSession,
    visit: Visit,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> Visit:
    """Move a visit of a locked case, write what changes with it, and tell; the row anew."""
    before = visit.state
    moved = await queries.move(
        session, VISIT, key=visit.id, event=event, from_state=before, **(writes or {})
    )
    assert moved is not None, "its case was locked"
    await emit(
        session, kind, subject_id=visit.id, subject_seq=moved.version, actor=actor, now=now,
        from_state=before, to_state=moved.state, **data,
    )  # fmt: skip
    row = await queries.visit(session, visit_id=visit.id)
    assert row is not None
    return row
