"""Applying as a merchant, changing the application, closing the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.geo import Point
from api.kit.ids import new_id
from api.merchants import queries
from api.merchants.events import MERCHANT_APPLIED, MERCHANT_CHANGED, MERCHANT_WITHDRAWN
from api.merchants.models import Merchant
from api.merchants.rules import OWNED_MAX, is_credit_code
from api.merchants.service.picturing import claim_new
from api.merchants.service.seeing import own_merchant
from api.merchants.service.staffing import end_all, found, refresh_roles
from api.merchants.states import MERCHANT
from api.places.models import Place
from api.places.queries import place as find_place
from api.places.rules import Community
from api.places.service import community_at, community_of_place

CONTACT_COLUMN = "merchants.contact"


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """Who answers for a merchant."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody says of the shop they want to open here."""

    place_id: UUID
    point: Point
    name: str
    legal_name: str
    credit_code: str
    address: str
    contact: ContactPerson
    licence_id: UUID
    image_ids: Sequence[UUID] = ()
    phone: str = ""
    intro: str = ""


async def apply(
    session: AsyncSession, *, said: Application, vault: Vault, caller: Caller
) -> Merchant:
    """Apply with a licence; whoever applies is the owner.

    Raises:
        AppError: not_found, credit_code_invalid, outside_community, merchants_full,
            credit_code_used, upload_unknown.
    """
    place, community = await _whereabouts(session, said)
    if await queries.owned(session, owner_id=caller.user_id) >= OWNED_MAX:
        raise AppError("merchants_full")
    row = Merchant(
        id=new_id(),
        community_id=community.id,
        place_id=place.id,
        place_path=list(place.path),
        owner_id=caller.user_id,
        applied_at=caller.now,
        contact_sealed=b"",
        **_plain(said),
    )
    row.contact_sealed = seal_contact(said.contact, merchant_id=row.id, vault=vault)
    await refuse_used_code(session, row, said.credit_code)
    await queries.add(session, row=row)
    await _claim(session, row, said, known=(), caller=caller)
    await _tell_applied(session, row, before=None, version=1, caller=caller)
    await found(session, merchant=row, caller=caller)
    return row


async def change_application(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    version: int,
    said: Application,
    vault: Vault,
    caller: Caller,
) -> Merchant:
    """Say it otherwise before it is decided; after a rejection this applies again.

    Raises:
        AppError: not_found, role_missing, version_changed, application_closed,
            credit_code_invalid, outside_community, credit_code_used, upload_unknown.
    """
    row = await own_merchant(
        session, merchant_id=merchant_id, caller=caller, roles=("owner",), lock=True
    )
    if row.version != version:
        raise AppError("version_changed")
    if row.state not in ("applied", "rejected"):
        raise AppError("application_closed")
    place, community = await _whereabouts(session, said)
    if community.id != row.community_id:
        raise AppError("outside_community", "apply there anew")
    await refuse_used_code(session, row, said.credit_code)
    before, known = row.state, [row.licence_id, *row.image_ids]
    values = {
        **_plain(said),
        "place_id": place.id,
        "place_path": list(place.path),
        "contact_sealed": seal_contact(said.contact, merchant_id=row.id, vault=vault),
    }
    await _claim(session, row, said, known=known, caller=caller)
    changed = await queries.save(session, row, values)
    await _tell_changed(session, row, changed, caller=caller)
    if before == "rejected":
        moved = await queries.move(
            session, row, "apply", applied_at=caller.now, decided_at=None, decided_by_id=None
        )
        assert moved is not None, "the row is locked"
        await _tell_applied(session, row, before=before, version=moved.version, caller=caller)
    return await the_merchant(session, merchant_id=merchant_id)


async def withdraw(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Merchant:
    """Take the application back, or close the shop for good; its people lose their role.

    Raises:
        AppError: not_found, role_missing, merchant_closed.
    """
    row = await own_merchant(
        session, merchant_id=merchant_id, caller=caller, roles=("owner",), lock=True
    )
    before = row.state
    if not MERCHANT.allows(before, "withdraw"):
        raise AppError("merchant_closed")
    moved = await queries.move(session, row, "withdraw", withdrawn_at=caller.now)
    assert moved is not None, "the row is locked"
    await emit(
        session,
        MERCHANT_WITHDRAWN,
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        from_state=before,
        to_state="withdrawn",
    )
    row = await the_merchant(session, merchant_id=merchant_id)
    await end_all(session, merchant=row, actor=caller.actor, now=caller.now)
    await refresh_roles(session, merchant=row, actor=caller.actor, now=caller.now)
    return row


async def refuse_used_code(session: AsyncSession, row: Merchant, credit_code: str) -> None:
    """Refuse a code that an approved shop of the community holds.

    Raises:
        AppError: credit_code_used.
    """
    if await queries.is_code_used(
        session, community_id=row.community_id, credit_code=credit_code, merchant_id=row.id
    ):
        raise AppError("credit_code_used")


async def the_merchant(session: AsyncSession, *, merchant_id: UUID) -> Merchant:
    """A merchant that is known to exist, as it is now."""
    row = await queries.merchant(session, merchant_id=merchant_id)
    assert row is not None
    return row


def seal_contact(contact: ContactPerson, *, merchant_id: UUID, vault: Vault) -> bytes:
    """A contact, sealed for one merchant."""
    text = orjson.dumps([contact.name, contact.phone]).decode()
    return vault.seal(text, column=CONTACT_COLUMN, row=merchant_id)


def open_contact(row: Merchant, *, vault: Vault) -> ContactPerson:
    """The contact of a merchant; nobody, once it was erased."""
    if not row.contact_sealed:
        return ContactPerson("", "")
    text = vault.open(bytes(row.contact_sealed), column=CONTACT_COLUMN, row=row.id)
    return ContactPerson(*orjson.loads(text))


async def _whereabouts(session: AsyncSession, said: Application) -> tuple[Place, Community]:
    """The place and its community, in which the point lies, after the code was looked at."""
    if not is_credit_code(said.credit_code):
        raise AppError("credit_code_invalid")
    place = await find_place(session, place_id=said.place_id)
    if place is None:
        raise AppError("not_found")
    community = await community_of_place(session, place_id=place.id)
    if (await community_at(session, point=said.point)).id != community.id:
        raise AppError("outside_community")
    return place, community


def _plain(said: Application) -> dict[str, Any]:
    return {
        "name": said.name, "legal_name": said.legal_name, "credit_code": said.credit_code,
        "address": said.address, "lat": said.point.lat, "lng": said.point.lng,
        "phone": said.phone, "intro": said.intro, "licence_id": said.licence_id,
        "image_ids": list(said.image_ids),
    }  # fmt: skip


async def _claim(
    session: AsyncSession,
    row: Merchant,
    said: Application,
    *,
    known: Sequence[UUID],
    caller: Caller,
) -> None:
    await claim_new(
        session,
        upload_ids=[said.licence_id, *said.image_ids],
        known=known,
        subject_id=row.id,
        caller=caller,
        now=caller.now,
    )


async def _tell_applied(
    session: AsyncSession, row: Merchant, *, before: str | None, version: int, caller: Caller
) -> None:
    await emit(
        session,
        MERCHANT_APPLIED,
        subject_id=row.id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        from_state=before,
        to_state="applied",
    )


async def _tell_changed(
    session: AsyncSession, row: Merchant, fields: list[str], *, caller: Caller
) -> None:
    # The contact is sealed anew with every save, so there is always something.
    await emit(
        session,
        MERCHANT_CHANGED,
        subject_id=row.id,
        subject_seq=row.version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        fields=sorted(fields),
    )
