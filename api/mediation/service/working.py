"""The work on a case: contacts and sessions, pauses, its ends, and complaints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.screening import danger
from api.errors import AppError
from api.events.log import SYSTEM
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.events import (
    CASE_ARCHIVED,
    CASE_BEGUN,
    CASE_ESCALATED,
    CASE_FAILED,
    CASE_RECORDED,
    CASE_RESUMED,
    CASE_SUSPENDED,
    CASE_TAKEN,
)
from api.mediation.models import Case, CaseRecord
from api.mediation.queries import cases, guests
from api.mediation.rules import RECORDS_MAX, Into, RecordHow, RecordKind, SuspendCode
from api.mediation.service.inviting import wanted
from api.mediation.service.moving import RECORD_COLUMN, move_case, tell_case
from api.mediation.service.seeing import Seen, acted_on, staff_case
from api.mediation.states import CASE, MEDIATED
from api.mediators.rules import ComplaintCode
from api.mediators.service.complaining import file_complaint
from api.places.service import community_of_place


@dataclass(frozen=True, slots=True)
class Work:
    """What a mediator did: with which parties, how, when, and what was said."""

    kind: RecordKind
    how: RecordHow
    text: str
    happened_at: datetime
    party_ids: Sequence[UUID] = ()
    # Who was there without being a party.
    guest_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case after something was recorded, and the numbers that its words ask to call."""

    case: Case
    hotlines: tuple[str, ...]


async def take(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """Be named for a case: from then on one sees it, and every look is noted.

    Raises:
        AppError: role_missing, not_found, own_case.
    """
    case = await staff_case(session, case_id=case_id, caller=caller)
    there = await cases.parties(session, case_id=case.id)
    if any(p.user_id == caller.user_id for p in there):
        raise AppError("own_case")
    if not await cases.name_staff(session, case_id=case.id, user_id=caller.user_id, now=caller.now):
        return case
    return await tell_case(
        session, case, CASE_TAKEN, actor=caller.actor, now=caller.now, user_id=str(caller.user_id)
    )


async def record(
    session: AsyncSession, *, case_id: UUID, work: Work, vault: Vault, caller: Caller
) -> Recorded:
    """Record a contact or a session, for good; the first one begins the mediation.

    Words of danger make the case urgent and reach staff at once.

    Raises:
        AppError: not_found, role_missing, case_moved_on, party_unknown, guest_unknown,
            records_full, not_yet_happened.
    """
    case = (await acted_on(session, case_id=case_id, caller=caller, by=("mediator",))).case
    if case.state not in MEDIATED:
        raise AppError("case_moved_on")
    if work.happened_at > caller.now:
        raise AppError("not_yet_happened")
    number = await _keep(session, case, work, vault=vault, caller=caller)
    hotlines = danger(work.text)
    if hotlines:
        await cases.set_risk(session, case_id=case.id, risk="urgent")
    if case.state == "assigned":
        community = await community_of_place(session, place_id=case.place_id)
        period = timedelta(days=community.settings.case_period_days)
        case = await move_case(
            session, case, "begin", CASE_BEGUN, actor=caller.actor, now=caller.now,
            writes={"began_at": caller.now, "ends_at": caller.now + period},
        )  # fmt: skip
    case = await tell_case(
        session, case, CASE_RECORDED, actor=caller.actor, now=caller.now, kind=work.kind,
        number=number, danger=list(hotlines),
    )  # fmt: skip
    return Recorded(case, hotlines)


async def suspend(
    session: AsyncSession, *, case_id: UUID, code: SuspendCode, caller: Caller
) -> Case:
    """Pause the mediation; the time for it runs on.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    seen = await _may(session, "suspend", case_id=case_id, caller=caller)
    return await move_case(
        session, seen.case, "suspend", CASE_SUSPENDED, actor=caller.actor, now=caller.now, code=code
    )


async def resume(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """Go on.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    seen = await _may(session, "resume", case_id=case_id, caller=caller)
    return await move_case(
        session, seen.case, "resume", CASE_RESUMED, actor=caller.actor, now=caller.now
    )


async def fail(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """Say that there is no agreement; the other ways are shown to everybody.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    seen = await _may(session, "fail", case_id=case_id, caller=caller)
    return await move_case(
        session, seen.case, "fail", CASE_FAILED, actor=caller.actor, now=caller.now,
        writes={"ended_why": "no_agreement"}, why="no_agreement",
    )  # fmt: skip


async def fail_by_time(session: AsyncSession, *, case_id: UUID, now: datetime) -> bool:
    """End a case whose time is over without an agreement. Safe to call at any time."""
    case = await cases.case(session, case_id=case_id, lock=True)
    if case is None or not CASE.allows(case.state, "fail"):
        return False
    if case.ends_at is None or case.ends_at > now:
        return False
    await move_case(
        session, case, "fail", CASE_FAILED, actor=SYSTEM, now=now,
        writes={"ended_why": "period_over"}, why="period_over",
    )  # fmt: skip
    return True


async def escalate(
    session: AsyncSession, *, case_id: UUID, into: Into, text: str, vault: Vault, caller: Caller
) -> Case:
    """Hand a case over that is not for mediation: danger, crime, beyond the community.

    Raises:
        AppError: not_found, role_missing, case_moved_on, records_full.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("staff", "mediator"))
    case = seen.case
    if not CASE.allows(case.state, "escalate"):
        raise AppError("case_moved_on")
    work = Work("escalation", "note", text, caller.now)
    await _keep(session, case, work, vault=vault, caller=caller)
    by = "staff" if "staff" in seen.roles else "mediator"
    return await move_case(
        session, case, "escalate", CASE_ESCALATED, actor=caller.actor, now=caller.now,
        writes={"escalated_to": into}, into=into, by=by,
    )  # fmt: skip


async def archive(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """Close the file of what came to its end.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    case = (await acted_on(session, case_id=case_id, caller=caller, by=("staff",))).case
    if not CASE.allows(case.state, "archive"):
        raise AppError("case_moved_on")
    return await move_case(
        session, case, "archive", CASE_ARCHIVED, actor=caller.actor, now=caller.now,
        writes={"archived_at": caller.now},
    )  # fmt: skip


async def complain(
    session: AsyncSession,
    *,
    case_id: UUID,
    code: ComplaintCode,
    text: str,
    vault: Vault,
    caller: Caller,
) -> UUID:
    """Complain about whoever mediates the case, or did so last: the complaint's number.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("party",))
    had = [a for a in await cases.asks(session, case_id=case_id)
           if a.state in ("accepted", "replaced")]  # fmt: skip
    if not had or seen.party is None or seen.party.consented_at is None:
        raise AppError("case_moved_on")
    return await file_complaint(
        session,
        mediator_id=had[-1].user_id,
        case_id=case_id,
        place_path=seen.case.place_path,
        code=code,
        text=text,
        vault=vault,
        caller=caller,
    )


async def _may(session: AsyncSession, event: str, *, case_id: UUID, caller: Caller) -> Seen:
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("mediator",))
    if not CASE.allows(seen.case.state, event):
        raise AppError("case_moved_on")
    return seen


async def _keep(
    session: AsyncSession, case: Case, work: Work, *, vault: Vault, caller: Caller
) -> int:
    there = {p.id for p in await cases.parties(session, case_id=case.id)}
    if not {*work.party_ids} <= there:
        raise AppError("party_unknown")
    if work.guest_ids:
        admitted = {g.id for g in await guests.of_case(session, case_id=case.id)
                    if g.state == "admitted"}  # fmt: skip
        if not {*work.guest_ids} <= admitted & await wanted(session, case, work.guest_ids):
            raise AppError("guest_unknown")
    number = len(await cases.records(session, case_id=case.id)) + 1
    if number > RECORDS_MAX:
        raise AppError("records_full")
    row_id = new_id()
    row = CaseRecord(
        id=row_id,
        case_id=case.id,
        n=number,
        kind=work.kind,
        how=work.how,
        party_ids=list(dict.fromkeys(work.party_ids)),
        guest_ids=list(dict.fromkeys(work.guest_ids)),
        text_sealed=vault.seal(work.text, column=RECORD_COLUMN, row=row_id),
        by_id=caller.user_id,
        happened_at=work.happened_at,
        recorded_at=caller.now,
    )
    await cases.add(session, rows=[row])
    return number
