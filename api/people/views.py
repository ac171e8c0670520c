"""What of people each viewer may see: names, numbers and phones leave masked."""

from typing import Any

from api.identity.models import User
from api.identity.service import PHONE_COLUMN
from api.kit.crypto import Vault, mask_phone
from api.people.models import Membership, RealName
from api.people.rules import mask_full_name, mask_id_number
from api.people.schemas import (
    HomeOut,
    HouseholdMember,
    MembershipOut,
    MembershipSeen,
    PersonOut,
    RealNameOut,
    RealNameSeen,
)
from api.people.service.enrolling import Person
from api.people.service.joining import Home, open_door
from api.people.service.verifying import open_identity
from api.places.models import Place
from api.places.service import ADDRESS_COLUMN, open_contact


def real_name_out(row: RealName | None, *, vault: Vault) -> RealNameOut:
    """A real name as its owner sees it."""
    if row is None:
        return RealNameOut(state="unverified", name=None, id_number=None, age_band=None,
                           reason=None)  # fmt: skip
    return RealNameOut(**_real_name(row, vault=vault))


def real_name_seen(row: RealName, user: User, *, vault: Vault) -> RealNameSeen:
    """A real name as staff see it."""
    return RealNameSeen(
        **_real_name(row, vault=vault),
        user_id=user.id,
        nickname=user.nickname,
        phone=masked_phone_of(user, vault=vault),
    )


def home_out(home: Home, members: list[tuple[Membership, User]], *, vault: Vault) -> HomeOut:
    """A person's own home."""
    return HomeOut(
        joined=membership_out(*home.joined, vault=vault) if home.joined else None,
        members=[
            HouseholdMember(
                user_id=user.id,
                nickname=user.nickname,
                relation=row.relation,  # pyright: ignore[reportArgumentType]
            )
            for row, user in members
        ],
        requested=membership_out(*home.requested, vault=vault) if home.requested else None,
    )


def membership_out(row: Membership, building: Place, *, vault: Vault) -> MembershipOut:
    """A membership as its person sees it."""
    return MembershipOut(
        id=row.id,
        state=row.state,  # pyright: ignore[reportArgumentType]
        household_id=row.household_id,
        building_id=row.building_id,
        building=building.name,
        door=open_door(row, vault=vault),
        relation=row.relation,  # pyright: ignore[reportArgumentType]
        requested_at=row.requested_at,
    )


def membership_seen(
    row: Membership, user: User, building: Place, real_name: RealName | None, *, vault: Vault
) -> MembershipSeen:
    """A membership as staff of the place see it: the door they must check, a masked name."""
    identity = None if real_name is None else open_identity(real_name, vault=vault)
    return MembershipSeen(
        id=row.id,
        user_id=user.id,
        nickname=user.nickname,
        name=None if identity is None else mask_full_name(identity.name),
        phone=masked_phone_of(user, vault=vault),
        building=building.name,
        door=open_door(row, vault=vault),
        relation=row.relation,  # pyright: ignore[reportArgumentType]
        state=row.state,  # pyright: ignore[reportArgumentType]
        household_id=row.household_id,
        reason=row.reason,
        decided_by_id=row.decided_by_id,
        requested_at=row.requested_at,
        decided_at=row.decided_at,
    )


def person_out(person: Person, *, vault: Vault) -> PersonOut:
    """An enrolled person as staff of the place see them."""
    address = person.address
    contact = open_contact(
        address.detail_sealed, column=ADDRESS_COLUMN, row=address.id, vault=vault
    )
    return PersonOut(
        id=person.user.id,
        name=mask_full_name(contact.name),
        address_id=address.id,
        building_id=address.building_id,
        building=person.building.name,
        door=contact.door,
        phone=mask_phone(contact.phone) if contact.phone else None,
        enrolled_by_id=person.enrolled.enrolled_by_id,
        created_at=person.enrolled.created_at,
    )


def masked_phone_of(user: User, *, vault: Vault) -> str | None:
    """``138****8000``, or ``None`` where the account has no phone."""
    if user.phone_sealed is None:
        return None
    return mask_phone(vault.open(bytes(user.phone_sealed), column=PHONE_COLUMN, row=user.id))


def _real_name(row: RealName, *, vault: Vault) -> dict[str, Any]:
    identity = open_identity(row, vault=vault)
    return {
        "state": row.state,
        "name": None if identity is None else mask_full_name(identity.name),
        "id_number": None if identity is None else mask_id_number(identity.number),
        "age_band": row.age_band,
        "reason": row.reason,
        "submitted_at": row.submitted_at,
        "decided_at": row.decided_at,
    }
