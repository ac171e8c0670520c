"""Whom staff enrolled comes with a phone of their own: their account becomes part of it.

Who asks says where they live and how they are called, and learns nothing of whether staff know such
a person. Managers of the place decide, having seen a proof; the server compares what was said with
what was enrolled. Then a day passes in which both sides are told and either may say no, because
what was joined cannot be parted. The joining itself reaches into every feature: `privacy.joining`.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import MANAGERS, STAFF, Caller
from api.identity.models import User
from api.identity.service import PHONE_COLUMN
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.people.queries import lock_enrolled
from api.people.rules import door_key
from api.people.service.enrolling import Person, person_for
from api.places import queries as places
from api.places.rules import Contact
from api.places.service import ADDRESS_COLUMN, open_contact
from api.takeovers import queries
from api.takeovers.events import (
    TAKEOVER_AGREED,
    TAKEOVER_ASKED,
    TAKEOVER_REJECTED,
    TAKEOVER_STOPPED,
    TAKEOVER_WITHDRAWN,
)
from api.takeovers.models import Takeover

CLAIM_COLUMN = "takeovers.claim"
# Long enough to see an inbox or to be visited, short enough for who waits for their orders.
OBJECTION = timedelta(hours=24)
_LIVING = ("asked", "agreed")


async def ask(
    session: AsyncSession, *, building_id: UUID, door: str, name: str, vault: Vault, caller: Caller
) -> Takeover:
    """Ask to be known as a person whom staff enrolled behind this door.

    Raises:
        AppError: not_found (no such building), already_submitted.
    """
    building = await places.place(session, place_id=building_id)
    if building is None or building.kind != "building":
        raise AppError("not_found", "no such building")
    row = Takeover(
        id=new_id(),
        user_id=caller.user_id,
        building_id=building.id,
        place_path=list(building.path),
        asked_at=caller.now,
    )
    said = orjson.dumps([door, name]).decode()
    row.claim_sealed = vault.seal(said, column=CLAIM_COLUMN, row=row.id)
    if not await queries.add(session, row=row):
        raise AppError("already_submitted")
    await emit(
        session,
        TAKEOVER_ASKED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=building.community_id,
        to_state="asked",
        building_id=str(building.id),
    )
    return row


async def agree(
    session: AsyncSession,
    *,
    takeover_id: UUID,
    person_id: UUID,
    proof: str,
    vault: Vault,
    caller: Caller,
) -> Takeover:
    """Decide, as a manager of the place, that who asks is this enrolled person.

    ``proof``: ``card`` (an identity card was compared), ``visit`` (at their door), or ``phone``
    (their verified number is the one that was enrolled), which is checked here.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made, takeover_differs,
            number_differs, person_taken.
    """
    row = await _seen_by(MANAGERS, session, takeover_id=takeover_id, caller=caller)
    # One decision about a person at a time; an order that is being placed for them is waited for.
    is_there = await lock_enrolled(session, person_id=person_id)
    if row.state != "asked":
        raise AppError("decision_made")
    if not is_there:
        raise AppError("not_found")
    person = await person_for(session, person_id=person_id, caller=caller)
    caller.require_there(MANAGERS, person.enrolled.place_path)
    enrolled = open_contact(
        person.address.detail_sealed, column=ADDRESS_COLUMN, row=person.address.id, vault=vault
    )
    if not _is_as_enrolled(row, person, enrolled, vault=vault):
        raise AppError("takeover_differs")
    if proof == "phone" and not await _has_number(session, row.user_id, enrolled, vault=vault):
        raise AppError("number_differs")
    if await queries.is_taken(session, person_id=person_id):
        raise AppError("person_taken")
    joins_at = caller.now + OBJECTION
    await _move(
        session,
        row,
        "agree",
        TAKEOVER_AGREED,
        actor=caller.actor,
        now=caller.now,
        told={"user_id": str(row.user_id), "proof": proof, "until": joins_at.isoformat()},
        person_id=person_id,
        proof=proof,
        joins_at=joins_at,
        decided_at=caller.now,
        decided_by_id=caller.user_id,
    )
    return await _again(session, row)


async def reject(
    session: AsyncSession, *, takeover_id: UUID, reason: str, caller: Caller
) -> Takeover:
    """Turn a claim down; who asked is told the reason and may ask again.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made.
    """
    row = await _seen_by(STAFF, session, takeover_id=takeover_id, caller=caller)
    if row.state != "asked":
        raise AppError("decision_made")
    by = {"decided_at": caller.now, "decided_by_id": caller.user_id}
    await end(session, row, "reject", actor=caller.actor, now=caller.now, reason=reason, **by)
    return await _again(session, row)


async def stop(
    session: AsyncSession, *, takeover_id: UUID, reason: str, caller: Caller
) -> Takeover:
    """Stop, as staff of the place, what was agreed and is not joined yet.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made.
    """
    row = await _seen_by(STAFF, session, takeover_id=takeover_id, caller=caller)
    if row.state != "agreed":
        raise AppError("decision_made")
    await end(session, row, "stop", actor=caller.actor, now=caller.now, reason=reason)
    return await _again(session, row)


async def mine(session: AsyncSession, *, caller: Caller) -> Takeover:
    """What the caller asked for last.

    Raises:
        AppError: not_found.
    """
    row = await queries.last_of(session, user_id=caller.user_id)
    if row is None:
        raise AppError("not_found")
    return row


async def withdraw(session: AsyncSession, *, caller: Caller) -> Takeover:
    """Take one's claim back, also after it was agreed to, while nothing is joined.

    Raises:
        AppError: not_found, decision_made.
    """
    row = await queries.last_of(session, user_id=caller.user_id, lock=True)
    if row is None:
        raise AppError("not_found")
    if row.state not in _LIVING:
        raise AppError("decision_made")
    await end(session, row, "withdraw", actor=caller.actor, now=caller.now)
    return await _again(session, row)


async def withdraw_for_good(session: AsyncSession, *, caller: Caller) -> None:
    """Take back a claim that is not at its end, if there is one: the account closes."""
    row = await queries.last_of(session, user_id=caller.user_id, lock=True)
    if row is not None and row.state in _LIVING:
        await end(session, row, "withdraw", actor=caller.actor, now=caller.now)


async def end(
    session: AsyncSession, row: Takeover, event: str, *, actor: Actor, now: datetime, **values: Any
) -> None:
    """End a claim and forget what was said in it; ``values`` go into the row.

    Raises:
        AppError: decision_made, where somebody was faster.
    """
    kinds = {
        "reject": TAKEOVER_REJECTED,
        "withdraw": TAKEOVER_WITHDRAWN,
        "stop": TAKEOVER_STOPPED,
    }
    told = {"reason": values["reason"]} if "reason" in values else {}
    forgotten = {"claim_sealed": None, "ended_at": now}
    await _move(
        session, row, event, kinds[event], actor=actor, now=now, told=told, **forgotten, **values
    )


def open_claim(row: Takeover, *, vault: Vault) -> tuple[str, str] | None:
    """Door and name as they were said; ``None``: forgotten."""
    if row.claim_sealed is None:
        return None
    door, name = orjson.loads(vault.open(bytes(row.claim_sealed), column=CLAIM_COLUMN, row=row.id))
    return door, name


def _is_as_enrolled(row: Takeover, person: Person, enrolled: Contact, *, vault: Vault) -> bool:
    """Whether building, door and name are those of the person, however the door is written."""
    claim = open_claim(row, vault=vault)
    assert claim is not None, "it waits"
    door, name = claim
    return (row.building_id, door_key(door), _plain(name)) == (
        person.enrolled.building_id,
        door_key(enrolled.door),
        _plain(enrolled.name),
    )


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


async def _has_number(
    session: AsyncSession, user_id: UUID, enrolled: Contact, *, vault: Vault
) -> bool:
    user = await session.get_one(User, user_id, populate_existing=True)
    if not enrolled.phone or user.phone_index is None:
        return False
    return bytes(user.phone_index) in vault.indexes(enrolled.phone, column=PHONE_COLUMN)


async def _seen_by(
    roles: tuple[str, ...], session: AsyncSession, *, takeover_id: UUID, caller: Caller
) -> Takeover:
    caller.require_anywhere(roles)
    row = await queries.takeover(session, takeover_id=takeover_id, lock=True)
    if row is None:
        raise AppError("not_found")
    caller.require_there(roles, row.place_path)
    if row.user_id == caller.user_id:
        raise AppError("own_decision")
    return row


async def _move(
    session: AsyncSession,
    row: Takeover,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    told: dict[str, str],
    **values: Any,
) -> None:
    before = row.state
    moved = await queries.move(session, row=row, event=event, **values)
    if moved is None:
        raise AppError("decision_made")
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=row.place_path[1],
        from_state=before,
        to_state=moved.state,
        **told,
    )


async def _again(session: AsyncSession, row: Takeover) -> Takeover:
    again = await queries.takeover(session, takeover_id=row.id)
    assert again is not None
    return again
