"""Complaints about a mediator: filed by a party of their case, decided by staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import MANAGERS, Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediators import queries
from api.mediators.events import COMPLAINT_DISMISSED, COMPLAINT_FILED, COMPLAINT_UPHELD
from api.mediators.models import MediatorComplaint
from api.mediators.rules import ComplaintCode
from api.mediators.states import COMPLAINT

COLUMN = "mediator_complaints.text"
_DECIDED = {"uphold": COMPLAINT_UPHELD, "dismiss": COMPLAINT_DISMISSED}


async def file_complaint(
    session: AsyncSession,
    *,
    mediator_id: UUID,
    case_id: UUID,
    place_path: Sequence[UUID],
    code: ComplaintCode,
    text: str,
    vault: Vault,
    caller: Caller,
) -> UUID:
    """Complain about the mediator of a case that the caller may see: its number; once open.

    Whoever calls has locked the case.
    """
    filed = await queries.filed_complaint(
        session, case_id=case_id, mediator_id=mediator_id, by_id=caller.user_id
    )
    if filed is not None:
        return filed
    row_id = new_id()
    row = MediatorComplaint(
        id=row_id,
        mediator_id=mediator_id,
        case_id=case_id,
        place_path=list(place_path),
        by_id=caller.user_id,
        code=code,
        text_sealed=vault.seal(text, column=COLUMN, row=row_id),
        created_at=caller.now,
    )
    await queries.add(session, row=row)
    await emit(
        session, COMPLAINT_FILED, subject_id=row_id, subject_seq=1, actor=caller.actor,
        now=caller.now, community_id=place_path[1], to_state="open", code=code,
        case_id=str(case_id),
    )  # fmt: skip
    return row_id


async def decide(
    session: AsyncSession, *, complaint_id: UUID, is_upheld: bool, caller: Caller
) -> MediatorComplaint:
    """Uphold or dismiss a complaint; to suspend the mediator is an act of its own.

    Raises:
        AppError: role_missing, not_found, complaint_decided, another_must_decide.
    """
    row = await queries.complaint(session, complaint_id=complaint_id, lock=True)
    caller.require_there(MANAGERS, () if row is None else row.place_path)
    if row is None:
        raise AppError("not_found")
    if row.state != "open":
        raise AppError("complaint_decided")
    if caller.user_id in (row.by_id, row.mediator_id):
        raise AppError("another_must_decide")
    event = "uphold" if is_upheld else "dismiss"
    moved = await queries.move(
        session, COMPLAINT, key=row.id, event=event, from_state="open",
        decided_by_id=caller.user_id, decided_at=caller.now,
    )  # fmt: skip
    assert moved is not None, "the complaint was locked"
    await emit(
        session, _DECIDED[event], subject_id=row.id, subject_seq=moved.version,
        actor=caller.actor, now=caller.now, community_id=row.place_path[1], from_state="open",
        to_state=moved.state,
    )  # fmt: skip
    again = await queries.complaint(session, complaint_id=row.id)
    assert again is not None
    return again


def text_of(row: MediatorComplaint, *, vault: Vault) -> str:
    """What was said; empty, where it was forgotten."""
    sealed = bytes(row.text_sealed)
    return vault.open(sealed, column=COLUMN, row=row.id) if sealed else ""
