"""Joining the account of an enrolled person to the one that takes it over.

Each feature declares which column of its tables passes from the one to the other
(`Person.passes`); what is left of the old account is forgotten as when anybody leaves.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.identity.acting import NO_SESSION
from api.identity.caller import Caller
from api.identity.service import grant
from api.kit.crypto import Vault
from api.people.queries import lock_enrolled
from api.people.service.preferring import pass_on
from api.privacy import queries
from api.privacy.declared import PASSED
from api.privacy.service.erasing import close_account
from api.takeovers import queries as takeovers
from api.takeovers import service as taking_over
from api.takeovers.events import TAKEOVER_JOINED
from api.takeovers.models import Takeover


async def join_due(
    session: AsyncSession, *, takeover_id: UUID, vault: Vault, now: datetime
) -> bool:
    """Join what was agreed to and nobody stopped; false: it is not its time. Safe to call again.

    It is stopped instead where the person left meanwhile, or where the one is apart from the other:
    who carried for a person, or is parted by a block from who did, cannot have been that customer.
    """
    row = await takeovers.takeover(session, takeover_id=takeover_id, lock=True)
    if row is None or row.state != "agreed" or row.joins_at is None or row.joins_at > now:
        return False
    assert row.person_id is not None, "takeovers_person"
    # First the row that orders for them hold: what is being placed is then seen below.
    is_there = await lock_enrolled(session, person_id=row.person_id)
    is_active = await queries.lock_user(session, user_id=row.user_id)
    if not is_there or not is_active:
        await taking_over.end(session, row, "stop", actor=SYSTEM, now=now, reason="person_gone")
    elif await queries.are_in_conflict(session, user_id=row.user_id, person_id=row.person_id):
        await taking_over.end(session, row, "stop", actor=SYSTEM, now=now, reason="in_conflict")
    else:
        await _join(session, row, person_id=row.person_id, vault=vault, now=now)
    return True


async def _join(
    session: AsyncSession, row: Takeover, *, person_id: UUID, vault: Vault, now: datetime
) -> None:
    for table, column in PASSED:
        await queries.pass_on(
            session, table=table, column=column, from_id=person_id, to_id=row.user_id
        )
    # Who decided acts for both: neither of them is there.
    theirs = Caller(person_id, NO_SESSION, "", (), now, acting_id=row.decided_by_id)
    await pass_on(session, to_id=row.user_id, caller=theirs)
    await grant(
        session,
        user_id=row.user_id,
        role="resident",
        place_id=row.place_path[1],
        actor=theirs.actor,
        now=now,
    )
    await close_account(session, vault=vault, caller=theirs)
    moved = await takeovers.move(session, row=row, event="join", claim_sealed=None, ended_at=now)
    assert moved is not None, "the row is locked"
    await emit(
        session,
        TAKEOVER_JOINED,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        community_id=row.place_path[1],
        from_state="agreed",
        to_state="joined",
        user_id=str(row.user_id),
    )
