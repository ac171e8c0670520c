"""Whom a carer's link is about: the contact in it, and the phone that this person verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.care import queries
from api.care.models import Dependant
from api.identity.caller import Caller
from api.identity.models import User
from api.identity.service import PHONE_COLUMN
from api.kit.crypto import Vault
from api.places.rules import Contact
from api.places.service import open_contact

CONTACT_COLUMN = "dependants.contact"


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is cared for and where, and what the carer may order: kinds, and fen in a month."""

    label: str
    building_id: UUID
    floor: int
    has_lift: bool
    contact: Contact
    cap_fen: int
    kinds: tuple[str, ...]


async def carers_of(
    session: AsyncSession, *, vault: Vault, caller: Caller
) -> list[tuple[Dependant, User]]:
    """Who cares for the caller or asks to."""
    mine = await own_phone_indexes(session, vault=vault, caller=caller)
    return await queries.carers_of(session, user_id=caller.user_id, phone_indexes=mine)


async def own_phone_indexes(session: AsyncSession, *, vault: Vault, caller: Caller) -> list[bytes]:
    """Where to look for the caller's verified phone; nowhere, where there is none."""
    me = await session.get_one(User, caller.user_id)
    if me.phone_sealed is None:
        return []
    phone = vault.open(bytes(me.phone_sealed), column=PHONE_COLUMN, row=me.id)
    return vault.indexes(phone, column=PHONE_COLUMN)


def phone_indexes(phone: str, *, vault: Vault) -> Sequence[bytes | None]:
    """Where a phone stands or stood in the rows of dependants; first, as it is written now."""
    return vault.indexes(phone, column=PHONE_COLUMN) if phone else [None]


def contact_of(row: Dependant, *, vault: Vault) -> Contact:
    """The contact of a living link."""
    assert row.contact_sealed is not None, "forgotten only at the end"
    return open_contact(row.contact_sealed, column=CONTACT_COLUMN, row=row.id, vault=vault)
