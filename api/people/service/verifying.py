"""Real names: submitted by the person, decided by staff of the community."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.service import require_consent
from api.errors import AppError, FieldError
from api.events.log import emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, Caller
from api.kit.clock import china
from api.kit.crypto import Vault
from api.people import queries
from api.people.events import (
    REAL_NAME_APPROVED,
    REAL_NAME_REJECTED,
    REAL_NAME_REVEALED,
    REAL_NAME_REVOKED,
    REAL_NAME_SUBMITTED,
)
from api.people.models import RealName
from api.people.rules import AgeBand, age_band, birth_date
from api.places.service import community_of_place

NAME_COLUMN = "real_names.name"
NUMBER_COLUMN = "real_names.number"
ACCOUNT_CLOSED = "account_closed"
_DECISIONS: dict[str, EventKind] = {
    "approve": REAL_NAME_APPROVED,
    "reject": REAL_NAME_REJECTED,
    "revoke": REAL_NAME_REVOKED,
}
_FORGOTTEN = {"name_sealed": None, "number_sealed": None, "number_index": None, "age_band": None}


@dataclass(frozen=True, slots=True)
class Identity:
    """Name and identity number as they stand on the card."""

    name: str
    number: str


async def submit(
    session: AsyncSession, *, identity: Identity, community_id: UUID, vault: Vault, caller: Caller
) -> RealName:
    """Submit one's real name for the staff of a community; a rejected one may be submitted again.

    Raises:
        AppError: consent_needed, id_number_invalid, not_found, id_number_used, already_submitted.
    """
    await require_consent(session, user_id=caller.user_id, purpose="id_number")
    number = identity.number.upper()
    band = _band(number, now=caller.now)
    community = await community_of_place(session, place_id=community_id)
    indexes = vault.indexes(number, column=NUMBER_COLUMN)
    if await queries.is_number_used(session, number_indexes=indexes, but_by=caller.user_id):
        raise AppError("id_number_used")
    row = RealName(
        id=caller.user_id,
        community_id=community.id,
        place_path=list(community.path),
        state="submitted",
        name_sealed=vault.seal(identity.name, column=NAME_COLUMN, row=caller.user_id),
        number_sealed=vault.seal(number, column=NUMBER_COLUMN, row=caller.user_id),
        number_index=indexes[0],
        age_band=band,
        submitted_at=caller.now,
    )
    with _refusing_used_number():
        version = await queries.submit_real_name(session, row=row)
    if version is None:
        raise AppError("already_submitted")
    await emit(
        session,
        REAL_NAME_SUBMITTED,
        subject_id=caller.user_id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        from_state=None if version == 1 else "rejected",
        to_state="submitted",
    )
    return await the_real_name(session, user_id=caller.user_id)


async def decide(
    session: AsyncSession, *, user_id: UUID, decision: str, reason: str | None, caller: Caller
) -> RealName:
    """Approve, reject or revoke; what is rejected or revoked is forgotten but for its reason.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made.
    """
    row = await _seen_by_staff(session, user_id=user_id, caller=caller)
    before, community_id = row.state, row.community_id
    moved = await queries.move_real_name(
        session,
        user_id=user_id,
        event=decision,
        decided_at=caller.now,
        decided_by_id=caller.user_id,
        reason=reason,
        **({} if decision == "approve" else _FORGOTTEN),
    )
    if moved is None:
        raise AppError("decision_made")
    await emit(
        session,
        _DECISIONS[decision],
        subject_id=user_id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=community_id,
        from_state=before,
        to_state=moved.state,
        **({} if decision == "approve" else {"reason": reason}),
    )
    return await the_real_name(session, user_id=user_id)


async def forget_real_name(session: AsyncSession, *, caller: Caller) -> None:
    """End and forget one's own real name, whose account closes; nobody decided it."""
    row = await queries.real_name(session, user_id=caller.user_id, lock=True)
    if row is None or row.state == "rejected":
        return
    before, community_id = row.state, row.community_id
    decision = "reject" if before == "submitted" else "revoke"
    moved = await queries.move_real_name(
        session,
        user_id=caller.user_id,
        event=decision,
        decided_at=caller.now,
        decided_by_id=None,
        reason=ACCOUNT_CLOSED,
        **_FORGOTTEN,
    )
    assert moved is not None, "the row is locked"
    await emit(
        session,
        _DECISIONS[decision],
        subject_id=caller.user_id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=community_id,
        from_state=before,
        to_state=moved.state,
        reason=ACCOUNT_CLOSED,
    )


async def reveal(
    session: AsyncSession, *, user_id: UUID, reason: str, vault: Vault, caller: Caller
) -> Identity:
    """Name and number in full, to compare with the card at hand; every look leaves an event.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made.
    """
    row = await _seen_by_staff(session, user_id=user_id, caller=caller)
    version = await queries.touch_real_name(session, user_id=user_id)
    if version is None:
        raise AppError("decision_made")
    await emit(
        session,
        REAL_NAME_REVEALED,
        subject_id=user_id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        reason=reason,
    )
    identity = open_identity(row, vault=vault)
    assert identity is not None, "a submission holds name and number"
    return identity


async def the_real_name(session: AsyncSession, *, user_id: UUID) -> RealName:
    """A real name that is known to be there.

    Raises:
        AppError: not_found.
    """
    row = await queries.real_name(session, user_id=user_id)
    if row is None:
        raise AppError("not_found")
    return row


def open_identity(row: RealName, *, vault: Vault) -> Identity | None:
    """What is sealed in a row; ``None``: it was rejected and forgotten."""
    if row.name_sealed is None or row.number_sealed is None:
        return None
    return Identity(
        vault.open(bytes(row.name_sealed), column=NAME_COLUMN, row=row.id),
        vault.open(bytes(row.number_sealed), column=NUMBER_COLUMN, row=row.id),
    )


async def _seen_by_staff(session: AsyncSession, *, user_id: UUID, caller: Caller) -> RealName:
    caller.require_anywhere(MANAGERS)
    row = await queries.real_name(session, user_id=user_id, lock=True)
    if row is None:
        raise AppError("not_found")
    caller.require_there(MANAGERS, row.place_path)
    if user_id == caller.user_id:
        raise AppError("own_decision")
    return row


def _band(number: str, *, now: datetime) -> AgeBand:
    today = china(now).date()
    born = birth_date(number, today=today)
    if born is None:
        fields = (FieldError("id_number", "not a valid identity number"),)
        raise AppError("id_number_invalid", fields=fields)
    return age_band(born, today=today)


@contextmanager
def _refusing_used_number() -> Generator[None]:
    try:
        yield
    except IntegrityError as error:
        if "real_names_number_index" in str(error.orig):
            raise AppError("id_number_used") from error
        raise
