"""What the detectors saw is listed for a person, who looks and says what came of it.

Nothing is taken from anybody here: a decision that something was wrong leads to reversals, which
are entries, by whoever decides them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import STAFF, Caller
from api.kit.ids import new_id
from api.people.service.joining import same_household
from api.places.service import community_of_place
from api.points.events import FINDING_ACTED, FINDING_CLEARED, FINDING_FOUND
from api.points.models import PointsFinding
from api.points.queries import findings
from scoring.guarding import Case

FACTS_MAX = 100  # Named in a finding; how many there were stands in what was counted.
RUNNERS_MAX = 50
_KINDS = {"clear": FINDING_CLEARED, "act": FINDING_ACTED}


async def note_cases(
    session: AsyncSession, *, community_id: UUID, cases: Iterable[Case], now: datetime
) -> int:
    """List each case that was not listed before; how many are new."""
    path = list((await community_of_place(session, place_id=community_id)).path)
    noted = 0
    for case in cases:
        row = PointsFinding(
            id=new_id(),
            community_id=community_id,
            place_path=path,
            kind=case.kind,
            key=case.key,
            runner_ids=[UUID(each) for each in case.runners[:RUNNERS_MAX]],
            person_id=None if case.household is None else UUID(case.household),
            since=datetime.fromtimestamp(case.since, UTC),
            until=datetime.fromtimestamp(case.until, UTC),
            facts=list(case.facts[:FACTS_MAX]),
            counted=dict(case.counted),
            found_at=now,
        )
        if await findings.add(session, row=row):
            noted += 1
            await emit(
                session,
                FINDING_FOUND,
                subject_id=row.id,
                subject_seq=1,
                actor=SYSTEM,
                now=now,
                community_id=community_id,
                to_state="open",
                kind=case.kind,
                place_id=str(community_id),
            )
    return noted


async def decide(
    session: AsyncSession,
    *,
    finding_id: UUID,
    version: int,
    outcome: Literal["clear", "act"],
    reason: str,
    caller: Caller,
) -> PointsFinding:
    """Say what came of looking: nothing was wrong, or something was done about it elsewhere.

    Raises:
        AppError: role_missing, not_found, version_changed, finding_moved_on, another_must_decide.
    """
    caller.require_anywhere(STAFF)
    row = await findings.finding(session, finding_id=finding_id, lock=True)
    if row is None:
        raise AppError("not_found")
    caller.require_there(STAFF, row.place_path)
    if row.version != version:
        raise AppError("version_changed")
    if row.state != "open":
        raise AppError("finding_moved_on")
    for person_id in (*row.runner_ids, *([row.person_id] if row.person_id else [])):
        if await same_household(session, a=caller.user_id, b=person_id):
            raise AppError("another_must_decide")
    moved = await findings.move(
        session, row=row, event=outcome, decided_at=caller.now, decided_by_id=caller.user_id
    )
    assert moved is not None, "the finding was locked"
    await emit(
        session,
        _KINDS[outcome],
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        from_state="open",
        to_state=moved.state,
        reason=reason,
    )
    again = await findings.finding(session, finding_id=row.id)
    assert again is not None
    return again
