"""Agreeing, withdrawing, and refusing what nobody agreed to."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents import queries
from api.consents.events import CONSENT_GRANTED, CONSENT_SUPERSEDED, CONSENT_WITHDRAWN
from api.consents.models import DataConsent
from api.consents.purposes import PURPOSES, Purpose
from api.errors import AppError
from api.events.log import by_user, emit
from api.events.registry import EventKind

How = Literal["app", "demo"]


async def has_consent(session: AsyncSession, *, user_id: UUID, purpose: Purpose) -> bool:
    """Whether the person agrees to the purpose as it is worded today."""
    version = PURPOSES[purpose].version
    return await queries.has(session, user_id=user_id, purpose=purpose, text_version=version)


async def require_consent(session: AsyncSession, *, user_id: UUID, purpose: Purpose) -> None:
    """Refuse unless the person agrees to the purpose as it is worded today.

    Raises:
        AppError: consent_needed.
    """
    if not await has_consent(session, user_id=user_id, purpose=purpose):
        raise AppError("consent_needed", purpose)


async def grant_consent(
    session: AsyncSession,
    *,
    user_id: UUID,
    purpose: Purpose,
    text_version: str,
    session_id: UUID | None,
    how: How,
    now: datetime,
) -> None:
    """Note that a person agrees to a text; agreeing twice changes nothing.

    A consent to an older text ends with it.

    Raises:
        AppError: consent_outdated, where the text is not today's.
    """
    asked = PURPOSES[purpose]
    if text_version != asked.version:
        raise AppError("consent_outdated", asked.version)
    before = await queries.live(session, user_id=user_id, purpose=purpose)
    if before is not None and before.text_version == text_version:
        return
    if before is not None:
        await _end(session, before, "supersede", CONSENT_SUPERSEDED, now)
    row = DataConsent(
        user_id=user_id,
        purpose=purpose,
        text_version=text_version,
        text_hash=asked.text_hash,
        how=how,
        session_id=session_id,
        granted_at=now,
    )
    # A twin of this request was faster: then it is agreed to.
    if not await queries.add(session, row=row):
        return
    await emit(
        session,
        CONSENT_GRANTED,
        subject_id=row.id,
        subject_seq=1,
        actor=by_user(user_id),
        now=now,
        to_state="granted",
        user_id=str(user_id),
        purpose=purpose,
        text_version=text_version,
        how=how,
    )


async def withdraw_consent(
    session: AsyncSession, *, user_id: UUID, purpose: Purpose, now: datetime
) -> None:
    """Take a consent back; where there is none, nothing changes."""
    row = await queries.live(session, user_id=user_id, purpose=purpose)
    if row is not None:
        await _end(session, row, "withdraw", CONSENT_WITHDRAWN, now)


async def _end(
    session: AsyncSession, row: DataConsent, event: str, kind: EventKind, now: datetime
) -> None:
    consent_id, user_id, purpose = row.id, row.user_id, row.purpose
    moved = await queries.move(session, consent_id=consent_id, event=event, ended_at=now)
    assert moved is not None, "the row is locked"
    await emit(
        session,
        kind,
        subject_id=consent_id,
        subject_seq=moved.version,
        actor=by_user(user_id),
        now=now,
        from_state="granted",
        to_state=moved.state,
        user_id=str(user_id),
        purpose=purpose,
    )
