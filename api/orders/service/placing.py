"""Placing an order on a quote, and activating it once it is paid."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import Caller
from api.jobs.service.making import Spot, Work, make_job
from api.kit.crypto import Vault
from api.kit.geo import Point
from api.orders import queries
from api.orders.events import ORDER_ACTIVATED, ORDER_PLACED
from api.orders.models import Order, Quote
from api.orders.service.caring import for_whom, id_in, saved_dropoff
from api.orders.service.quoting import own_quote, require_rules
from api.places.rules import Contact
from api.places.service import community_of_place

DETAILS_COLUMN = "orders.details"


@dataclass(frozen=True, slots=True)
class Details:
    """The sealed part of an order: who and where exactly, and what to mind."""

    pickup: Contact
    dropoff: Contact
    note: str

    def seal(self, *, order_id: UUID, vault: Vault) -> bytes:
        """Encrypt for one order."""
        value = [self.pickup.as_list(), self.dropoff.as_list(), self.note]
        return vault.seal(orjson.dumps(value).decode(), column=DETAILS_COLUMN, row=order_id)

    @staticmethod
    def open(sealed: bytes, *, order_id: UUID, vault: Vault) -> "Details":
        """Decrypt what was sealed for this order; nobody and nothing, where it was erased."""
        if not sealed:
            return Details(Contact("", "", ""), Contact("", "", ""), "")
        text = vault.open(bytes(sealed), column=DETAILS_COLUMN, row=order_id)
        pickup, dropoff, note = orjson.loads(text)
        return Details(Contact(*pickup), Contact(*dropoff), note)


async def place_order(
    session: AsyncSession,
    *,
    quote_id: UUID,
    item: str,
    pickup_place: str,
    dropoff_place: str | None,
    pickup_contact: Contact,
    dropoff_contact: Contact | None,
    note: str,
    beneficiary_id: UUID | None,
    vault: Vault,
    caller: Caller,
) -> Order:
    """Place an order at the quoted price; a fee of 0 makes it active at once.

    What is left out of the drop-off comes from the address that was quoted.

    Raises:
        AppError: not_found, quote_used, quote_expired, consent_needed, dropoff_missing, and for
            somebody else those of `caring.for_whom`.
    """
    quote = await own_quote(session, quote_id=quote_id, caller=caller)
    await require_rules(session, for_person_id=id_in(quote, "for_person_id"), caller=caller)
    whom = await for_whom(
        session, quote=quote, beneficiary_id=beneficiary_id, vault=vault, caller=caller
    )
    saved = await saved_dropoff(session, quote=quote, whom=whom, vault=vault)
    dropoff_place = dropoff_place or saved[0]
    if dropoff_place is None:
        raise AppError("dropoff_missing")
    details = Details(pickup_contact, whom.contact(dropoff_contact, saved[1]), note)
    community = await community_of_place(session, place_id=quote.community_id)
    is_free = quote.fee_fen == 0
    order = Order(
        number=None,  # pyright: ignore[reportArgumentType]  (PostgreSQL counts)
        community_id=community.id,
        place_path=list(community.path),
        customer_id=whom.customer_id,
        placed_by_id=caller.user_id,
        # Nobody handles cash: who places an order pays it on their own phone.
        payer_id=caller.user_id,
        beneficiary_id=None if whom.benefit is None else whom.benefit.dependant_id,
        quote_id=quote.id,
        kind=quote.kind,
        state="active" if is_free else "awaiting_payment",
        fee_fen=quote.fee_fen,
        item=item,
        pickup_place=pickup_place,
        dropoff_place=dropoff_place,
        details_sealed=b"",
        created_at=caller.now,
        pay_by=caller.now + timedelta(seconds=community.settings.pay_window_s),
        activated_at=caller.now if is_free else None,
    )
    order.details_sealed = details.seal(order_id=order.id, vault=vault)
    await queries.add(session, row=order)
    if not await queries.use_quote(session, quote_id=quote.id, order_id=order.id):
        raise AppError("quote_used")
    await emit(
        session,
        ORDER_PLACED,
        subject_id=order.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        to_state=order.state,
        number=order.number,
        kind=order.kind,
        fee_fen=order.fee_fen,
        customer_id=str(order.customer_id),
        beneficiary_id=None if order.beneficiary_id is None else str(order.beneficiary_id),
    )
    if is_free:
        await _make_job(session, order=order, quote=quote, vault=vault, now=caller.now)
    return order


async def activate(
    session: AsyncSession, *, order_id: UUID, vault: Vault, actor: Actor, now: datetime
) -> bool:
    """Make a paid order active and its work known; false: it is not awaiting payment any more."""
    moved = await queries.move(
        session, order_id=order_id, event="pay", from_state="awaiting_payment", activated_at=now
    )
    if moved is None:
        return False
    carried = await queries.carried(session, order_id=order_id)
    assert carried is not None
    quote = await queries.quote(session, quote_id=carried.order.quote_id)
    assert quote is not None
    job_id = await _make_job(session, order=carried.order, quote=quote, vault=vault, now=now)
    await emit(
        session,
        ORDER_ACTIVATED,
        subject_id=order_id,
        subject_seq=moved.version,
        actor=actor,
        now=now,
        community_id=moved.community_id,
        from_state="awaiting_payment",
        to_state="active",
        job_id=str(job_id),
    )
    return True


async def _make_job(
    session: AsyncSession, *, order: Order, quote: Quote, vault: Vault, now: datetime
) -> UUID:
    community = await community_of_place(session, place_id=order.community_id)
    settings = community.settings
    details = Details.open(order.details_sealed, order_id=order.id, vault=vault)
    due_at = max(quote.due_at, now)
    work = Work(
        kind=order.kind,
        requester_id=order.customer_id,
        pickup=Spot(order.pickup_place, Point(*quote.asked["pickup"]), details.pickup),
        drops=(
            (
                order.id,
                Spot(
                    order.dropoff_place,
                    Point(*quote.asked["dropoff"]),
                    details.dropoff,
                    floor=quote.asked["floor"],
                    has_lift=quote.asked["has_lift"],
                ),
            ),
        ),
        trip_m=quote.trip_m,
        weight_g=quote.asked["weight_g"],
        fee_fen=order.fee_fen,
        opens_at=min(quote.ready_at - timedelta(seconds=settings.open_ahead_s), due_at),
        ready_at=quote.ready_at,
        due_at=due_at,
        expires_at=due_at + timedelta(seconds=settings.expire_after_s),
    )
    return await make_job(
        session, work=work, community=community, vault=vault, actor=SYSTEM, now=now
    )
