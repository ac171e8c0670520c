"""Ordering for others: a dependant within their consent, by staff whoever has no phone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.care.rules import month_of
from api.care.service import Benefit, benefit, own_dependant
from api.errors import AppError
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.kit.geo import Point
from api.orders import queries
from api.orders.models import Order, Quote
from api.people.queries import hold_enrolled
from api.people.service.enrolling import person_for
from api.places import queries as places
from api.places.rules import Contact
from api.places.service import ADDRESS_COLUMN, open_contact, own_address


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an errand goes."""

    point: Point
    floor: int
    has_lift: bool


@dataclass(frozen=True, slots=True)
class ForWhom:
    """Whose order it is, and which dependant benefits, if any."""

    customer_id: UUID
    benefit: Benefit | None
    is_to_them: bool

    def contact(self, given: Contact | None, saved: Contact) -> Contact:
        """Whom the runner asks for: a dependant's own phone is always called first."""
        if self.benefit is None:
            return given or saved
        theirs = self.benefit.contact
        if given is None:
            return theirs if self.is_to_them else Contact("", *_three(theirs))
        phones = [*dict.fromkeys(p for p in (theirs.phone, given.phone, theirs.second_phone) if p)]
        first, second = (*phones, "", "")[:2]
        return Contact(given.door, given.name or theirs.name, first, second)


async def destination(
    session: AsyncSession,
    *,
    address_id: UUID | None,
    beneficiary_id: UUID | None,
    for_person_id: UUID | None,
    caller: Caller,
) -> Destination:
    """Point, floor and lift of a saved address, one's own or of whom it is for, or a dependant's.

    Raises:
        AppError: not_found, role_missing.
    """
    if beneficiary_id is not None:
        row = await own_dependant(session, dependant_id=beneficiary_id, caller=caller)
        building = await places.place(session, place_id=row.building_id)
        assert building is not None
        return Destination(Point(building.lat, building.lng), row.floor, row.has_lift)
    assert address_id is not None
    owner_id = await _customer(session, for_person_id=for_person_id, caller=caller)
    address, building = await own_address(session, address_id=address_id, user_id=owner_id)
    return Destination(Point(building.lat, building.lng), address.floor, address.has_lift)


async def cares_in(
    session: AsyncSession, *, beneficiary_id: UUID | None, caller: Caller
) -> UUID | None:
    """The community where a dependant's consent lets the caller order, whatever their roles.

    Raises:
        AppError: not_found.
    """
    if beneficiary_id is None:
        return None
    row = await own_dependant(session, dependant_id=beneficiary_id, caller=caller)
    if row.state != "active":
        return None
    building = await places.place(session, place_id=row.building_id)
    assert building is not None
    return building.community_id


async def check_person(
    session: AsyncSession, *, for_person_id: UUID | None, caller: Caller
) -> None:
    """Refuse a quote for a person whom the caller may not order for.

    Raises:
        AppError: role_missing, not_found.
    """
    await _customer(session, for_person_id=for_person_id, caller=caller)


async def for_whom(
    session: AsyncSession,
    *,
    quote: Quote,
    goods_fen: int,
    beneficiary_id: UUID | None,
    vault: Vault,
    caller: Caller,
) -> ForWhom:
    """Whose order it will be; for a dependant, within kinds and cap of their consent.

    ``goods_fen``, what is paid in front for goods, counts to the cap as the fee does.

    Raises:
        AppError: not_found, role_missing, consent_missing, kind_not_allowed, cap_exceeded.
    """
    quoted = id_in(quote, "beneficiary_id")
    person_id = id_in(quote, "for_person_id")
    chosen = beneficiary_id or quoted
    if chosen is None:
        # An account that is taken over or closed meanwhile waits for this order, or there is none.
        if person_id is not None and not await hold_enrolled(session, person_id=person_id):
            raise AppError("not_found")
        customer_id = await _customer(session, for_person_id=person_id, caller=caller)
        return ForWhom(customer_id, None, is_to_them=False)
    if person_id is not None or (quoted is not None and quoted != chosen):
        raise AppError("not_found", "the quote is for somebody else")
    found = await benefit(session, dependant_id=chosen, kind=quote.kind, vault=vault, caller=caller)
    # The dependant's row is locked, so no other order of this month is being placed meanwhile.
    left_fen = await left_of_cap(
        session, beneficiary_id=chosen, cap_fen=found.cap_fen, at=caller.now
    )
    check_cap(more_fen=quote.fee_fen + goods_fen, left_fen=left_fen)
    return ForWhom(caller.user_id, found, is_to_them=quoted is not None)


async def check_more(
    session: AsyncSession, *, order: Order, extra_fen: int, caller: Caller
) -> None:
    """Refuse more money for goods than the cap of the order's dependant leaves.

    Raises:
        AppError: not_found, consent_missing, cap_exceeded.
    """
    if order.beneficiary_id is None:
        return
    row = await own_dependant(session, dependant_id=order.beneficiary_id, caller=caller, lock=True)
    if row.state != "active":
        raise AppError("consent_missing")
    left_fen = await left_of_cap(
        session, beneficiary_id=row.id, cap_fen=row.cap_fen, at=order.created_at
    )
    check_cap(more_fen=extra_fen, left_fen=left_fen)


async def saved_dropoff(
    session: AsyncSession, *, quote: Quote, whom: ForWhom, vault: Vault
) -> tuple[str | None, Contact]:
    """Building and contact that were quoted, or nothing where a point was quoted.

    Raises:
        AppError: not_found, where the address was deleted since.
    """
    if whom.benefit is not None and whom.is_to_them:
        return whom.benefit.building, whom.benefit.contact
    address_id = id_in(quote, "address_id")
    if address_id is None:
        return None, Contact("", "", "")
    address, building = await own_address(session, address_id=address_id, user_id=whom.customer_id)
    contact = open_contact(
        address.detail_sealed, column=ADDRESS_COLUMN, row=address.id, vault=vault
    )
    return building.name, contact


def asked_by(order: Order, caller: Caller) -> bool:
    """Whether an order is the caller's own, or one that they placed for somebody."""
    return caller.user_id in (order.customer_id, order.placed_by_id)


def check_cap(*, more_fen: int, left_fen: int) -> None:
    """Refuse to spend more for a dependant than their cap leaves of the month.

    Raises:
        AppError: cap_exceeded.
    """
    if more_fen > left_fen:
        raise AppError("cap_exceeded", f"{left_fen} fen are left of this month")


async def left_of_cap(
    session: AsyncSession, *, beneficiary_id: UUID, cap_fen: int, at: datetime
) -> int:
    """What the cap of a dependant leaves of a month, in fen; their row is locked."""
    month = month_of(at)
    spent_fen = await queries.spent_fen(
        session, beneficiary_id=beneficiary_id, begins=month.begins, ends=month.ends
    )
    return max(0, cap_fen - spent_fen)


async def _customer(session: AsyncSession, *, for_person_id: UUID | None, caller: Caller) -> UUID:
    if for_person_id is None:
        return caller.user_id
    person = await person_for(session, person_id=for_person_id, caller=caller)
    return person.user.id


def id_in(quote: Quote, name: str) -> UUID | None:
    """The id of whom, or of what address, was quoted for."""
    text = quote.asked.get(name)
    return None if text is None else UUID(text)


def _three(contact: Contact) -> tuple[str, str, str]:
    return contact.name, contact.phone, contact.second_phone
