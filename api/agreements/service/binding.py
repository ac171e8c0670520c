"""An agreement takes effect: what is due, who visits, the court's clock, the order's money."""

from datetime import datetime, time
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements import queries
from api.agreements.events import AGREEMENT_TOOK_EFFECT, CASE_AGREED, VISIT_PLANNED
from api.agreements.models import Agreement, DueItem, Visit
from api.agreements.rules import VisitKind, court_clock, visits_due
from api.agreements.service.moving import move_agreement
from api.agreements.service.seeing import content_of
from api.agreements.terms import (
    REMIND_AT,
    Once,
    Quiet,
    begins_performing_at,
    due_items,
)
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import Caller
from api.jobs.service.stating import Said
from api.kit.clock import CHINA, china
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.models import Case
from api.mediation.service.moving import move_case
from api.orders.rules import Split
from api.orders.service.disputing import resolve_as_agreed
from api.places.service import community_of_place

# What stands with the order, in place of the reason that staff give.
_SAID = "按调解协议处理"
_KINDS: tuple[VisitKind, ...] = ("week", "month")


async def bind(
    session: AsyncSession, case: Case, agreement: Agreement, *, vault: Vault, caller: Caller
) -> Agreement:
    """Let a text of a locked case bind its parties from now on.

    Raises:
        AppError: of an order's money: order_moved_on, job_moved_on, outcome_unfit, split_wrong,
            version_changed.
    """
    now = caller.now
    await _split(session, case, agreement, vault=vault, caller=caller)
    quiet = await quiet_of(session, case)
    content = content_of(agreement, vault=vault)
    planned = due_items(content.terms, effective_at=now, quiet=quiet)
    by_n = {term.n: term for term in content.terms}
    await queries.add(
        session,
        rows=[
            DueItem(
                agreement_id=agreement.id,
                term_n=due.term_n,
                party_id=by_n[due.term_n].party_id,
                begins_on=due.begins_on,
                ends_on=due.ends_on,
                is_once=isinstance(by_n[due.term_n].schedule, Once),
                remind_at=due.remind_at,
            )
            for due in planned
        ],
    )
    clock = court_clock(now, quiet=quiet)
    year = china(now).year
    number = await queries.next_number(session, community_id=agreement.community_id, year=year)
    agreement = await move_agreement(
        session, agreement, "take_effect", AGREEMENT_TOOK_EFFECT, actor=caller.actor, now=now,
        writes={
            "effective_at": now, "year": year, "number": number, "court": "open",
            "performs_at": begins_performing_at(planned), "court_last_day": clock.last_day,
            "court_closes_at": clock.closes_at, "court_remind_at": clock.remind_at[0],
        },
        form=agreement.form, number=number,
    )  # fmt: skip
    await move_case(session, case, "agree", CASE_AGREED, actor=caller.actor, now=now)
    for kind, day in zip(_KINDS, visits_due(now), strict=True):
        at = datetime.combine(day, REMIND_AT, CHINA)
        await plan_visit(session, agreement, kind=kind, due_at=at, actor=SYSTEM, now=now)
    return agreement


async def plan_visit(
    session: AsyncSession,
    agreement: Agreement,
    *,
    kind: VisitKind,
    due_at: datetime,
    actor: Actor,
    now: datetime,
    visitor_id: UUID | None = None,
) -> Visit:
    """Plan that somebody asks how it stands."""
    day = china(due_at).date()
    row = Visit(
        id=new_id(),
        case_id=agreement.case_id,
        agreement_id=agreement.id,
        kind=kind,
        due_on=day,
        due_at=due_at,
        visitor_id=visitor_id,
        text_sealed=b"",
    )
    await queries.add(session, rows=[row])
    await emit(
        session, VISIT_PLANNED, subject_id=row.id, subject_seq=1, actor=actor, now=now,
        community_id=agreement.community_id, to_state="planned", purpose=kind, day=day.isoformat(),
    )  # fmt: skip
    return row


async def quiet_of(session: AsyncSession, case: Case) -> Quiet:
    """The hours in which nobody of the case's community is disturbed."""
    community = await community_of_place(session, place_id=case.community_id)
    quiet = community.settings.quiet
    return Quiet(time.fromisoformat(quiet.begins), time.fromisoformat(quiet.ends))


async def _split(
    session: AsyncSession, case: Case, agreement: Agreement, *, vault: Vault, caller: Caller
) -> None:
    if agreement.split_outcome is None:
        return
    assert case.order_id is not None, "it was refused when it was proposed"
    await resolve_as_agreed(
        session,
        order_id=case.order_id,
        outcome=agreement.split_outcome,
        split=Split(
            agreement.split_resident_fen or 0,
            agreement.split_runner_fen or 0,
            agreement.split_platform_fen or 0,
        ),
        said=Said(_SAID),
        vault=vault,
        by_id=agreement.proposed_by_id,
        now=caller.now,
    )
