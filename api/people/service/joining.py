"""Households: asked for by the person, approved by staff of the building (群主审核)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import Actor, emit
from api.events.registry import EventKind
from api.identity.caller import STAFF, Caller
from api.identity.service import grant
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.people import queries
from api.people.events import (
    HOUSEHOLD_MADE,
    MEMBERSHIP_APPROVED,
    MEMBERSHIP_LEFT,
    MEMBERSHIP_REJECTED,
    MEMBERSHIP_REQUESTED,
    MEMBERSHIP_WITHDRAWN,
)
from api.people.models import Household, Membership
from api.people.rules import door_key
from api.places import queries as places
from api.places.models import Place

MEMBER_DOOR = "memberships.door"
HOUSEHOLD_DOOR = "households.door"
_DOOR_INDEX = "households.door_index"


@dataclass(frozen=True, slots=True)
class Home:
    """A person's household and pending request, each with its building."""

    joined: tuple[Membership, Place] | None
    requested: tuple[Membership, Place] | None


async def request(
    session: AsyncSession,
    *,
    building_id: UUID,
    door: str,
    relation: str,
    vault: Vault,
    user_id: UUID,
    actor: Actor,
    now: datetime,
) -> Membership:
    """Ask to join the household behind a door; to move, ask for the new one.

    Raises:
        AppError: not_found, already_member, already_submitted.
    """
    building = await places.place(session, place_id=building_id)
    if building is None or building.kind != "building":
        raise AppError("not_found", "no such building")
    indexes = _door_indexes(building_id, door, vault=vault)
    home = await home_of(session, user_id=user_id)
    if home.joined is not None and bytes(home.joined[0].door_index) in indexes:
        raise AppError("already_member")
    row = Membership(
        id=new_id(),
        user_id=user_id,
        building_id=building.id,
        place_path=list(building.path),
        door_index=indexes[0],
        door_sealed=b"",
        relation=relation,
        requested_at=now,
    )
    row.door_sealed = vault.seal(door, column=MEMBER_DOOR, row=row.id)
    if not await queries.request_membership(session, row=row):
        raise AppError("already_submitted")
    await emit(
        session,
        MEMBERSHIP_REQUESTED,
        subject_id=row.id,
        subject_seq=1,
        actor=actor,
        now=now,
        community_id=building.community_id,
        to_state="requested",
        building_id=str(building.id),
        relation=relation,
    )
    return row


async def approve(
    session: AsyncSession, *, membership_id: UUID, vault: Vault, caller: Caller
) -> Membership:
    """Let a person in; whoever lived elsewhere leaves there in the same moment.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made.
    """
    row = await _seen_by_staff(session, membership_id=membership_id, caller=caller)
    if row.state != "requested":
        raise AppError("decision_made")
    household_id = await _household(session, row, vault=vault, caller=caller)
    await _leave_present(session, user_id=row.user_id, actor=caller.actor, now=caller.now)
    await _move(
        session,
        row,
        "approve",
        MEMBERSHIP_APPROVED,
        actor=caller.actor,
        now=caller.now,
        told={"household_id": str(household_id)},
        household_id=household_id,
        decided_at=caller.now,
        decided_by_id=caller.user_id,
    )
    # Who lives here may order here.
    await grant(
        session,
        user_id=row.user_id,
        role="resident",
        place_id=await _community(session, row),
        actor=caller.actor,
        now=caller.now,
    )
    return await _again(session, row)


async def reject(
    session: AsyncSession, *, membership_id: UUID, reason: str, caller: Caller
) -> Membership:
    """Turn a request down; the person is told the reason and may ask again.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made.
    """
    row = await _seen_by_staff(session, membership_id=membership_id, caller=caller)
    await _move(
        session,
        row,
        "reject",
        MEMBERSHIP_REJECTED,
        actor=caller.actor,
        now=caller.now,
        told={"reason": reason},
        reason=reason,
        decided_at=caller.now,
        decided_by_id=caller.user_id,
    )
    return await _again(session, row)


async def remove(
    session: AsyncSession, *, membership_id: UUID, reason: str, caller: Caller
) -> Membership:
    """Note that a person moved out, or never belonged there.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made.
    """
    row = await _seen_by_staff(session, membership_id=membership_id, caller=caller)
    if row.state != "joined":
        raise AppError("decision_made")
    await _leave(session, row, reason=reason, actor=caller.actor, now=caller.now)
    return await _again(session, row)


async def withdraw(session: AsyncSession, *, caller: Caller) -> None:
    """Take one's pending request back.

    Raises:
        AppError: not_found.
    """
    home = await home_of(session, user_id=caller.user_id)
    if home.requested is None:
        raise AppError("not_found")
    row, _ = home.requested
    await _move(
        session,
        row,
        "withdraw",
        MEMBERSHIP_WITHDRAWN,
        actor=caller.actor,
        now=caller.now,
        told={},
    )


async def leave(session: AsyncSession, *, caller: Caller) -> None:
    """Leave one's household.

    Raises:
        AppError: not_found.
    """
    home = await home_of(session, user_id=caller.user_id)
    if home.joined is None:
        raise AppError("not_found")
    await _leave(session, home.joined[0], reason="left", actor=caller.actor, now=caller.now)


async def leave_for_good(session: AsyncSession, *, caller: Caller) -> None:
    """Leave one's household and take back what one asked for: the account closes."""
    home = await home_of(session, user_id=caller.user_id)
    if home.requested is not None:
        await withdraw(session, caller=caller)
    if home.joined is not None:
        row = home.joined[0]
        await _leave(session, row, reason="account_closed", actor=caller.actor, now=caller.now)


async def same_household(session: AsyncSession, *, a: UUID, b: UUID) -> bool:
    """Whether two people live behind one door now; a person does with themselves."""
    return await queries.is_same_household(session, a=a, b=b)


async def home_of(session: AsyncSession, *, user_id: UUID) -> Home:
    """Where a person lives, and where they ask to live."""
    found = {m.state: (m, p) for m, p in await queries.memberships_of(session, user_id=user_id)}
    return Home(found.get("joined"), found.get("requested"))


def open_door(row: Membership, *, vault: Vault) -> str:
    """The door that a membership names; none, where it was erased."""
    if not row.door_sealed:
        return ""
    return vault.open(bytes(row.door_sealed), column=MEMBER_DOOR, row=row.id)


def _door_indexes(building_id: UUID, door: str, *, vault: Vault) -> list[bytes]:
    return vault.indexes(f"{building_id}|{door_key(door)}", column=_DOOR_INDEX)


async def _household(
    session: AsyncSession, row: Membership, *, vault: Vault, caller: Caller
) -> UUID:
    door = open_door(row, vault=vault)
    indexes = _door_indexes(row.building_id, door, vault=vault)
    household = Household(
        id=new_id(),
        building_id=row.building_id,
        door_index=indexes[0],
        door_sealed=b"",
        created_at=caller.now,
    )
    household.door_sealed = vault.seal(door, column=HOUSEHOLD_DOOR, row=household.id)
    household_id, is_new = await queries.make_household(
        session, row=household, door_indexes=indexes
    )
    if is_new:
        await emit(
            session,
            HOUSEHOLD_MADE,
            subject_id=household_id,
            subject_seq=1,
            actor=caller.actor,
            now=caller.now,
            community_id=await _community(session, row),
            building_id=str(row.building_id),
        )
    return household_id


async def _leave_present(
    session: AsyncSession, *, user_id: UUID, actor: Actor, now: datetime
) -> None:
    home = await home_of(session, user_id=user_id)
    if home.joined is not None:
        await _leave(session, home.joined[0], reason="moved", actor=actor, now=now)


async def _leave(
    session: AsyncSession, row: Membership, *, reason: str, actor: Actor, now: datetime
) -> None:
    await _move(
        session,
        row,
        "leave",
        MEMBERSHIP_LEFT,
        actor=actor,
        now=now,
        told={"household_id": str(row.household_id), "reason": reason},
        left_at=now,
        reason=reason,
    )


async def _move(
    session: AsyncSession,
    row: Membership,
    event: str,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    told: dict[str, str],
    **values: Any,
) -> None:
    """Move a membership and tell it; ``told`` goes into the event, ``values`` into the row.

    Raises:
        AppError: decision_made, where somebody was faster.
    """
    before = row.state
    moved = await queries.move_membership(session, membership_id=row.id, event=event, **values)
    if moved is None:
        raise AppError("decision_made")
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=await _community(session, row),
        from_state=before,
        to_state=moved.state,
        **told,
    )


async def _seen_by_staff(
    session: AsyncSession, *, membership_id: UUID, caller: Caller
) -> Membership:
    caller.require_anywhere(STAFF)
    row = await queries.membership(session, membership_id=membership_id, lock=True)
    if row is None:
        raise AppError("not_found")
    caller.require_there(STAFF, row.place_path)
    if row.user_id == caller.user_id:
        raise AppError("own_decision")
    return row


async def _community(session: AsyncSession, row: Membership) -> UUID:
    building = await places.place(session, place_id=row.building_id)
    assert building is not None
    assert building.community_id is not None, "a building stands in a community"
    return building.community_id


async def _again(session: AsyncSession, row: Membership) -> Membership:
    again = await queries.membership(session, membership_id=row.id)
    assert again is not None
    return again
