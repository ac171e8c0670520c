"""Applying to mediate, being appointed, suspended, and ending it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, Caller
from api.identity.service import grant, revoke
from api.kit.clock import china
from api.mediators import queries
from api.mediators.events import (
    MEDIATOR_APPLIED,
    MEDIATOR_APPOINTED,
    MEDIATOR_CHANGED,
    MEDIATOR_ENDED,
    MEDIATOR_REINSTATED,
    MEDIATOR_REJECTED,
    MEDIATOR_SUSPENDED,
)
from api.mediators.models import Mediator
from api.mediators.rules import TERM_DAYS_MAX, RejectReason, SuspendReason
from api.mediators.service.founding import MEMBERS, known_organisation
from api.mediators.states import MEDIATOR
from api.people.queries import real_name
from api.places.queries import place
from api.places.service import community_of_place

ROLE = "mediator"


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody offers: languages, spans of minutes of the week, cases at a time."""

    languages: Sequence[str]
    hours: Sequence[tuple[int, int]]
    load_max: int
    employer_id: UUID | None = None
    is_available: bool = True


async def apply(
    session: AsyncSession,
    *,
    place_id: UUID,
    categories: Sequence[str],
    offer: Offer,
    caller: Caller,
) -> Mediator:
    """Apply to mediate at a place and below it.

    Raises:
        AppError: not_found, role_missing, organisation_unknown, already_applied.
    """
    where = await place(session, place_id=place_id)
    community = await community_of_place(session, place_id=place_id)
    assert where is not None, "a place of a community is there"
    caller.require(MEMBERS, community.path)
    await known_organisation(session, organisation_id=offer.employer_id)
    before = await queries.mediator(session, mediator_id=caller.user_id, lock=True)
    row = Mediator(
        id=caller.user_id,
        place_id=where.id,
        place_path=where.path,
        categories=list(dict.fromkeys(categories)),
        languages=list(dict.fromkeys(offer.languages)),
        hours_from=[begin for begin, _ in offer.hours],
        hours_to=[end for _, end in offer.hours],
        load_max=offer.load_max,
        employer_id=offer.employer_id,
        applied_at=caller.now,
    )
    from_state = None if before is None else before.state
    version = await queries.apply(session, row=row)
    if version is None:
        raise AppError("already_applied")
    await emit(
        session, MEDIATOR_APPLIED, subject_id=caller.user_id, subject_seq=version,
        actor=caller.actor, now=caller.now, community_id=community.id, from_state=from_state,
        to_state="applied", place_id=str(where.id),
    )  # fmt: skip
    return await _the(session, caller.user_id)


async def change(session: AsyncSession, *, version: int, offer: Offer, caller: Caller) -> Mediator:
    """Say otherwise when, in which languages and how much; it holds at once.

    Raises:
        AppError: mediator_moved_on, version_changed, organisation_unknown.
    """
    row = await own(session, caller=caller, code="mediator_moved_on")
    await known_organisation(session, organisation_id=offer.employer_id)
    row.languages = list(dict.fromkeys(offer.languages))
    row.hours_from = [begin for begin, _ in offer.hours]
    row.hours_to = [end for _, end in offer.hours]
    row.load_max, row.is_available = offer.load_max, offer.is_available
    row.employer_id = offer.employer_id
    session.expunge(row)
    changed = await queries.change(session, row=row, version=version)
    if changed is None:
        raise AppError("version_changed")
    await emit(
        session, MEDIATOR_CHANGED, subject_id=row.id, subject_seq=changed, actor=caller.actor,
        now=caller.now, community_id=_community(row),
    )  # fmt: skip
    return await _the(session, row.id)


async def appoint(
    session: AsyncSession,
    *,
    mediator_id: UUID,
    committee_id: UUID,
    until: date,
    categories: Sequence[str],
    caller: Caller,
) -> Mediator:
    """Write down that a committee appointed somebody, to their last day; again for a new term.

    Raises:
        AppError: role_missing, not_found, own_decision, mediator_moved_on, committee_unfit,
            term_unfit, mediator_not_adult.
    """
    row = await managed(session, mediator_id=mediator_id, caller=caller)
    if not MEDIATOR.allows(row.state, "appoint"):
        raise AppError("mediator_moved_on")
    committee = await queries.committee(session, committee_id=committee_id)
    if committee is None or committee.place_id not in row.place_path:
        raise AppError("committee_unfit")
    today = china(caller.now).date()
    if not today <= until <= today + timedelta(days=TERM_DAYS_MAX):
        raise AppError("term_unfit")
    name = await real_name(session, user_id=mediator_id)
    if name is None or name.state != "verified" or name.age_band != "adult":
        raise AppError("mediator_not_adult")
    moved = await _move(
        session, row, "appoint", MEDIATOR_APPOINTED, caller=caller,
        writes={
            **_decided(caller), "committee_id": committee.id, "appointed_on": today,
            "appointed_until": until, "categories": list(dict.fromkeys(categories)), "code": None,
        },
        place_id=str(row.place_id), until=until.isoformat(),
    )  # fmt: skip
    await grant(
        session, user_id=row.id, role=ROLE, place_id=row.place_id, actor=caller.actor,
        now=caller.now,
    )  # fmt: skip
    return moved


async def reject(
    session: AsyncSession, *, mediator_id: UUID, code: RejectReason, caller: Caller
) -> Mediator:
    """Do not appoint somebody who applied.

    Raises:
        AppError: role_missing, not_found, own_decision, mediator_moved_on.
    """
    return await _decide(session, "reject", MEDIATOR_REJECTED, mediator_id, caller, code=code)


async def suspend(
    session: AsyncSession, *, mediator_id: UUID, code: SuspendReason, caller: Caller
) -> Mediator:
    """Let nobody ask a mediator, nor let them see a case, until they are reinstated.

    Raises:
        AppError: role_missing, not_found, own_decision, mediator_moved_on.
    """
    return await _decide(session, "suspend", MEDIATOR_SUSPENDED, mediator_id, caller, code=code)


async def reinstate(session: AsyncSession, *, mediator_id: UUID, caller: Caller) -> Mediator:
    """Let a suspended mediator be asked again.

    Raises:
        AppError: role_missing, not_found, own_decision, mediator_moved_on.
    """
    return await _decide(session, "reinstate", MEDIATOR_REINSTATED, mediator_id, caller)


async def end(session: AsyncSession, *, caller: Caller) -> Mediator:
    """End one's application or appointment, at once; others are asked for the cases in hand.

    Raises:
        AppError: mediator_moved_on.
    """
    row = await own(session, caller=caller, code="mediator_moved_on")
    if not MEDIATOR.allows(row.state, "end"):
        raise AppError("mediator_moved_on")
    moved = await _move(session, row, "end", MEDIATOR_ENDED, caller=caller)
    await revoke(
        session, user_id=row.id, role=ROLE, place_id=row.place_id, actor=caller.actor,
        now=caller.now,
    )  # fmt: skip
    return moved


async def end_for_good(session: AsyncSession, *, caller: Caller) -> None:
    """The same, where an account closes; whoever never applied has nothing to end."""
    row = await queries.mediator(session, mediator_id=caller.user_id)
    if row is not None and MEDIATOR.allows(row.state, "end"):
        await end(session, caller=caller)


async def own(session: AsyncSession, *, caller: Caller, code: str = "not_found") -> Mediator:
    """The caller's own row, locked.

    Raises:
        AppError: of this code.
    """
    row = await queries.mediator(session, mediator_id=caller.user_id, lock=True)
    if row is None:
        raise AppError(code)
    return row


async def managed(session: AsyncSession, *, mediator_id: UUID, caller: Caller) -> Mediator:
    """A mediator about whom the caller decides, locked.

    Raises:
        AppError: role_missing, not_found, own_decision.
    """
    row = await queries.mediator(session, mediator_id=mediator_id, lock=True)
    caller.require_there(MANAGERS, () if row is None else row.place_path)
    if row is None:
        raise AppError("not_found")
    if row.id == caller.user_id:
        raise AppError("own_decision")
    return row


async def _decide(
    session: AsyncSession,
    event: str,
    kind: EventKind,
    mediator_id: UUID,
    caller: Caller,
    **code: str,
) -> Mediator:
    row = await managed(session, mediator_id=mediator_id, caller=caller)
    if not MEDIATOR.allows(row.state, event):
        raise AppError("mediator_moved_on")
    writes = {**_decided(caller), "code": code.get("code")}
    return await _move(session, row, event, kind, caller=caller, writes=writes, **code)


async def _move(
    session: AsyncSession,
    row: Mediator,
    event: str,
    kind: EventKind,
    *,
    caller: Caller,
    writes: dict[str, Any] | None = None,
    **data: Any,
) -> Mediator:
    before = row.state
    moved = await queries.move(
        session, MEDIATOR, key=row.id, event=event, from_state=before, **(writes or {})
    )
    assert moved is not None, "the mediator was locked"
    await emit(
        session, kind, subject_id=row.id, subject_seq=moved.version, actor=caller.actor,
        now=caller.now, community_id=_community(row), from_state=before, to_state=moved.state,
        **data,
    )  # fmt: skip
    return await _the(session, row.id)


def _decided(caller: Caller) -> dict[str, Any]:
    return {"decided_by_id": caller.user_id, "decided_at": caller.now}


def _community(row: Mediator) -> UUID:
    return row.place_path[min(1, len(row.place_path) - 1)]


async def _the(session: AsyncSession, mediator_id: UUID) -> Mediator:
    row = await queries.mediator(session, mediator_id=mediator_id)
    assert row is not None
    return row
