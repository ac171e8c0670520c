"""People without a phone: made by staff, who order for them.

They have an account without a way to sign in, and one address. An order for them is placed by
staff, belongs to them, and is paid on the phone of whoever placed it: nobody handles cash, and a
runner is never unpaid. A family member pays by ordering as their carer instead (see `care`).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import STAFF, Caller
from api.identity.events import USER_REGISTERED
from api.identity.models import User
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.people import queries
from api.people.events import PERSON_ENROLLED
from api.people.models import Enrolled
from api.people.rules import mask_full_name
from api.places import queries as places
from api.places.models import Address, Place
from api.places.rules import Contact
from api.places.service import add_address

_LABEL = "家"


@dataclass(frozen=True, slots=True)
class Person:
    """An enrolled person with account, address and building."""

    enrolled: Enrolled
    user: User
    address: Address
    building: Place


async def enrol(
    session: AsyncSession,
    *,
    building_id: UUID,
    floor: int,
    has_lift: bool,
    contact: Contact,
    vault: Vault,
    caller: Caller,
) -> Person:
    """Make a person in a building where the caller is staff; their name is sealed.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(STAFF)
    building = await places.place(session, place_id=building_id)
    if building is None or building.kind != "building":
        raise AppError("not_found")
    caller.require_there(STAFF, building.path)
    user = User(id=new_id(), nickname=mask_full_name(contact.name), created_at=caller.now)
    await queries.add(session, row=user)
    await emit(
        session,
        USER_REGISTERED,
        subject_id=user.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        how="staff",
    )
    address = await add_address(
        session,
        building_id=building_id,
        label=_LABEL,
        floor=floor,
        has_lift=has_lift,
        contact=contact,
        vault=vault,
        user_id=user.id,
        now=caller.now,
    )
    row = Enrolled(
        id=user.id,
        address_id=address.id,
        building_id=building.id,
        place_path=list(building.path),
        enrolled_by_id=caller.user_id,
        created_at=caller.now,
    )
    await queries.add(session, row=row)
    await emit(
        session,
        PERSON_ENROLLED,
        subject_id=user.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=building.community_id,
        building_id=str(building.id),
    )
    return Person(row, user, address, building)


async def person_for(session: AsyncSession, *, person_id: UUID, caller: Caller) -> Person:
    """An enrolled person at a place where the caller is staff.

    Raises:
        AppError: role_missing, not_found.
    """
    caller.require_anywhere(STAFF)
    found = await queries.enrolled(session, person_id=person_id)
    if found is None:
        raise AppError("not_found")
    caller.require_there(STAFF, found[0].place_path)
    return Person(*found)
