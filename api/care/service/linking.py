"""Carers: the link to a dependant, the dependant's consent, and what an order for them needs."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.care import queries
from api.care.events import (
    DEPENDANT_CHANGED,
    DEPENDANT_CONSENTED,
    DEPENDANT_ENDED,
    DEPENDANT_PROPOSED,
    DEPENDANT_REFUSED,
    DEPENDANT_WIDENED,
)
from api.care.models import Dependant
from api.care.rules import widens
from api.care.service.knowing import (
    CONTACT_COLUMN,
    Terms,
    carers_of,
    contact_of,
    own_phone_indexes,
    phone_indexes,
)
from api.errors import AppError
from api.events.log import emit
from api.events.registry import EventKind
from api.identity.caller import STAFF, Caller
from api.identity.models import User
from api.identity.service import PHONE_COLUMN
from api.kit.crypto import Vault
from api.kit.geo import Point
from api.kit.ids import new_id
from api.places import queries as places
from api.places.models import Place
from api.places.rules import Contact
from api.places.service import seal_contact

DEPENDANTS_MAX = 20
_LIVING = ("proposed", "active")
_FORGOTTEN = {"contact_sealed": None, "phone_index": None}


@dataclass(frozen=True, slots=True)
class Benefit:
    """Where an order for a dependant goes, whom to call, and the cap it counts towards."""

    dependant_id: UUID
    building: str
    point: Point
    floor: int
    has_lift: bool
    contact: Contact
    cap_fen: int


async def propose(
    session: AsyncSession, *, terms: Terms, vault: Vault, caller: Caller
) -> Dependant:
    """Ask to care for somebody; nothing can be ordered before they consent.

    Raises:
        AppError: not_found, dependants_full.
    """
    building = await _building(session, terms.building_id)
    await queries.lock_user(session, user_id=caller.user_id)
    if await queries.count_dependants(session, carer_id=caller.user_id) >= DEPENDANTS_MAX:
        raise AppError("dependants_full", f"at most {DEPENDANTS_MAX}")
    row = _row(new_id(), terms, building, vault=vault, caller=caller)
    await queries.add(session, row=row)
    await _tell(
        session,
        DEPENDANT_PROPOSED,
        row,
        version=1,
        to_state="proposed",
        caller=caller,
        cap_fen=row.cap_fen,
        kinds=row.kinds,
    )
    return row


async def change(
    session: AsyncSession,
    *,
    dependant_id: UUID,
    terms: Terms,
    version: int,
    vault: Vault,
    caller: Caller,
) -> Dependant:
    """Change the link; more money, more kinds or another phone need a fresh consent.

    Raises:
        AppError: not_found, version_changed.
    """
    row = await own_dependant(session, dependant_id=dependant_id, caller=caller, lock=True)
    building = await _building(session, terms.building_id)
    if row.version != version:
        raise AppError("version_changed")
    new = _row(row.id, terms, building, vault=vault, caller=caller)
    phone = terms.contact.phone
    is_wider = row.phone_index not in phone_indexes(phone, vault=vault) or widens(
        cap_fen=new.cap_fen,
        kinds=new.kinds,
        consented_cap_fen=row.cap_fen,
        consented_kinds=row.kinds,
    )
    before = row.state
    new.state = "active" if before == "active" and not is_wider else "proposed"
    written = await queries.change_dependant(session, row=new, version=version)
    if written is None:
        raise AppError("version_changed")
    has_moved = new.state != before
    await _tell(
        session,
        DEPENDANT_WIDENED if has_moved else DEPENDANT_CHANGED,
        row,
        version=written,
        from_state=before if has_moved else None,
        to_state=new.state if has_moved else None,
        caller=caller,
        cap_fen=new.cap_fen,
        kinds=new.kinds,
    )
    return await own_dependant(session, dependant_id=dependant_id, caller=caller)


async def end_own(session: AsyncSession, *, dependant_id: UUID, caller: Caller) -> None:
    """Stop caring; contact and phone are forgotten, orders keep what they need.

    Raises:
        AppError: not_found.
    """
    row = await own_dependant(session, dependant_id=dependant_id, caller=caller, lock=True)
    await _end(session, row, by="carer", caller=caller)


async def consent(
    session: AsyncSession, *, dependant_id: UUID, version: int, vault: Vault, caller: Caller
) -> Dependant:
    """Consent, on the dependant's own verified phone, to the terms of the version that was shown.

    Raises:
        AppError: not_found, decision_made, version_changed.
    """
    row = await _about_me(session, dependant_id=dependant_id, vault=vault, caller=caller)
    return await _consent(
        session, row, version=version, how="self", caller=caller, person_id=caller.user_id
    )


async def refuse(
    session: AsyncSession, *, dependant_id: UUID, vault: Vault, caller: Caller
) -> None:
    """Refuse a proposal, or end a link that was consented to.

    Raises:
        AppError: not_found.
    """
    row = await _about_me(session, dependant_id=dependant_id, vault=vault, caller=caller)
    if row.state == "active":
        await _end(session, row, by="dependant", caller=caller)
        return
    moved = await queries.move_dependant(
        session, dependant_id=row.id, event="refuse", from_state="proposed", **_FORGOTTEN
    )
    if moved is None:
        raise AppError("decision_made")
    await queries.forget_wishes(session, dependant_id=row.id)
    await _tell(
        session,
        DEPENDANT_REFUSED,
        row,
        version=moved.version,
        from_state="proposed",
        to_state="refused",
        caller=caller,
    )


async def witness(
    session: AsyncSession,
    *,
    dependant_id: UUID,
    version: int,
    how: str,
    vault: Vault,
    caller: Caller,
) -> Dependant:
    """Write down, as staff of the building, the consent of somebody who has no account.

    Raises:
        AppError: role_missing, not_found, own_decision, decision_made, consent_by_phone,
            version_changed.
    """
    caller.require_anywhere(STAFF)
    row = await queries.dependant(session, dependant_id=dependant_id, lock=True)
    if row is None or row.state not in _LIVING:
        raise AppError("not_found")
    caller.require_there(STAFF, row.place_path)
    if row.carer_id == caller.user_id:
        raise AppError("own_decision")
    phone = contact_of(row, vault=vault).phone
    if phone and await queries.has_account(
        session, phone_indexes=vault.indexes(phone, column=PHONE_COLUMN)
    ):
        raise AppError("consent_by_phone")
    return await _consent(
        session, row, version=version, how=how, caller=caller, witness_id=caller.user_id
    )


async def end_all(session: AsyncSession, *, vault: Vault, caller: Caller) -> None:
    """End all links of a carer and of a dependant: the account closes."""
    for row in await queries.dependants_of(session, carer_id=caller.user_id):
        await end_own(session, dependant_id=row.id, caller=caller)
    for row, _ in await carers_of(session, vault=vault, caller=caller):
        await refuse(session, dependant_id=row.id, vault=vault, caller=caller)


async def own_dependant(
    session: AsyncSession, *, dependant_id: UUID, caller: Caller, lock: bool = False
) -> Dependant:
    """A living link of the caller's own.

    Raises:
        AppError: not_found.
    """
    row = await queries.dependant(session, dependant_id=dependant_id, lock=lock)
    if row is None or row.carer_id != caller.user_id or row.state not in _LIVING:
        raise AppError("not_found", "no such dependant")
    return row


async def benefit(
    session: AsyncSession,
    *,
    dependant_id: UUID,
    kind: str,
    vault: Vault,
    caller: Caller,
) -> Benefit:
    """What an order of this kind for a dependant needs.

    The row stays locked, so that orders for one dependant are placed one after another and what
    was spent can be summed without a race.

    Raises:
        AppError: not_found, consent_missing, kind_not_allowed.
    """
    row = await own_dependant(session, dependant_id=dependant_id, caller=caller, lock=True)
    if row.state != "active":
        raise AppError("consent_missing")
    if kind not in row.kinds:
        raise AppError("kind_not_allowed")
    building = await _building(session, row.building_id)
    theirs = contact_of(row, vault=vault)
    carer = await session.get_one(User, caller.user_id)
    sealed = carer.phone_sealed
    second = "" if sealed is None else vault.open(
        bytes(sealed), column=PHONE_COLUMN, row=carer.id
    )  # fmt: skip
    # The dependant is called first, then whoever asked.
    phones = [p for p in (theirs.phone, second) if p] + ["", ""]
    return Benefit(
        dependant_id=row.id,
        building=building.name,
        point=Point(building.lat, building.lng),
        floor=row.floor,
        has_lift=row.has_lift,
        contact=Contact(theirs.door, theirs.name, phones[0], phones[1]),
        cap_fen=row.cap_fen,
    )


async def _about_me(
    session: AsyncSession, *, dependant_id: UUID, vault: Vault, caller: Caller
) -> Dependant:
    mine = await own_phone_indexes(session, vault=vault, caller=caller)
    row = await queries.dependant(session, dependant_id=dependant_id, lock=True)
    if row is None or row.state not in _LIVING or row.carer_id == caller.user_id:
        raise AppError("not_found")
    is_by_phone = row.phone_index is not None and bytes(row.phone_index) in mine
    if not is_by_phone and row.person_id != caller.user_id:
        raise AppError("not_found")
    return row


async def _consent(
    session: AsyncSession, row: Dependant, *, version: int, how: str, caller: Caller, **by: UUID
) -> Dependant:
    if row.state != "proposed":
        raise AppError("decision_made")
    if row.version != version:
        raise AppError("version_changed", "the terms are not those that were shown")
    moved = await queries.move_dependant(
        session,
        dependant_id=row.id,
        event="consent",
        from_state="proposed",
        consented_at=caller.now,
        **by,
    )
    if moved is None:
        raise AppError("decision_made")
    await _tell(
        session,
        DEPENDANT_CONSENTED,
        row,
        version=moved.version,
        from_state="proposed",
        to_state="active",
        caller=caller,
        how=how,
        cap_fen=moved.cap_fen,
        kinds=moved.kinds,
    )
    again = await queries.dependant(session, dependant_id=row.id)
    assert again is not None
    return again


async def _end(session: AsyncSession, row: Dependant, *, by: str, caller: Caller) -> None:
    before = row.state
    moved = await queries.move_dependant(
        session, dependant_id=row.id, event="end", from_state=before, **_FORGOTTEN
    )
    if moved is None:
        raise AppError("decision_made")
    await queries.forget_wishes(session, dependant_id=row.id)
    await _tell(
        session,
        DEPENDANT_ENDED,
        row,
        version=moved.version,
        from_state=before,
        to_state="ended",
        caller=caller,
        by=by,
    )


async def _building(session: AsyncSession, building_id: UUID) -> Place:
    building = await places.place(session, place_id=building_id)
    if building is None or building.kind != "building":
        raise AppError("not_found", "no such building")
    return building


def _row(row_id: UUID, terms: Terms, building: Place, *, vault: Vault, caller: Caller) -> Dependant:
    phone = terms.contact.phone
    return Dependant(
        id=row_id,
        carer_id=caller.user_id,
        label=terms.label,
        building_id=building.id,
        place_path=list(building.path),
        floor=terms.floor,
        has_lift=terms.has_lift,
        contact_sealed=seal_contact(terms.contact, column=CONTACT_COLUMN, row=row_id, vault=vault),
        phone_index=phone_indexes(phone, vault=vault)[0],
        cap_fen=terms.cap_fen,
        kinds=sorted(set(terms.kinds)),
        created_at=caller.now,
    )


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: Dependant,
    *,
    version: int,
    caller: Caller,
    from_state: str | None = None,
    to_state: str | None = None,
    **data: object,
) -> None:
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.place_path[1],
        from_state=from_state,
        to_state=to_state,
        **data,
    )
