"""Who is asked to mediate: chosen by rule, one after another, with every exclusion kept."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import Caller
from api.kit.clock import china
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.events import (
    ASK_ACCEPTED,
    ASK_DROPPED,
    ASK_PASSED,
    ASK_REPLACED,
    ASK_TIMED_OUT,
    ASKED,
    CASE_ASSIGNED,
    CASE_OBJECTED,
    CASE_REPLACED,
    CASE_UNMEDIATED,
)
from api.mediation.models import Case, CaseObjection, MediatorAsk
from api.mediation.queries import cases, facts
from api.mediation.rules import (
    Matter,
    Mediator,
    ReplaceCode,
    ReplaceWhy,
    choose,
    conflicts,
)
from api.mediation.service.moving import (
    OBJECTION_COLUMN,
    again,
    move_ask,
    move_case,
    tell_case,
)
from api.mediation.service.seeing import acted_on
from api.mediation.states import CASE, MEDIATED
from api.mediators.queries import mediator as the_mediator
from api.places.service import community_of_place


async def ask_next(session: AsyncSession, case: Case, *, now: datetime) -> Case:
    """Ask whom the rules put first among those who were not asked; nobody left: staff are told."""
    matter = await _matter(session, case, now=now)
    candidates = await facts.mediators_for(
        session, case_id=case.id, place_path=case.place_path, community_id=case.community_id
    )
    choice = choose(candidates, matter)
    judged: list[tuple[UUID, int | None, tuple[str, ...]]] = [
        *((user_id, rank, ()) for rank, user_id in enumerate(choice.order, start=1)),
        *((user_id, None, reasons) for user_id, reasons in choice.excluded.items()),
    ]
    await facts.note_choice(session, case_id=case.id, judged=judged, now=now)
    if choice.order:
        await _ask(session, case, user_id=choice.order[0], actor=SYSTEM, now=now)
        return await again(session, case)
    await cases.set_with_staff(session, case_id=case.id, is_with_staff=True)
    return await tell_case(session, case, CASE_UNMEDIATED, actor=SYSTEM, now=now)


async def ask_by_name(
    session: AsyncSession, *, case_id: UUID, user_id: UUID | None, caller: Caller
) -> Case:
    """Ask somebody whom staff name, or again whom the rules name; no conflict is passed over.

    Raises:
        AppError: not_found, role_missing, case_moved_on, mediator_unknown, mediator_conflict.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("staff",))
    case = seen.case
    if case.state != "accepted":
        raise AppError("case_moved_on")
    if user_id is not None:
        await _refuse_unfit(session, case, user_id=user_id, now=caller.now)
    for row in await cases.asks(session, case_id=case.id):
        if row.state == "asked":
            await move_ask(
                session, case, row, "drop", ASK_DROPPED, actor=caller.actor, now=caller.now
            )
    if user_id is None:
        return await ask_next(session, case, now=caller.now)
    await _ask(session, case, user_id=user_id, actor=caller.actor, now=caller.now)
    return await again(session, case)


async def accept(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """Take on a case that one was asked to mediate; what ties one to a party since then counts.

    Raises:
        AppError: not_found, role_missing, case_moved_on, mediator_conflict, mediator_full.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("asked", "mediator"))
    case, ask = seen.case, await _own_ask(session, seen.case, caller=caller)
    await _refuse_unfit(session, case, user_id=caller.user_id, now=caller.now)
    row = await the_mediator(session, mediator_id=caller.user_id, lock=True)
    if row is not None and row.state == "appointed":
        candidates = await facts.mediators_for(
            session, case_id=case.id, place_path=case.place_path, community_id=case.community_id
        )
        if any(m.user_id == row.id and m.load >= m.load_max for m in candidates):
            raise AppError("mediator_full")
    await move_ask(session, case, ask, "accept", ASK_ACCEPTED, actor=caller.actor, now=caller.now)
    await cases.set_with_staff(session, case_id=case.id, is_with_staff=False)
    return await move_case(
        session, case, "assign", CASE_ASSIGNED, actor=caller.actor, now=caller.now,
        writes={
            "mediator_id": caller.user_id,
            "committee_id": None if row is None else row.committee_id,
        },
        user_id=str(caller.user_id),
    )  # fmt: skip


async def pass_on(session: AsyncSession, *, case_id: UUID, caller: Caller) -> None:
    """Do not take it on; the next one is asked. It costs nothing, and needs no reason.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("asked", "mediator"))
    ask = await _own_ask(session, seen.case, caller=caller)
    await move_ask(session, seen.case, ask, "pass", ASK_PASSED, actor=caller.actor, now=caller.now)
    await ask_next(session, seen.case, now=caller.now)


async def time_out(session: AsyncSession, *, ask_id: UUID, now: datetime) -> bool:
    """Ask the next one where nobody answered in time. Safe to call at any time."""
    row = await cases.ask(session, ask_id=ask_id)
    if row is None:
        return False
    case = await cases.case(session, case_id=row.case_id, lock=True)
    row = await cases.ask(session, ask_id=ask_id)
    assert case is not None
    assert row is not None
    if row.state != "asked" or row.until > now:
        return False
    await move_ask(session, case, row, "time_out", ASK_TIMED_OUT, actor=SYSTEM, now=now)
    await ask_next(session, case, now=now)
    return True


async def object_to(
    session: AsyncSession, *, case_id: UUID, text: str, vault: Vault, caller: Caller
) -> Case:
    """Have somebody else asked: a party once without reasons, a mediator of themselves whenever
    they mediate, also in the midst of it.

    Raises:
        AppError: not_found, role_missing, case_moved_on, objection_needs_reason.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("party", "mediator"))
    case, by = seen.case, "mediator" if "mediator" in seen.roles else "party"
    if by == "mediator" and case.state in MEDIATED and case.state != "assigned":
        return await replace(session, case, why="stepped_back", actor=caller.actor, now=caller.now)
    is_silent = seen.party is None or seen.party.state != "consented"
    if case.state != "assigned" or (by == "party" and is_silent):
        raise AppError("case_moved_on")
    assert case.mediator_id is not None, "an assigned case has its mediator (CHECK)"
    mediator_id = case.mediator_id
    earlier = [o for o in await cases.objections(session, case_id=case.id)
               if o.by == "party" and o.by_id == caller.user_id]  # fmt: skip
    if by == "party" and earlier and not text.strip():
        raise AppError("objection_needs_reason")
    await _let_go(session, case, actor=caller.actor, now=caller.now)
    row_id = new_id()
    sealed = vault.seal(text, column=OBJECTION_COLUMN, row=row_id) if text else b""
    objection = CaseObjection(
        id=row_id, case_id=case.id, user_id=mediator_id, by=by, by_id=caller.user_id,
        text_sealed=sealed, at=caller.now,
    )  # fmt: skip
    await cases.add(session, rows=[objection])
    case = await move_case(
        session, case, "object", CASE_OBJECTED, actor=caller.actor, now=caller.now,
        writes={"mediator_id": None, "committee_id": None},
        user_id=str(mediator_id), by=by, number=len(earlier) + 1,
    )  # fmt: skip
    return await ask_next(session, case, now=caller.now)


async def replace_by_name(
    session: AsyncSession, *, case_id: UUID, code: ReplaceCode, caller: Caller
) -> Case:
    """Have somebody else mediate, as staff see that whoever does cannot go on.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    case = (await acted_on(session, case_id=case_id, caller=caller, by=("staff",))).case
    if not CASE.allows(case.state, "replace"):
        raise AppError("case_moved_on")
    return await replace(session, case, why=code, actor=caller.actor, now=caller.now)


async def replace_unfit(session: AsyncSession, *, case_id: UUID, now: datetime) -> bool:
    """Replace whoever was suspended, ended it, or whose term is over. Safe to call at any time."""
    case = await cases.case(session, case_id=case_id, lock=True)
    if case is None or not CASE.allows(case.state, "replace"):
        return False
    assert case.mediator_id is not None, "a case that is mediated has its mediator (CHECK)"
    on = china(now).date()
    if await facts.may_mediate(
        session, user_id=case.mediator_id, place_path=case.place_path, on=on
    ):
        return False
    await replace(session, case, why="unfit", actor=SYSTEM, now=now)
    return True


async def replace(
    session: AsyncSession, case: Case, *, why: ReplaceWhy, actor: Actor, now: datetime
) -> Case:
    """Take a locked case out of somebody's hands, and ask the next one by the same rule.

    Its time is reckoned anew: from the first contact of whoever comes. Nothing of the file is open
    any more to whoever had it, and they are not asked again.
    """
    await _let_go(session, case, actor=actor, now=now)
    mediator_id = case.mediator_id
    case = await move_case(
        session, case, "replace", CASE_REPLACED, actor=actor, now=now,
        writes={"mediator_id": None, "committee_id": None, "ends_at": None},
        user_id=str(mediator_id), why=why,
    )  # fmt: skip
    return await ask_next(session, case, now=now)


async def refuse_conflict(
    session: AsyncSession, case: Case, *, user_id: UUID, now: datetime
) -> None:
    """Refuse what ties somebody to a party of the case, by the facts of this moment.

    Raises:
        AppError: mediator_unknown, mediator_conflict.
    """
    matter = await _matter(session, case, now=now)
    on = china(now).date()
    standing: Mediator | None = await facts.standing_in(session, user_id=user_id, on=on)
    if standing is None:
        raise AppError("mediator_unknown")
    found = conflicts(standing, matter)
    if found or user_id in matter.objected_ids:
        raise AppError("mediator_conflict", " ".join(found) or "objected")


async def _let_go(session: AsyncSession, case: Case, *, actor: Actor, now: datetime) -> None:
    """Whoever mediates a locked case does so no more."""
    for row in await cases.asks(session, case_id=case.id):
        if row.state == "accepted":
            await move_ask(session, case, row, "replace", ASK_REPLACED, actor=actor, now=now)


async def _ask(
    session: AsyncSession, case: Case, *, user_id: UUID, actor: Actor, now: datetime
) -> None:
    community = await community_of_place(session, place_id=case.place_id)
    until = now + timedelta(seconds=community.settings.case_answer_s)
    row = MediatorAsk(id=new_id(), case_id=case.id, user_id=user_id, asked_at=now, until=until)
    await cases.set_with_staff(session, case_id=case.id, is_with_staff=False)
    await cases.add(session, rows=[row])
    await emit(
        session, ASKED, subject_id=row.id, subject_seq=1, actor=actor, now=now,
        community_id=case.community_id, to_state="asked", until=until.isoformat(),
    )  # fmt: skip


async def _matter(session: AsyncSession, case: Case, *, now: datetime) -> Matter:
    """A case as the rules see it, by the facts of this moment."""
    community = await community_of_place(session, place_id=case.place_id)
    since = now - timedelta(days=community.settings.case_ties_days)
    parties = await facts.parties_of(session, case_id=case.id, ties_since=since)
    around = await facts.people_around(session, case_id=case.id)
    return Matter(
        place_path=tuple(case.place_path),
        category=case.category,
        parties=parties,
        on=china(now).date(),
        minute=case.meet_minute,
        languages=frozenset(case.languages),
        **around,
    )


async def _refuse_unfit(session: AsyncSession, case: Case, *, user_id: UUID, now: datetime) -> None:
    """Refuse who may not mediate at all, or has a conflict; hours, load and place are no bar."""
    on = china(now).date()
    if not await facts.may_mediate(session, user_id=user_id, place_path=case.place_path, on=on):
        raise AppError("mediator_unknown")
    await refuse_conflict(session, case, user_id=user_id, now=now)


async def _own_ask(session: AsyncSession, case: Case, *, caller: Caller) -> MediatorAsk:
    """What the caller is asked, while it still waits for an answer."""
    for row in await cases.asks(session, case_id=case.id):
        if row.user_id == caller.user_id and row.state == "asked":
            return row
    raise AppError("case_moved_on")
