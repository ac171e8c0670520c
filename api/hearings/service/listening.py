"""Coming to listen, and the minutes of what was held."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.events.registry import EventKind
from api.hearings import queries
from api.hearings.events import (
    HEARING_HELD,
    LISTENER_ATTENDED,
    LISTENER_SIGNED_OFF,
    LISTENER_SIGNED_UP,
)
from api.hearings.models import Hearing, Listener
from api.hearings.rules import may_be_held
from api.hearings.service.opening import is_wanted, move, the_hearing
from api.hearings.states import LISTENER
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.queries import cases, guests
from api.mediation.service.seeing import acted_on
from api.mediation.service.working import Recorded, Work, record
from api.mediation.states import MEDIATED
from api.mediators.service.founding import MEMBERS
from api.places.service import community_of_place


async def sign_up(session: AsyncSession, *, hearing_id: UUID, caller: Caller) -> Hearing:
    """Come to listen, having read what whoever listens owes; a seat is taken.

    Raises:
        AppError: not_found, hearing_moved_on, hearing_unfit, already_signed, hearing_full.
    """
    row = await _public(session, hearing_id=hearing_id, caller=caller)
    if row.state != "announced" or row.starts_at <= caller.now or not await _stands(session, row):
        raise AppError("hearing_moved_on")
    if caller.user_id in await _inside(session, row.case_id):
        raise AppError("hearing_unfit")
    there = await queries.listener(session, hearing_id=hearing_id, user_id=caller.user_id)
    if there is not None and there.state == "signed_up":
        raise AppError("already_signed")
    taken = await queries.taken(session, hearing_ids=[row.id], user_id=caller.user_id)
    if taken.get(row.id, (0, False))[0] >= row.seats_max:
        raise AppError("hearing_full")
    if there is None:
        there = Listener(
            id=new_id(), hearing_id=row.id, user_id=caller.user_id, duty_read_at=caller.now
        )
        await queries.add(session, row=there)
        await emit(
            session, LISTENER_SIGNED_UP, subject_id=there.id, subject_seq=1, actor=caller.actor,
            now=caller.now, community_id=row.community_id, to_state="signed_up",
            hearing_id=str(row.id),
        )  # fmt: skip
    else:
        await _move(
            session, row, there, "sign_up", LISTENER_SIGNED_UP, caller=caller,
            duty_read_at=caller.now,
        )  # fmt: skip
    return row


async def sign_off(session: AsyncSession, *, hearing_id: UUID, caller: Caller) -> Hearing:
    """Do not come after all.

    Raises:
        AppError: not_found, hearing_moved_on.
    """
    row = await _public(session, hearing_id=hearing_id, caller=caller)
    there = await queries.listener(session, hearing_id=hearing_id, user_id=caller.user_id)
    if there is None or there.state != "signed_up" or row.state != "announced":
        raise AppError("hearing_moved_on")
    await _move(session, row, there, "sign_off", LISTENER_SIGNED_OFF, caller=caller)
    return row


async def hold(
    session: AsyncSession,
    *,
    case_id: UUID,
    hearing_id: UUID,
    text: str,
    party_ids: Sequence[UUID],
    guest_ids: Sequence[UUID],
    listener_ids: Sequence[UUID],
    vault: Vault,
    caller: Caller,
) -> tuple[Hearing, Recorded]:
    """Write the minutes: one more session of the case, and who of those who signed up was there.

    Raises:
        AppError: not_found, role_missing, hearing_moved_on, consents_missing, listener_unknown,
            case_moved_on, party_unknown, guest_unknown, records_full.
    """
    await acted_on(session, case_id=case_id, caller=caller, by=("mediator",))
    row = await the_hearing(session, case_id=case_id, hearing_id=hearing_id)
    if row.state != "announced" or not may_be_held(row.starts_at, now=caller.now):
        raise AppError("hearing_moved_on")
    if not await is_wanted(session, row):
        raise AppError("consents_missing")
    known = {one.id: one for one in await queries.listeners(session, hearing_ids=[row.id])}
    if not {*listener_ids} <= {*known}:
        raise AppError("listener_unknown")
    work = Work("session", "meeting", text, row.starts_at, party_ids, guest_ids)
    done = await record(session, case_id=case_id, work=work, vault=vault, caller=caller)
    for key in dict.fromkeys(listener_ids):
        await _move(session, row, known[key], "attend", LISTENER_ATTENDED, caller=caller)
    number = len(await cases.records(session, case_id=case_id))
    held = await move(
        session, row, "hold", HEARING_HELD, actor=caller.actor, now=caller.now,
        writes={"held_at": caller.now, "record_n": number}, number=number,
        there_count=len({*listener_ids}),
    )  # fmt: skip
    return held, done


async def to_come(
    session: AsyncSession,
    *,
    place_id: UUID,
    before: UUID | None,
    limit: int,
    caller: Caller,
) -> list[Hearing]:
    """What the community of a place may come to.

    Raises:
        AppError: not_found, role_missing.
    """
    community = await community_of_place(session, place_id=place_id)
    caller.require(MEMBERS, community.path)
    return await queries.announced(
        session, community_id=community.id, now=caller.now, before=before, limit=limit
    )


async def _public(session: AsyncSession, *, hearing_id: UUID, caller: Caller) -> Hearing:
    """What is announced to a community of the caller's, or they signed up for; its case locked.

    Nothing else is there: talks that were closed before anybody heard of them neither.
    """
    row = await queries.hearing(session, hearing_id=hearing_id)
    case = None if row is None else await cases.case(session, case_id=row.case_id, lock=True)
    row = await queries.hearing(session, hearing_id=hearing_id)
    if case is None or row is None:
        raise AppError("not_found")
    community = await community_of_place(session, place_id=row.community_id)
    there = await queries.listener(session, hearing_id=hearing_id, user_id=caller.user_id)
    was_told = row.state in ("announced", "held") or there is not None
    if not was_told or not caller.holds(MEMBERS, community.path):
        raise AppError("not_found")
    return row


async def _stands(session: AsyncSession, row: Hearing) -> bool:
    """Whether it is still so that all want it, in a case that is mediated."""
    case = await cases.case(session, case_id=row.case_id)
    assert case is not None, "it was locked"
    return case.state in MEDIATED and await is_wanted(session, row)


async def _inside(session: AsyncSession, case_id: UUID) -> set[UUID | None]:
    """Who is there anyway."""
    case = await cases.case(session, case_id=case_id)
    assert case is not None, "it was locked"
    parties = await cases.parties(session, case_id=case_id)
    invited = await guests.of_case(session, case_id=case_id)
    return {
        case.mediator_id,
        *(p.user_id for p in parties if p.state in ("invited", "consented")),
        *(g.user_id for g in invited if g.state == "admitted"),
    }


async def _move(
    session: AsyncSession,
    row: Hearing,
    there: Listener,
    event: str,
    kind: EventKind,
    *,
    caller: Caller,
    **writes: datetime,
) -> None:
    before = there.state
    moved = await queries.move(
        session, LISTENER, key=there.id, event=event, from_state=before, **writes
    )
    assert moved is not None, "its case was locked"
    await emit(
        session, kind, subject_id=there.id, subject_seq=moved.version, actor=caller.actor,
        now=caller.now, community_id=row.community_id, from_state=before, to_state=moved.state,
        hearing_id=str(row.id),
    )  # fmt: skip
