"""Who stands on which side, and whether they want to be mediated: consent is the gate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import Post
from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import STAFF, Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.events import (
    CASE_ACCEPTED,
    CASE_OFFERED,
    CASE_REFUSED,
    CASE_WITHDRAWN,
    PARTY_CONSENTED,
    PARTY_JOINED,
    PARTY_LAPSED,
    PARTY_LEFT,
    PARTY_REFUSED,
)
from api.mediation.models import Case, CaseParty
from api.mediation.queries import cases
from api.mediation.rules import PARTIES_MAX, PartyKind, consents
from api.mediation.service.asking import ask_next, refuse_conflict
from api.mediation.service.moving import (
    NAME_COLUMN,
    PHONE_COLUMN,
    again,
    move_case,
    move_party,
)
from api.mediation.service.seeing import acted_on
from api.mediation.states import OPEN
from api.mediators.service.founding import known_organisation
from api.places.queries import place
from api.places.service import community_of_place
from api.uploads.service import claim

How = Literal["applied", "app", "paper"]


@dataclass(frozen=True, slots=True)
class NewParty:
    """Somebody on a side: a person, who speaks for a group or company, or a name."""

    side: int
    kind: PartyKind = "person"
    user_id: UUID | None = None
    organisation_id: UUID | None = None
    employer_id: UUID | None = None
    building_id: UUID | None = None
    name: str = ""
    phone: str = ""


async def join(
    session: AsyncSession,
    case: Case,
    new: NewParty,
    *,
    how: How | None,
    vault: Vault,
    caller: Caller,
) -> None:
    """Put somebody on a side of a locked case; who applies by themselves consents by that.

    Raises:
        AppError: parties_full, already_party, organisation_unknown.
    """
    there = await cases.parties(session, case_id=case.id)
    if len(there) >= PARTIES_MAX:
        raise AppError("parties_full")
    living = {p.user_id for p in there if p.state in ("invited", "consented")}
    if new.user_id is not None and new.user_id in living:
        raise AppError("already_party")
    for organisation_id in (new.organisation_id, new.employer_id):
        await known_organisation(session, organisation_id=organisation_id)
    row_id = new_id()
    row = CaseParty(
        id=row_id,
        case_id=case.id,
        side=new.side,
        kind=new.kind,
        user_id=new.user_id,
        organisation_id=new.organisation_id,
        employer_id=new.employer_id,
        building_id=new.building_id,
        name_sealed=vault.seal(new.name, column=NAME_COLUMN, row=row_id) if new.name else b"",
        phone_sealed=vault.seal(new.phone, column=PHONE_COLUMN, row=row_id) if new.phone else b"",
        joined_at=caller.now,
    )
    if case.state != "opened":
        row.answer_until = await _answer_until(session, case, now=caller.now)
    await cases.add(session, rows=[row])
    await emit(
        session, PARTY_JOINED, subject_id=row_id, subject_seq=1, actor=caller.actor,
        now=caller.now, community_id=case.community_id, to_state="invited", side=new.side,
        kind=new.kind,
    )  # fmt: skip
    if how is not None:
        await move_party(
            session, case, row, "consent", PARTY_CONSENTED, actor=caller.actor, now=caller.now,
            writes={"how": how, "consented_at": caller.now}, how=how,
        )  # fmt: skip


async def add_voice(
    session: AsyncSession, case: Case, post: Post, *, vault: Vault, caller: Caller
) -> None:
    """Let a post belong to a locked case, and its author, or who joins them, stand on side 1.

    Raises:
        AppError: parties_full, already_party.
    """
    await cases.add_post(session, case_id=case.id, post_id=post.id, now=caller.now)
    is_staff = caller.user_id != post.author_id and caller.holds(STAFF, post.place_path)
    user_id = post.author_id if is_staff else caller.user_id
    there = await cases.parties(session, case_id=case.id)
    is_there = any(p.user_id == user_id and p.state in ("invited", "consented") for p in there)
    if is_there and is_staff:
        return
    new = NewParty(side=1, user_id=user_id)
    await join(session, case, new, how=None if is_staff else "applied", vault=vault, caller=caller)


async def add_party(
    session: AsyncSession, *, case_id: UUID, new: NewParty, vault: Vault, caller: Caller
) -> Case:
    """Put somebody on a side, as named staff or the mediator do; they are asked to consent.

    Raises:
        AppError: not_found, role_missing, case_moved_on, party_unknown, parties_full,
            already_party, organisation_unknown, mediator_conflict.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("staff", "mediator"))
    case = seen.case
    if case.state not in OPEN:
        raise AppError("case_moved_on")
    if new.user_id is not None and not await cases.belongs_here(
        session, user_id=new.user_id, place_path=case.place_path, community_id=case.community_id
    ):
        raise AppError("party_unknown")
    if new.building_id is not None:
        building = await place(session, place_id=new.building_id)
        if building is None or building.kind != "building":
            raise AppError("party_unknown")
    await join(session, case, new, how=None, vault=vault, caller=caller)
    if case.mediator_id is not None:
        # Whoever comes later must not be tied to who mediates already.
        await refuse_conflict(session, case, user_id=case.mediator_id, now=caller.now)
    return await again(session, case)


async def offer(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """Offer mediation to every side, in private; each has so many days to answer.

    Raises:
        AppError: not_found, role_missing, case_moved_on, sides_missing.
    """
    case = (await acted_on(session, case_id=case_id, caller=caller, by=("staff",))).case
    if case.state != "opened":
        raise AppError("case_moved_on")
    there = await cases.parties(session, case_id=case.id)
    if len({p.side for p in there if p.state in ("invited", "consented")}) < 2:
        raise AppError("sides_missing")
    until = await _answer_until(session, case, now=caller.now)
    await cases.set_answer_until(session, case_id=case.id, until=until)
    case = await move_case(
        session, case, "offer", CASE_OFFERED, actor=caller.actor, now=caller.now,
        writes={"offered_at": caller.now}, until=until.isoformat(),
    )  # fmt: skip
    return await settle_consents(session, case, now=caller.now)


async def answer(
    session: AsyncSession,
    *,
    case_id: UUID,
    is_willing: bool,
    employer_id: UUID | None = None,
    caller: Caller,
) -> Case:
    """Consent to be mediated, having read one's rights, or refuse; no reason is asked for.

    Raises:
        AppError: not_found, role_missing, case_moved_on, organisation_unknown.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("party",))
    assert seen.party is not None
    await known_organisation(session, organisation_id=employer_id)
    writes = {} if employer_id is None else {"employer_id": employer_id}
    return await _answer(
        session, seen.case, seen.party, is_willing=is_willing, how="app", caller=caller,
        writes=writes,
    )  # fmt: skip


async def record_answer(
    session: AsyncSession,
    *,
    case_id: UUID,
    party_id: UUID,
    is_willing: bool,
    upload_id: UUID,
    caller: Caller,
) -> Case:
    """Note what somebody without the app answered, with a photo of the paper they signed.

    Raises:
        AppError: not_found, role_missing, case_moved_on, answers_themselves, upload_unknown.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("staff", "mediator"))
    party = await cases.party(session, party_id=party_id)
    if party is None or party.case_id != case_id:
        raise AppError("not_found")
    # Whoever can sign in is asked there; a company, or whom staff enrolled, may answer on paper.
    user_id = None if party.kind == "company" else party.user_id
    if user_id is not None and await cases.signs_in(session, user_id=user_id):
        raise AppError("answers_themselves")
    _refuse_answered(seen.case, party)
    await claim(
        session, upload_ids=[upload_id], owner_id=caller.user_id, purpose="case",
        subject_id=case_id, now=caller.now,
    )  # fmt: skip
    return await _answer(
        session, seen.case, party, is_willing=is_willing, how="paper", caller=caller,
        writes={"upload_id": upload_id, "recorded_by_id": caller.user_id},
    )  # fmt: skip


async def lapse(session: AsyncSession, *, case_id: UUID, now: datetime) -> bool:
    """Count those who did not answer in time as not willing. Safe to call at any time."""
    case = await cases.case(session, case_id=case_id, lock=True)
    if case is None:
        return False
    late = [
        party
        for party in await cases.parties(session, case_id=case_id)
        if party.state == "invited" and party.answer_until is not None and party.answer_until <= now
    ]
    for party in late:
        await move_party(session, case, party, "lapse", PARTY_LAPSED, actor=SYSTEM, now=now)
    if case.state == "offered":
        await settle_consents(session, case, now=now)
    return bool(late)


async def withdraw(session: AsyncSession, *, case_id: UUID, caller: Caller) -> Case:
    """Leave; the last one of a side ends the case.

    Raises:
        AppError: not_found, role_missing, case_moved_on.
    """
    seen = await acted_on(session, case_id=case_id, caller=caller, by=("party",))
    case, party = seen.case, seen.party
    assert party is not None
    if case.state not in OPEN or party.state != "consented":
        raise AppError("case_moved_on")
    await move_party(session, case, party, "leave", PARTY_LEFT, actor=caller.actor, now=caller.now)
    there = await cases.parties(session, case_id=case.id)
    if any(p.side == party.side and p.state == "consented" for p in there):
        return await again(session, case)
    return await move_case(
        session, case, "withdraw", CASE_WITHDRAWN, actor=caller.actor, now=caller.now,
        side=party.side,
    )  # fmt: skip


async def leave_all(session: AsyncSession, *, caller: Caller) -> None:
    """Take no part any more in anything that is not agreed: the account closes. Safe to repeat."""
    for case_id in await cases.living_of_party(session, user_id=caller.user_id):
        case = await cases.case(session, case_id=case_id, lock=True)
        assert case is not None
        for party in await cases.parties(session, case_id=case_id):
            if party.user_id != caller.user_id or case.state not in OPEN:
                continue
            if party.state == "consented":
                case = await withdraw(session, case_id=case_id, caller=caller)
            elif party.state == "invited":
                await move_party(
                    session, case, party, "refuse", PARTY_REFUSED, actor=caller.actor,
                    now=caller.now, how="app", writes={"how": "app"},
                )  # fmt: skip
                if case.state == "offered":
                    case = await settle_consents(session, case, now=caller.now)


async def settle_consents(session: AsyncSession, case: Case, *, now: datetime) -> Case:
    """Accept an offered case whose every side consented, or end it where a side is lost."""
    sides: dict[int, list[str]] = {}
    for party in await cases.parties(session, case_id=case.id):
        sides.setdefault(party.side, []).append(party.state)
    verdict = consents(sides)
    if verdict is None:
        return case
    if verdict == "accepted":
        case = await move_case(
            session, case, "accept", CASE_ACCEPTED, actor=SYSTEM, now=now,
            writes={"accepted_at": now},
        )  # fmt: skip
        return await ask_next(session, case, now=now)
    return await move_case(
        session, case, "refuse", CASE_REFUSED, actor=SYSTEM, now=now,
        writes={"ended_why": verdict}, why=verdict,
    )  # fmt: skip


async def _answer(
    session: AsyncSession,
    case: Case,
    party: CaseParty,
    *,
    is_willing: bool,
    how: How,
    caller: Caller,
    writes: dict[str, UUID],
) -> Case:
    _refuse_answered(case, party)
    event, kind = ("consent", PARTY_CONSENTED) if is_willing else ("refuse", PARTY_REFUSED)
    consented = {"consented_at": caller.now} if is_willing else {}
    await move_party(
        session, case, party, event, kind, actor=caller.actor, now=caller.now,
        writes={**writes, **consented, "how": how}, how=how,
    )  # fmt: skip
    if case.state == "offered":
        return await settle_consents(session, case, now=caller.now)
    return await again(session, case)


def _refuse_answered(case: Case, party: CaseParty) -> None:
    if case.state not in OPEN or party.state != "invited" or party.answer_until is None:
        raise AppError("case_moved_on")


async def _answer_until(session: AsyncSession, case: Case, *, now: datetime) -> datetime:
    community = await community_of_place(session, place_id=case.place_id)
    return now + timedelta(days=community.settings.case_consent_days)
