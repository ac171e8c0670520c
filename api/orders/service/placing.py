"""Placing an order on a quote, and activating it once it is paid."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, Actor, emit
from api.identity.caller import Caller
from api.jobs.details import Details, PrintDetails, as_text, ceiling_fen, read_details
from api.jobs.service.making import Drop, Spot, Work, make_job
from api.kinds import KINDS
from api.kit.crypto import Vault
from api.kit.geo import Point
from api.ledger.rules import runner_part_fen
from api.orders import queries
from api.orders.events import ORDER_ACTIVATED, ORDER_PLACED
from api.orders.goods import due_fen
from api.orders.models import Order, Quote
from api.orders.service.caring import for_whom, id_in, saved_dropoff
from api.orders.service.describing import Wish, check_wish
from api.orders.service.quoting import own_quote, require_rules
from api.orders.service.selling import from_shop
from api.places.rules import Contact
from api.places.service import community_of_place
from api.uploads.service import claim

DETAILS_COLUMN = "orders.details"


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed part of an order: who and where exactly, and what to mind."""

    pickup: Contact
    dropoff: Contact
    note: str
    details: Details | None = None

    def seal(self, *, order_id: UUID, vault: Vault) -> bytes:
        """Encrypt for one order."""
        value = [
            self.pickup.as_list(), self.dropoff.as_list(), self.note, as_text(self.details),
        ]  # fmt: skip
        return vault.seal(orjson.dumps(value).decode(), column=DETAILS_COLUMN, row=order_id)

    @staticmethod
    def open(sealed: bytes, *, order_id: UUID, vault: Vault) -> "Sealed":
        """Decrypt what was sealed for this order; nobody and nothing, where it was erased."""
        if not sealed:
            return Sealed(Contact("", "", ""), Contact("", "", ""), "")
        text = vault.open(bytes(sealed), column=DETAILS_COLUMN, row=order_id)
        # Orders of before there were kinds hold three parts.
        pickup, dropoff, note, *rest = orjson.loads(text)
        details = read_details(rest[0]) if rest else None
        return Sealed(Contact(*pickup), Contact(*dropoff), note, details)


async def place_order(
    session: AsyncSession,
    *,
    quote_id: UUID,
    wish: Wish,
    dropoff_place: str | None,
    pickup_contact: Contact,
    dropoff_contact: Contact | None,
    beneficiary_id: UUID | None = None,
    vault: Vault,
    caller: Caller,
    pay_by: datetime | None = None,
) -> Order:
    """Place an order at the quoted price; with nothing to pay it is active at once.

    What is left out of the drop-off comes from the address that was quoted. ``pay_by`` may give
    more time than the community's usual.

    Raises:
        AppError: not_found, quote_used, quote_expired, consent_needed, dropoff_missing,
            malformed_request, ceiling_too_high, goods_forbidden, upload_unknown, for a merchant's
            customer merchant_not_approved, and for somebody else those of `caring.for_whom`.
    """
    quote = await own_quote(session, quote_id=quote_id, caller=caller)
    await require_rules(session, for_person_id=id_in(quote, "for_person_id"), caller=caller)
    goods_fen = ceiling_fen(wish.details)
    whom = await for_whom(
        session, quote=quote, goods_fen=goods_fen, beneficiary_id=beneficiary_id, vault=vault,
        caller=caller,
    )  # fmt: skip
    saved = await saved_dropoff(session, quote=quote, whom=whom, vault=vault)
    dropoff_place = _where(dropoff_place, saved[0])
    goes_to = whom.contact(dropoff_contact, saved[1])
    sealed = Sealed(pickup_contact, goes_to, wish.note, wish.details)
    community = await community_of_place(session, place_id=quote.community_id)
    wish, merchant_id = await from_shop(session, wish, quote=quote, caller=caller)
    check_wish(
        wish,
        kind=KINDS[quote.kind],
        has_pickup=quote.asked.get("has_pickup", True),
        settings=community.settings,
        now=caller.now,
    )
    is_free = due_fen(fee_fen=quote.fee_fen, goods_fen=goods_fen) == 0
    order = Order(
        number=None,  # pyright: ignore[reportArgumentType]  (PostgreSQL counts)
        community_id=community.id,
        place_path=list(community.path),
        customer_id=whom.customer_id,
        placed_by_id=caller.user_id,
        # Nobody handles cash: who places an order pays it on their own phone.
        payer_id=caller.user_id,
        beneficiary_id=None if whom.benefit is None else whom.benefit.dependant_id,
        merchant_id=merchant_id,
        quote_id=quote.id,
        kind=quote.kind,
        state="active" if is_free else "awaiting_payment",
        fee_fen=quote.fee_fen,
        fee_share_percent=community.settings.fee_share_percent,
        goods_fen=goods_fen,
        at_door=wish.at_door,
        with_photos=wish.with_photos,
        item=wish.item,
        pickup_place=wish.pickup_place or dropoff_place,
        dropoff_place=dropoff_place,
        details_sealed=b"",
        created_at=caller.now,
        pay_by=_pay_by(community.settings.pay_window_s, pay_by, now=caller.now),
        activated_at=caller.now if is_free else None,
    )
    order.details_sealed = sealed.seal(order_id=order.id, vault=vault)
    await queries.add(session, row=order)
    await _claim_pages(session, order=order, details=wish.details)
    if not await queries.use_quote(session, quote_id=quote.id, order_id=order.id):
        raise AppError("quote_used")
    await _tell_placed(session, order, caller=caller)
    if is_free:
        await _make_job(session, order=order, quote=quote, vault=vault, now=caller.now)
    return order


def _where(said: str | None, saved: str | None) -> str:
    place = said or saved
    if place is None:
        raise AppError("dropoff_missing")
    return place


def _pay_by(window_s: int, longer: datetime | None, *, now: datetime) -> datetime:
    usual = now + timedelta(seconds=window_s)
    return max(usual, longer or usual)


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
    job_id = await _make_work(session, order=carried.order, vault=vault, now=now)
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
        job_id=None if job_id is None else str(job_id),
    )
    return True


async def _make_work(
    session: AsyncSession, *, order: Order, vault: Vault, now: datetime
) -> UUID | None:
    """The job of a paid errand; what was ordered in a cycle is carried together, after its end."""
    if order.quote_id is None:
        return None
    quote = await queries.quote(session, quote_id=order.quote_id)
    assert quote is not None
    return await _make_job(session, order=order, quote=quote, vault=vault, now=now)


async def _tell_placed(session: AsyncSession, order: Order, *, caller: Caller) -> None:
    await emit(
        session,
        ORDER_PLACED,
        subject_id=order.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=order.community_id,
        to_state=order.state,
        number=order.number,
        kind=order.kind,
        fee_fen=order.fee_fen,
        goods_fen=order.goods_fen,
        customer_id=str(order.customer_id),
        beneficiary_id=None if order.beneficiary_id is None else str(order.beneficiary_id),
    )


async def _claim_pages(session: AsyncSession, *, order: Order, details: Details | None) -> None:
    if isinstance(details, PrintDetails):
        await claim(
            session,
            upload_ids=details.upload_ids,
            owner_id=order.placed_by_id,
            purpose="print",
            subject_id=order.id,
            now=order.created_at,
        )


def _drop(order: Order, quote: Quote, sealed: Sealed) -> Drop:
    spot = Spot(
        order.dropoff_place,
        Point(*quote.asked["dropoff"]),
        sealed.dropoff,
        floor=quote.asked["floor"],
        has_lift=quote.asked["has_lift"],
    )
    return Drop(
        order.id,
        spot,
        sealed.details,
        order.at_door,
        order.with_photos,
        beneficiary_id=order.beneficiary_id,
    )


async def _make_job(
    session: AsyncSession, *, order: Order, quote: Quote, vault: Vault, now: datetime
) -> UUID:
    community = await community_of_place(session, place_id=order.community_id)
    settings = community.settings
    sealed = Sealed.open(order.details_sealed, order_id=order.id, vault=vault)
    due_at = max(quote.due_at, now)
    work = Work(
        kind=order.kind,
        requester_id=order.customer_id,
        pickup=Spot(order.pickup_place, Point(*quote.asked["pickup"]), sealed.pickup),
        drops=(_drop(order, quote, sealed),),
        trip_m=quote.trip_m,
        weight_g=quote.asked["weight_g"],
        # What the runner is shown is what they earn.
        fee_fen=runner_part_fen(order.fee_fen, order.fee_share_percent),
        opens_at=min(quote.ready_at - timedelta(seconds=settings.open_ahead_s), due_at),
        ready_at=quote.ready_at,
        due_at=due_at,
        expires_at=due_at + timedelta(seconds=settings.expire_after_s),
    )
    return await make_job(
        session, work=work, community=community, vault=vault, actor=SYSTEM, now=now
    )
