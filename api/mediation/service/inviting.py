"""Relatives, neighbours, experts who join the talks, as every side wants (人民调解法 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.events import (
    GUEST_ADMITTED,
    GUEST_CONSENTED,
    GUEST_LEFT,
    GUEST_PROPOSED,
    GUEST_REFUSED,
)
from api.mediation.models import Case, CaseGuest, CaseGuestConsent, CaseParty
from api.mediation.queries import cases, guests
from api.mediation.rules import GUESTS_MAX, GuestKind
from api.mediation.service.moving import GUEST_COLUMN
from api.mediation.service.seeing import Seen, acted_on, is_on_paper
from api.mediation.states import GUEST, TALKED
from api.uploads.service import claim


@dataclass(frozen=True, slots=True)
class Paper:
    """What somebody without an account signed: whose it is, and its photo."""

    party_id: UUID
    upload_id: UUID | None


async def propose(
    session: AsyncSession,
    *,
    case_id: UUID,
    kind: GuestKind,
    user_id: UUID | None,
    name: str,
    vault: Vault,
    caller: Caller,
) -> None:
    """Propose that somebody joins the talks; a party who does wants it for its side by that.

    Raises:
        AppError: not_found, role_missing, case_moved_on, guests_full, guest_unfit.
    """
    seen = await acted_on(
        session, case_id=case_id, caller=caller, by=("party", "mediator", "staff")
    )
    own = own_party(seen)
    if own is None and not seen.roles & {"mediator", "staff"}:
        raise AppError("role_missing")
    if seen.case.state not in TALKED:
        raise AppError("case_moved_on")
    there = await guests.of_case(session, case_id=case_id)
    if len(there) >= GUESTS_MAX:
        raise AppError("guests_full")
    if user_id is not None:
        await _refuse_unfit(session, seen.case, there, user_id=user_id)
    row_id = new_id()
    row = CaseGuest(
        id=row_id,
        case_id=case_id,
        kind=kind,
        user_id=user_id,
        name_sealed=vault.seal(name, column=GUEST_COLUMN, row=row_id) if name else b"",
        proposed_by_id=caller.user_id,
        proposed_at=caller.now,
    )
    await cases.add(session, rows=[row])
    await emit(
        session, GUEST_PROPOSED, subject_id=row_id, subject_seq=1, actor=caller.actor,
        now=caller.now, community_id=seen.case.community_id, to_state="proposed",
        case_id=str(case_id), kind=kind,
    )  # fmt: skip
    if own is not None:
        await _consent(session, seen.case, row, own, how="app", upload_id=None, caller=caller)


async def consent(
    session: AsyncSession, *, guest_id: UUID, paper: Paper | None, caller: Caller
) -> UUID:
    """A party wants them there, for its side; with the last side they may come. The case's id.

    Who has no account says so on paper, of which the mediator holds a photo.

    Raises:
        AppError: not_found, role_missing, case_moved_on, guest_moved_on, paper_needed,
            upload_unknown.
    """
    seen, row = await _guest(session, guest_id=guest_id, caller=caller)
    party = await speaks_for(session, seen, paper)
    if seen.case.state not in TALKED:
        raise AppError("case_moved_on")
    given = await guests.consents(session, guest_ids=[row.id])
    is_asked = row.state in ("proposed", "admitted")
    if not is_asked or any(c.party_id == party.id for c in given):
        raise AppError("guest_moved_on")
    upload_id = None if paper is None else paper.upload_id
    if paper is not None:
        if upload_id is None:
            raise AppError("paper_needed")
        await claim(
            session, upload_ids=[upload_id], owner_id=caller.user_id, purpose="case",
            subject_id=seen.case.id, now=caller.now,
        )  # fmt: skip
    how = "app" if paper is None else "paper"
    await _consent(session, seen.case, row, party, how=how, upload_id=upload_id, caller=caller)
    return seen.case.id


async def refuse(
    session: AsyncSession, *, guest_id: UUID, paper: Paper | None, caller: Caller
) -> UUID:
    """A party does not want them there, or no longer; no reason is asked. The case's id.

    Raises:
        AppError: not_found, role_missing, guest_moved_on.
    """
    seen, row = await _guest(session, guest_id=guest_id, caller=caller)
    party = await speaks_for(session, seen, paper)
    if not GUEST.allows(row.state, "refuse"):
        raise AppError("guest_moved_on")
    await _move(
        session, seen.case, row, "refuse", GUEST_REFUSED, actor=caller.actor, now=caller.now,
        side=party.side,
    )  # fmt: skip
    return seen.case.id


async def wanted(session: AsyncSession, case: Case, guest_ids: Sequence[UUID]) -> set[UUID]:
    """Whom of these every side of a locked case wants there, whichever joined since included."""
    parties = await cases.parties(session, case_id=case.id)
    side_of = {p.id: p.side for p in parties if p.state == "consented"}
    given: dict[UUID, set[int]] = {guest_id: set() for guest_id in guest_ids}
    for one in await guests.consents(session, guest_ids=guest_ids):
        if one.party_id in side_of:
            given[one.guest_id].add(side_of[one.party_id])
    return {guest_id for guest_id, sides in given.items() if sides >= {*side_of.values()}}


async def leave(session: AsyncSession, *, guest_id: UUID, caller: Caller) -> None:
    """Do not come, or no more; nobody has to.

    Raises:
        AppError: not_found, guest_moved_on.
    """
    case_id = await guests.case_of(session, guest_id=guest_id)
    case = None if case_id is None else await cases.case(session, case_id=case_id, lock=True)
    row = await guests.guest(session, guest_id=guest_id)
    # Whoever was only proposed does not know of it.
    is_theirs = row is not None and row.user_id == caller.user_id and row.state != "proposed"
    if case is None or row is None or not is_theirs:
        raise AppError("not_found")
    if row.state != "admitted":
        raise AppError("guest_moved_on")
    await _move(session, case, row, "leave", GUEST_LEFT, actor=caller.actor, now=caller.now)


async def _guest(
    session: AsyncSession, *, guest_id: UUID, caller: Caller
) -> tuple[Seen, CaseGuest]:
    """A guest of a case on which the caller acts as a party or its mediator, locked."""
    case_id = await guests.case_of(session, guest_id=guest_id)
    if case_id is None:
        raise AppError("not_found")
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("party", "mediator"))
    row = await guests.guest(session, guest_id=guest_id)
    assert row is not None, "nothing deletes a guest"
    return seen, row


async def speaks_for(session: AsyncSession, seen: Seen, paper: Paper | None) -> CaseParty:
    """For which party the caller speaks: themselves, or, with its paper, who has no account.

    Raises:
        AppError: role_missing.
    """
    if paper is None:
        own = own_party(seen)
        if own is None:
            raise AppError("role_missing")
        return own
    if "mediator" not in seen.roles:
        raise AppError("role_missing")
    for party in await cases.parties(session, case_id=seen.case.id):
        is_there = party.id == paper.party_id and party.state == "consented"
        if is_there and is_on_paper(party):
            return party
    raise AppError("role_missing", "only for who is not registered")


async def _refuse_unfit(
    session: AsyncSession, case: Case, there: list[CaseGuest], *, user_id: UUID
) -> None:
    """Whoever has a part in it, mediates or is there already is no guest."""
    parties = await cases.parties(session, case_id=case.id)
    taken = {p.user_id for p in parties if p.state in ("invited", "consented")}
    taken |= {g.user_id for g in there if g.state in ("proposed", "admitted")}
    if user_id in taken or user_id == case.mediator_id:
        raise AppError("guest_unfit")
    if not await cases.belongs_here(
        session, user_id=user_id, place_path=case.place_path, community_id=case.community_id
    ):
        raise AppError("guest_unfit")


async def _consent(
    session: AsyncSession,
    case: Case,
    row: CaseGuest,
    party: CaseParty,
    *,
    how: str,
    upload_id: UUID | None,
    caller: Caller,
) -> None:
    given = CaseGuestConsent(
        guest_id=row.id, party_id=party.id, by_id=caller.user_id, how=how, upload_id=upload_id,
        at=caller.now,
    )  # fmt: skip
    await cases.add(session, rows=[given])
    is_last = row.state == "proposed" and row.id in await wanted(session, case, [row.id])
    event, kind = ("admit", GUEST_ADMITTED) if is_last else ("consent", GUEST_CONSENTED)
    await _move(
        session, case, row, event, kind, actor=caller.actor, now=caller.now, side=party.side,
        how=how,
    )  # fmt: skip


async def _move(
    session: AsyncSession,
    case: Case,
    row: CaseGuest,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    before = row.state
    moved = await cases.move(session, GUEST, key=row.id, event=event, from_state=before)
    assert moved is not None, "its case was locked"
    await emit(
        session, kind, subject_id=row.id, subject_seq=moved.version, actor=actor, now=now,
        community_id=case.community_id, from_state=before, to_state=moved.state,
        case_id=str(case.id), **data,
    )  # fmt: skip


def own_party(seen: Seen) -> CaseParty | None:
    """As which party the caller may speak for their side."""
    return seen.party if seen.party is not None and seen.party.state == "consented" else None
