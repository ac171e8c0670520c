"""Newcomers ask for a lead runner, a lead takes them along, and who has learnt it graduates.

Both want it: the newcomer asks, the lead takes. A graduation is a fact of the lead's ledger.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.events.registry import EventKind
from api.identity.caller import STAFF, Caller
from api.kit.clock import unix_s
from api.kit.ids import new_id
from api.people.service.joining import same_household
from api.places.service import community_of_place
from api.points.events import (
    MENTEE_GRADUATED,
    MENTOR_ASKED,
    MENTOR_TOOK,
    MENTORING_ENDED,
    MENTORING_LAPSED,
    MENTORING_WITHDRAWN,
)
from api.points.models import Mentorship
from api.points.queries import ledger, mentorships
from api.points.service.knowing import known_rules
from api.points.service.posting import facts_about
from api.tiers import mentoring_tiers, tiers
from scoring.mentoring import DAYS_MAX, mentored_since

_KINDS: dict[str, EventKind] = {
    "take": MENTOR_TOOK,
    "withdraw": MENTORING_WITHDRAWN,
    "end": MENTORING_ENDED,
    "graduate": MENTEE_GRADUATED,
    "lapse": MENTORING_LAPSED,
}


async def ask(session: AsyncSession, *, caller: Caller) -> Mentorship:
    """Ask the leads of one's community to be taken along; one at a time, and newcomers only.

    Raises:
        AppError: role_missing, mentor_not_needed, mentor_asked.
    """
    community_id, tier = await _runner(session, caller.user_id)
    if not tiers()[tier].asks_for_mentor:
        raise AppError("mentor_not_needed")
    row = Mentorship(
        id=new_id(),
        community_id=community_id,
        place_path=list((await community_of_place(session, place_id=community_id)).path),
        mentee_id=caller.user_id,
        asked_at=caller.now,
    )
    if not await mentorships.add(session, row=row):
        raise AppError("mentor_asked")
    await emit(
        session,
        MENTOR_ASKED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=community_id,
        to_state="asked",
        mentee_id=str(row.mentee_id),
    )
    return row


async def take(session: AsyncSession, *, mentorship_id: UUID, caller: Caller) -> Mentorship:
    """Take a newcomer along, as a lead of the same community, nobody of one's own household.

    Raises:
        AppError: role_missing, not_found, lead_required, mentee_of_own_home, mentees_full,
            mentoring_moved_on.
    """
    community_id, tier = await _runner(session, caller.user_id)
    row = await mentorships.mentorship(session, mentorship_id=mentorship_id, lock=True)
    if row is None or row.community_id != community_id:
        raise AppError("not_found")
    mentees_max = tiers()[tier].mentees_max
    if not mentees_max:
        raise AppError("lead_required")
    if row.state != "asked":
        raise AppError("mentoring_moved_on")
    if await same_household(session, a=caller.user_id, b=row.mentee_id):
        raise AppError("mentee_of_own_home")
    # Locked, so that two of them cannot be the last one both.
    await ledger.lock_balance(session, runner_id=caller.user_id)
    if await mentorships.mentees_of(session, mentor_id=caller.user_id) >= mentees_max:
        raise AppError("mentees_full")
    return await _move(
        session, row, "take", actor=caller.actor, now=caller.now,
        mentor_id=caller.user_id, began_at=caller.now,
    )  # fmt: skip


async def end(session: AsyncSession, *, mentorship_id: UUID, caller: Caller) -> Mentorship:
    """End it, as one of the two or as staff; what was only asked for is withdrawn.

    Raises:
        AppError: not_found, mentoring_moved_on.
    """
    row = await mentorships.mentorship(session, mentorship_id=mentorship_id, lock=True)
    is_own = row is not None and caller.user_id in (row.mentee_id, row.mentor_id)
    if row is None or not (is_own or caller.holds(STAFF, row.place_path)):
        raise AppError("not_found")
    if row.state not in ("asked", "active"):
        raise AppError("mentoring_moved_on")
    event = "withdraw" if row.state == "asked" else "end"
    return await _move(session, row, event, actor=caller.actor, now=caller.now, ended_at=caller.now)


async def look(session: AsyncSession, *, mentorship_id: UUID, now: datetime) -> bool:
    """Let a newcomer graduate who may; let lapse what goes on no longer. False: neither yet."""
    row = await mentorships.mentorship(session, mentorship_id=mentorship_id, lock=True)
    if row is None or row.state != "active":
        return False
    assert row.began_at is not None, "what is active began"
    assert row.mentor_id is not None, "what is active has a lead"
    lead = await ledger.runner_of(session, runner_id=row.mentor_id)
    since = unix_s(row.began_at)
    rules = await known_rules(session)
    facts = await facts_about(session, rules, runner_id=row.mentee_id, at=since)
    is_over = row.began_at + timedelta(days=DAYS_MAX) < now or (
        lead is None or lead[1] not in mentoring_tiers()
    )
    if mentored_since(facts, since).has_graduated:
        event = "graduate"
    elif is_over:
        event = "lapse"
    else:
        return False
    await _move(session, row, event, actor=SYSTEM, now=now, ended_at=now)
    return True


async def _runner(session: AsyncSession, runner_id: UUID) -> tuple[UUID, str]:
    """Community and tier of an approved runner.

    Raises:
        AppError: role_missing.
    """
    runner = await ledger.approved_runner(session, runner_id=runner_id)
    if runner is None:
        raise AppError("role_missing")
    return runner


async def _move(
    session: AsyncSession,
    row: Mentorship,
    event: str,
    *,
    actor: Actor,
    now: datetime,
    **values: UUID | datetime,
) -> Mentorship:
    before = row.state
    moved = await mentorships.move(session, row=row, event=event, **values)
    assert moved is not None, "it was locked"
    people = {"mentee_id": str(row.mentee_id)}
    if moved.mentor_id is not None:
        people["mentor_id"] = str(moved.mentor_id)
    await emit(
        session,
        _KINDS[event],
        subject_id=row.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=row.community_id,
        from_state=before,
        to_state=moved.state,
        **people,
    )
    again = await mentorships.mentorship(session, mentorship_id=row.id)
    assert again is not None
    return again
