"""What is promised becomes due: reminders exactly once, kept or broken, taken up again."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.events import (
    AGREEMENT_ENDED,
    AGREEMENT_REMINDED,
    CASE_BREACHED,
    CASE_FOLLOWED_UP,
    CASE_FULFILLED,
    CASE_PERFORMING,
    CASE_REOPENED,
    VISIT_VOIDED,
)
from api.agreements.models import Agreement
from api.agreements.rules import Item, Performance, standing
from api.agreements.service.moving import move_agreement, move_visit
from api.agreements.service.seeing import Seat, in_force, seat_at
from api.errors import AppError
from api.events.log import SYSTEM, Actor
from api.identity.caller import Caller
from api.kit.clock import china
from api.mediation.models import Case
from api.mediation.queries import cases
from api.mediation.service.asking import replace_unfit
from api.mediation.service.moving import move_case
from api.places.service import community_of_place

# Of a case: nothing of its agreement is due any more.
_OVER = ("escalated", "archived")


async def remind(session: AsyncSession, *, agreement_id: UUID, now: datetime) -> bool:
    """Remind of what is due soon, each time that it is due once; False: somebody else did."""
    agreement = await _locked(session, agreement_id=agreement_id)
    if agreement.state != "in_force":
        return False
    due = await queries.remind(session, agreement_id=agreement.id, now=now)
    for party_id, term_n, begins_on in due:
        agreement = await move_agreement(
            session, agreement, "remind", AGREEMENT_REMINDED, actor=SYSTEM, now=now,
            party_id=str(party_id), number=term_n, day=begins_on.isoformat(),
        )  # fmt: skip
    return bool(due)


async def begin_performing(session: AsyncSession, *, agreement_id: UUID, now: datetime) -> bool:
    """The first term is due; False: it is not, or that was seen to."""
    case_id = await queries.case_of_agreement(session, agreement_id=agreement_id)
    case = await cases.case(session, case_id=case_id, lock=True)
    agreement = await queries.agreement(session, agreement_id=agreement_id, lock=True)
    assert case is not None
    assert agreement is not None
    return await begin_if_due(session, case, agreement, now=now) is not case


async def begin_if_due(
    session: AsyncSession, case: Case, agreement: Agreement, *, now: datetime
) -> Case:
    """The locked case, performing if the first term of its agreement is due; the row anew."""
    is_due = agreement.performs_at is not None and agreement.performs_at <= now
    if agreement.state != "in_force" or agreement.is_performing or not is_due:
        return case
    await queries.note_performing(session, agreement_id=agreement.id)
    if case.state != "agreed":
        return case
    return await move_case(session, case, "perform", CASE_PERFORMING, actor=SYSTEM, now=now)


async def judge(
    session: AsyncSession, case: Case, agreement: Agreement, *, actor: Actor, now: datetime
) -> Performance | None:
    """Move a locked case by how its agreement stands, after a visit was recorded."""
    visits = await queries.visits(session, case_id=case.id)
    is_month_over = any(
        v.agreement_id == agreement.id and v.kind == "month" and v.state == "recorded"
        for v in visits
    )
    rows = await queries.items(session, agreement_ids=[agreement.id])
    stands = standing(
        [Item(row.state, row.begins_on, row.is_once) for row in rows],
        on=china(now).date(),
        is_month_over=is_month_over,
    )
    if case.state == "performing" and stands == "broken":
        await move_case(session, case, "breach", CASE_BREACHED, actor=actor, now=now)
        return stands
    if case.state == "performing" and stands == "kept":
        case = await move_case(session, case, "fulfil", CASE_FULFILLED, actor=actor, now=now)
    if case.state in ("agreed", "fulfilled") and is_month_over:
        await move_case(
            session, case, "follow_up", CASE_FOLLOWED_UP, actor=actor, now=now,
            writes={"ended_at": now},
        )  # fmt: skip
    return stands


async def reopen(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Seat:
    """Take a broken agreement up again: it binds no more, and its mediator sits down with them.

    Raises:
        AppError: not_found, role_missing, case_moved_on, no_agreement.
    """
    seat = await seat_at(session, case_id=case_id, caller=caller, lock=True)
    if not seat.is_staff and (seat.party is None or seat.party.state != "consented"):
        raise AppError("role_missing")
    if seat.case.state != "breached":
        raise AppError("case_moved_on")
    agreement = await in_force(session, case_id=case_id)
    await _end(session, agreement, actor=caller.actor, now=caller.now)
    community = await community_of_place(session, place_id=seat.case.community_id)
    period = timedelta(days=community.settings.case_period_days)
    await move_case(
        session, seat.case, "reopen", CASE_REOPENED, actor=caller.actor, now=caller.now,
        writes={"ends_at": caller.now + period},
    )  # fmt: skip
    # Years may have passed: whoever mediated then may not do so any more.
    await replace_unfit(session, case_id=case_id, now=caller.now)
    return await seat_at(session, case_id=case_id, caller=caller)


async def end_with_case(session: AsyncSession, *, case_id: UUID, now: datetime) -> bool:
    """A case that went on to somebody else: nothing of its agreement is due; safe to repeat."""
    case = await cases.case(session, case_id=case_id, lock=True)
    if case is None or case.state not in _OVER:
        return False
    found = await queries.of_case(session, case_id=case_id, states=("in_force",))
    for agreement in found:
        await _end(session, agreement, actor=SYSTEM, now=now)
    return bool(found)


async def _end(session: AsyncSession, agreement: Agreement, *, actor: Actor, now: datetime) -> None:
    await queries.void_items(session, agreement_id=agreement.id)
    for visit in await queries.visits(session, case_id=agreement.case_id):
        if visit.state == "planned":
            await move_visit(session, visit, "void", VISIT_VOIDED, actor=actor, now=now)
    is_open = agreement.court == "open"
    court = {"court": "lapsed", "court_remind_at": None} if is_open else {}
    await move_agreement(
        session, agreement, "end", AGREEMENT_ENDED, actor=actor, now=now,
        writes={"ended_at": now, **court},
    )  # fmt: skip


async def _locked(session: AsyncSession, *, agreement_id: UUID) -> Agreement:
    """An agreement, after its case."""
    case_id = await queries.case_of_agreement(session, agreement_id=agreement_id)
    await cases.case(session, case_id=case_id, lock=True)
    agreement = await queries.agreement(session, agreement_id=agreement_id, lock=True)
    assert agreement is not None, "nothing deletes an agreement"
    return agreement
