"""Writing a text that tells nobody, and taking it off again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements.models import Agreement
from api.agreements.queries import names
from api.agreements.rules import text_hash
from api.agreements.service.seeing import Seat, in_force, seat_at
from api.board.queries import checks
from api.board.service.checking import Checked
from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.queries import cases
from api.mediation.service.moving import NAME_COLUMN
from api.outcomes import queries
from api.outcomes.events import (
    OUTCOME_CHECKED,
    OUTCOME_DRAFTED,
    OUTCOME_HELD,
    OUTCOME_LAPSED,
    OUTCOME_TAKEN_BACK,
)
from api.outcomes.models import Outcome
from api.outcomes.rules import DRAFTS_MAX, Known, checked, revealed
from api.people.service.verifying import NAME_COLUMN as VERIFIED_COLUMN

TEXT_COLUMN = "outcomes.text"
# While these happen to a text, its check is still waited for.
_LEAVES_OPEN = ("consent", "check")


async def draft(
    session: AsyncSession, *, case_id: UUID, text: str, vault: Vault, caller: Caller
) -> Outcome:
    """Lay a text before everybody who signed; nobody else sees it. WeChat checks it meanwhile.

    Raises:
        AppError: not_found, role_missing, no_agreement, case_moved_on, outcome_open,
            outcome_tells.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if not seat.is_mediator and not seat.is_staff:
        raise AppError("role_missing")
    agreement = await kept(session, seat)
    is_full = await queries.count(session, case_id=case_id) >= DRAFTS_MAX
    if is_full or await queries.open_one(session, case_id=case_id) is not None:
        raise AppError("outcome_open")
    await refuse_telling(session, seat, text=text, vault=vault)
    row_id = new_id()
    row = Outcome(
        id=row_id,
        case_id=case_id,
        agreement_id=agreement.id,
        community_id=seat.case.community_id,
        category=seat.case.category,
        text_sealed=vault.seal(text, column=TEXT_COLUMN, row=row_id),
        text_hash=text_hash({"outcome": text}),
        party_ids=agreement.party_ids,
        drafted_by_id=caller.user_id,
        drafted_at=caller.now,
    )
    await queries.add(session, row=row)
    await checks.add_checks(session, subject="outcome", subject_id=row_id, now=caller.now)
    await emit(
        session, OUTCOME_DRAFTED, subject_id=row.id, subject_seq=1, actor=caller.actor,
        now=caller.now, community_id=row.community_id, to_state="drafted", case_id=str(case_id),
    )  # fmt: skip
    return row


async def take_back(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Outcome:
    """Take a text off: to write another one, or because somebody could be known by it after all.

    Raises:
        AppError: not_found, role_missing, outcome_moved_on.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if not seat.is_mediator and not seat.is_staff:
        raise AppError("role_missing")
    row = await open_text(session, case_id=case_id)
    return await move(
        session, row, "take_back", OUTCOME_TAKEN_BACK, actor=caller.actor, now=caller.now
    )


async def lapse(session: AsyncSession, *, case_id: UUID, now: datetime) -> bool:
    """What was agreed is broken, or binds no more: nothing is told of it. Safe to repeat."""
    await cases.case(session, case_id=case_id, lock=True)
    row = await queries.open_one(session, case_id=case_id)
    if row is None:
        return False
    await move(session, row, "lapse", OUTCOME_LAPSED, actor=SYSTEM, now=now)
    return True


async def kept(session: AsyncSession, seat: Seat) -> Agreement:
    """What binds the parties of a case, unless it was broken: of that nothing good is to be told.

    Raises:
        AppError: no_agreement, case_moved_on.
    """
    agreement = await in_force(session, case_id=seat.case.id)
    if seat.case.state == "breached":
        raise AppError("case_moved_on")
    return agreement


async def open_text(session: AsyncSession, *, case_id: UUID) -> Outcome:
    """What waits, or is seen, of a locked case.

    Raises:
        AppError: outcome_moved_on.
    """
    row = await queries.open_one(session, case_id=case_id)
    if row is None:
        raise AppError("outcome_moved_on")
    return row


async def move(
    session: AsyncSession,
    row: Outcome,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> Outcome:
    """Move an outcome of a locked case, and tell; the row anew."""
    before = row.state
    moved = await queries.move(
        session, key=row.id, event=event, from_state=before, **(writes or {})
    )
    assert moved is not None, "its case was locked"
    if event not in _LEAVES_OPEN:
        await checks.void_checks(session, subject_id=row.id)
    await emit(
        session, kind, subject_id=row.id, subject_seq=moved.version, actor=actor, now=now,
        community_id=row.community_id, from_state=before, to_state=moved.state,
        case_id=str(row.case_id), **data,
    )  # fmt: skip
    again = await queries.outcome(session, outcome_id=row.id)
    assert again is not None
    return again


async def refuse_telling(session: AsyncSession, seat: Seat, *, text: str, vault: Vault) -> None:
    """Refuse a text by which a party could be known: what the board looks for, and their own.

    Raises:
        AppError: outcome_tells, with the kinds of what was found.
    """
    parties = seat.parties
    accounts = await names(session, user_ids=[p.user_id for p in parties if p.user_id])
    organisations = await cases.organisation_names(
        session, ids=[p.organisation_id for p in parties if p.organisation_id]
    )
    called = [nickname for _, nickname, _ in accounts] + [*organisations.values()]
    called += [
        vault.open(bytes(sealed), column=VERIFIED_COLUMN, row=user_id)
        for user_id, _, sealed in accounts
        if sealed
    ]
    called += [
        vault.open(bytes(p.name_sealed), column=NAME_COLUMN, row=p.id)
        for p in parties
        if p.name_sealed
    ]
    places = await queries.place_names(session, case_id=seat.case.id)
    known = [Known("name", name) for name in called] + [Known("place", name) for name in places]
    found = revealed(text, known)
    if found:
        raise AppError("outcome_tells", " ".join(found))


def words_of(row: Outcome, *, vault: Vault) -> str:
    """What it says; empty, where it was forgotten."""
    sealed = bytes(row.text_sealed)
    return vault.open(sealed, column=TEXT_COLUMN, row=row.id) if sealed else ""


async def _lock(session: AsyncSession, outcome_id: UUID) -> None:
    row = await queries.outcome(session, outcome_id=outcome_id)
    assert row is not None, "a check has its text"
    await cases.case(session, case_id=row.case_id, lock=True)


async def _settle(session: AsyncSession, outcome_id: UUID, now: datetime) -> None:
    """Note that its check came to an end; whoever lets it be seen asks again how it stands."""
    row = await queries.outcome(session, outcome_id=outcome_id)
    assert row is not None, "it was locked"
    (check,) = await checks.checks(session, subject_id=outcome_id, n=1)
    if row.state != "drafted" or check.state not in ("passed", "held"):
        return
    _, why = checked([check])
    if why is None:
        await move(session, row, "check", OUTCOME_CHECKED, actor=SYSTEM, now=now)
    else:
        await move(session, row, "check", OUTCOME_HELD, actor=SYSTEM, now=now, why=why)


OUTCOMES = Checked(_lock, _settle)
