"""Planning open talks, wanting them, and closing them again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.hearings import queries
from api.hearings.events import (
    HEARING_ANNOUNCED,
    HEARING_CANCELLED,
    HEARING_CONSENTED,
    HEARING_LAPSED,
    HEARING_PROPOSED,
    HEARING_REFUSED,
)
from api.hearings.models import Hearing, HearingConsent
from api.hearings.rules import HEARINGS_MAX, MINUTES_WITHIN, Room, may_begin
from api.hearings.states import HEARING, OPEN
from api.identity.caller import Caller
from api.kit.ids import new_id
from api.mediation.models import CaseParty
from api.mediation.queries import cases
from api.mediation.service.inviting import Paper, own_party, speaks_for
from api.mediation.service.seeing import Seen, acted_on
from api.mediation.states import MEDIATED
from api.uploads.service import claim


async def propose(
    session: AsyncSession,
    *,
    case_id: UUID,
    room: Room,
    starts_at: datetime,
    seats_max: int,
    caller: Caller,
) -> Hearing:
    """Propose that the community may listen; a party who does wants it by that.

    Raises:
        AppError: not_found, role_missing, case_moved_on, hearing_open, hearing_time.
    """
    seen = await acted_on(
        session, case_id=case_id, caller=caller, by=("party", "mediator", "staff")
    )
    own = own_party(seen)
    if own is None and not seen.roles & {"mediator", "staff"}:
        raise AppError("role_missing")
    case = seen.case
    if case.state not in MEDIATED:
        raise AppError("case_moved_on")
    there = await queries.of_case(session, case_id=case_id)
    if len(there) >= HEARINGS_MAX or any(h.state in OPEN for h in there):
        raise AppError("hearing_open")
    if not may_begin(starts_at, now=caller.now):
        raise AppError("hearing_time")
    row = Hearing(
        id=new_id(),
        case_id=case_id,
        community_id=case.community_id,
        category=case.category,
        room=room,
        starts_at=starts_at,
        seats_max=seats_max,
        proposed_by_id=caller.user_id,
        proposed_at=caller.now,
    )
    await queries.add(session, row=row)
    await emit(
        session, HEARING_PROPOSED, subject_id=row.id, subject_seq=1, actor=caller.actor,
        now=caller.now, community_id=row.community_id, to_state="proposed", case_id=str(case_id),
    )  # fmt: skip
    if own is None:
        return row
    return await _consent(session, row, own, how="app", upload_id=None, caller=caller)


async def consent(
    session: AsyncSession,
    *,
    case_id: UUID,
    hearing_id: UUID,
    paper: Paper | None,
    caller: Caller,
) -> Hearing:
    """A party wants exactly these talks open; with the last party the community may know of them.

    Raises:
        AppError: not_found, role_missing, hearing_moved_on, already_signed, paper_needed,
            upload_unknown.
    """
    seen, row, party = await _answered(
        session, case_id=case_id, hearing_id=hearing_id, paper=paper, caller=caller
    )
    if row.state not in OPEN or row.starts_at <= caller.now or seen.case.state not in MEDIATED:
        raise AppError("hearing_moved_on")
    if party.id in await consenting(session, row):
        raise AppError("already_signed")
    upload_id = None if paper is None else paper.upload_id
    if paper is not None:
        if upload_id is None:
            raise AppError("paper_needed")
        await claim(
            session, upload_ids=[upload_id], owner_id=caller.user_id, purpose="case",
            subject_id=case_id, now=caller.now,
        )  # fmt: skip
    how = "app" if paper is None else "paper"
    return await _consent(session, row, party, how=how, upload_id=upload_id, caller=caller)


async def refuse(
    session: AsyncSession,
    *,
    case_id: UUID,
    hearing_id: UUID,
    paper: Paper | None,
    caller: Caller,
) -> Hearing:
    """A party does not want them open, or no longer; no reason is asked, and one is enough.

    Raises:
        AppError: not_found, role_missing, hearing_moved_on.
    """
    _, row, party = await _answered(
        session, case_id=case_id, hearing_id=hearing_id, paper=paper, caller=caller
    )
    if not HEARING.allows(row.state, "refuse"):
        raise AppError("hearing_moved_on")
    return await move(
        session, row, "refuse", HEARING_REFUSED, actor=caller.actor, now=caller.now,
        party_id=str(party.id),
    )  # fmt: skip


async def cancel(
    session: AsyncSession, *, case_id: UUID, hearing_id: UUID, caller: Caller
) -> Hearing:
    """Do not hold them after all, or at another time.

    Raises:
        AppError: not_found, role_missing, hearing_moved_on.
    """
    await acted_on(session, case_id=case_id, caller=caller, by=("mediator", "staff"))
    row = await the_hearing(session, case_id=case_id, hearing_id=hearing_id)
    if not HEARING.allows(row.state, "cancel"):
        raise AppError("hearing_moved_on")
    return await move(session, row, "cancel", HEARING_CANCELLED, actor=caller.actor, now=caller.now)


async def lapse(session: AsyncSession, *, hearing_id: UUID, now: datetime) -> bool:
    """Close what was not wanted by all in time, not held, or is of a case that is mediated no more.

    Safe to repeat.
    """
    row = await queries.hearing(session, hearing_id=hearing_id)
    assert row is not None, "nothing deletes them"
    case = await cases.case(session, case_id=row.case_id, lock=True)
    row = await queries.hearing(session, hearing_id=hearing_id)
    assert case is not None, "they are of a case"
    assert row is not None, "nothing deletes them"
    last = row.starts_at + MINUTES_WITHIN if row.state == "announced" else row.starts_at
    if row.state not in OPEN or (now < last and case.state in MEDIATED):
        return False
    await move(session, row, "lapse", HEARING_LAPSED, actor=SYSTEM, now=now)
    return True


async def the_hearing(session: AsyncSession, *, case_id: UUID, hearing_id: UUID) -> Hearing:
    """One of a locked case.

    Raises:
        AppError: not_found.
    """
    row = await queries.hearing(session, hearing_id=hearing_id)
    if row is None or row.case_id != case_id:
        raise AppError("not_found")
    return row


async def consenting(session: AsyncSession, row: Hearing) -> set[UUID]:
    """Which parties want them open."""
    return {c.party_id for c in await queries.consents(session, hearing_ids=[row.id])}


async def is_wanted(session: AsyncSession, row: Hearing) -> bool:
    """Whether every party of a locked case wants them open, whoever joined since included."""
    parties = await cases.parties(session, case_id=row.case_id)
    return {p.id for p in parties if p.state == "consented"} <= await consenting(session, row)


async def move(
    session: AsyncSession,
    row: Hearing,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> Hearing:
    """Move open talks of a locked case, and tell; the row anew."""
    before = row.state
    moved = await queries.move(
        session, HEARING, key=row.id, event=event, from_state=before, **(writes or {})
    )
    assert moved is not None, "its case was locked"
    await emit(
        session, kind, subject_id=row.id, subject_seq=moved.version, actor=actor, now=now,
        community_id=row.community_id, from_state=before, to_state=moved.state,
        case_id=str(row.case_id), **data,
    )  # fmt: skip
    again = await queries.hearing(session, hearing_id=row.id)
    assert again is not None
    return again


async def _answered(
    session: AsyncSession, *, case_id: UUID, hearing_id: UUID, paper: Paper | None, caller: Caller
) -> tuple[Seen, Hearing, CaseParty]:
    """Open talks about which a party says something, its case locked."""
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("party", "mediator"))
    party = await speaks_for(session, seen, paper)
    return seen, await the_hearing(session, case_id=case_id, hearing_id=hearing_id), party


async def _consent(
    session: AsyncSession,
    row: Hearing,
    party: CaseParty,
    *,
    how: str,
    upload_id: UUID | None,
    caller: Caller,
) -> Hearing:
    given = HearingConsent(
        hearing_id=row.id, party_id=party.id, by_id=caller.user_id, how=how, upload_id=upload_id,
        at=caller.now,
    )  # fmt: skip
    await queries.add(session, row=given)
    is_told = row.state == "proposed" and await is_wanted(session, row)
    event, kind = ("announce", HEARING_ANNOUNCED) if is_told else ("consent", HEARING_CONSENTED)
    return await move(
        session, row, event, kind, actor=caller.actor, now=caller.now, party_id=str(party.id),
        how=how,
    )  # fmt: skip
