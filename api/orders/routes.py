"""HTTP of quotes and orders."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.queries import history
from api.identity.caller import STAFF, Caller
from api.identity.edge import Edge, InSession, KeyedEdge, SignedIn, WithParts
from api.jobs.details import masked
from api.kinds import KINDS
from api.kit.crypto import Vault, mask_door, mask_name, mask_phone
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.orders import queries
from api.orders.goods import due_fen
from api.orders.models import Consent, Quote, Rating
from api.orders.queries import Carried
from api.orders.schemas import (
    ConsentOut,
    ErrandAsk,
    ErrandWish,
    EventOut,
    EventPage,
    NewOrder,
    OrderDetail,
    OrderOut,
    OrderPage,
    OrderQuery,
    QuoteAsk,
    QuoteOut,
    QuotePart,
    Rate,
    RatingOut,
)
from api.orders.service import cancelling, caring, completing, placing, quoting, selling
from api.orders.service.describing import Wish, pickup_point
from api.places.routes import contact_of
from api.places.rules import Contact
from api.places.schemas import ContactShown
from api.places.service import community_of_place

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["订单"])
# Placing and cancelling move money: the idempotency key is required.
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["订单"])


@router.post("/quotes", status_code=201, summary="报价", response_model=QuoteOut)
async def quote(body: QuoteAsk, session: InSession, caller: SignedIn) -> QuoteOut:
    """一次跑腿的价格和它的组成,10 分钟内有效。"""
    window = None if body.window is None else (body.window.from_, body.window.to)
    asked = await asked_of(
        session, body, window=window, caller=caller, merchant_id=body.merchant_id
    )
    return quote_out(await quoting.quote(session, asked=asked, caller=caller))


async def asked_of(
    session: AsyncSession,
    body: ErrandAsk,
    *,
    window: tuple[datetime, datetime] | None,
    caller: Caller,
    merchant_id: UUID | None = None,
) -> quoting.Asked:
    """What is to be priced, from what was sent.

    Raises:
        AppError: not_found, outside_china, malformed_request, role_missing, merchant_not_approved.
    """
    kind = KINDS[body.kind]
    pickup = None if body.pickup is None else body.pickup.as_point()
    if merchant_id is not None:
        pickup = await selling.pickup_of(
            session, merchant_id=merchant_id, given=pickup, kind=kind, caller=caller
        )
    if body.dropoff is not None:
        goes_to = caring.Destination(body.dropoff.as_point(), body.floor, body.has_lift)
        await caring.check_person(session, for_person_id=body.for_person_id, caller=caller)
    else:
        goes_to = await caring.destination(
            session,
            address_id=body.address_id,
            beneficiary_id=body.beneficiary_id,
            for_person_id=body.for_person_id,
            caller=caller,
        )
    return quoting.Asked(
        kind=body.kind,
        pickup=pickup_point(
            kind,
            pickup=pickup,
            dropoff=goes_to.point,
        ),
        dropoff=goes_to.point,
        weight_g=body.weight_g,
        floor=goes_to.floor,
        has_lift=goes_to.has_lift,
        window=window,
        address_id=body.address_id,
        beneficiary_id=body.beneficiary_id,
        for_person_id=body.for_person_id,
        has_pickup=pickup is not None,
        merchant_id=merchant_id,
    )


def wish_of(body: ErrandWish) -> Wish:
    """What is to be done, from what was sent."""
    return Wish(
        item=body.item,
        note=body.note,
        details=body.details,
        pickup_place=body.pickup_place,
        at_door=body.at_door,
        with_photos=body.with_photos,
    )


@money.post("/orders", status_code=201, summary="下单", response_model=OrderDetail)
async def place_order(
    body: NewOrder, session: InSession, caller: SignedIn, parts: WithParts
) -> OrderDetail:
    """按报价下单;15 分钟内支付,否则自动取消。"""
    await parts.limits.hit(
        "orders", str(caller.user_id), per_minute=parts.settings.orders_per_minute
    )
    order = await placing.place_order(
        session,
        quote_id=body.quote_id,
        wish=wish_of(body),
        dropoff_place=body.dropoff_place,
        pickup_contact=contact_of(body.pickup_contact),
        dropoff_contact=None if body.dropoff_contact is None else contact_of(body.dropoff_contact),
        beneficiary_id=body.beneficiary_id,
        vault=parts.vault,
        caller=caller,
    )
    carried = await cancelling.visible_order(session, order_id=order.id, caller=caller)
    return _detail(carried, None, None, vault=parts.vault, is_own=True)


@router.get("/orders", summary="订单列表", response_model=OrderPage)
async def list_orders(
    query: Annotated[OrderQuery, Query()], session: InSession, caller: SignedIn
) -> OrderPage:
    """我的订单;工作人员可用 `community_id` 查看本社区的订单。新的在前。"""
    if query.community_id is not None:
        caller.require_anywhere(STAFF)
        community = await community_of_place(session, place_id=query.community_id)
        if not caller.holds(STAFF, community.path):
            raise AppError("not_found")
    rows = await queries.listed(
        session,
        customer_id=caller.user_id if query.community_id is None else None,
        community_id=query.community_id,
        state=query.state,
        kind=query.kind,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.order.id)
    items = [order_out(c, is_own=caring.asked_by(c.order, caller)) for c in shown]
    return OrderPage(items=items, next_cursor=cursor)


@router.get("/orders/{order_id}", summary="查看订单", response_model=OrderDetail)
async def read_order(
    order_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> OrderDetail:
    """自己的订单,或工作人员查看本社区的订单。"""
    carried = await cancelling.visible_order(session, order_id=order_id, caller=caller)
    rating = await queries.rating(session, order_id=order_id)
    consent = None
    if carried.order.goods_fen > 0:
        consent = await queries.last_consent(session, order_id=order_id)
    is_own = caring.asked_by(carried.order, caller)
    return _detail(carried, rating, consent, vault=parts.vault, is_own=is_own)


@router.get("/orders/{order_id}/events", summary="订单历史", response_model=EventPage)
async def read_events(
    order_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> EventPage:
    """订单经过的每一步,旧的在前。"""
    await cancelling.visible_order(session, order_id=order_id, caller=caller)
    rows = await history(
        session,
        subject="order",
        subject_id=order_id,
        after=query.last_number or 0,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0])
    items = [
        EventOut(seq=r[0], name=r[1], from_state=r[2], to_state=r[3], actor=r[4], at=r[5])
        for r in shown
    ]
    return EventPage(items=items, next_cursor=cursor)


@money.post("/orders/{order_id}/confirm", summary="确认收货", response_model=OrderDetail)
async def confirm(
    order_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> OrderDetail:
    """确认收货,订单完成;送达 24 小时后自动确认。"""
    await completing.confirm(session, order_id=order_id, caller=caller)
    return await read_order(order_id, session, caller, parts)


@router.post("/orders/{order_id}/rate", status_code=201, summary="评价", response_model=RatingOut)
async def rate(order_id: UUID, body: Rate, session: InSession, caller: SignedIn) -> Rating:
    """评价骑手,一单一次,完成后 7 天内。"""
    return await completing.rate(
        session, order_id=order_id, stars=body.stars, tags=list(body.tags), caller=caller
    )


def quote_out(row: Quote) -> QuoteOut:
    """A quote as it leaves."""
    return QuoteOut(
        id=row.id,
        fee_fen=row.fee_fen,
        parts=[QuotePart(**p) for p in row.parts],
        trip_m=round(row.trip_m, 1),
        ready_at=row.ready_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
    )


def order_out(carried: Carried, *, is_own: bool) -> OrderOut:
    """An order as it is listed; the codes for those whose it is."""
    order, job, stop = carried.order, carried.job, carried.stop
    return OrderOut(
        id=order.id,
        number=order.number,
        community_id=order.community_id,
        customer_id=order.customer_id,
        placed_by_id=order.placed_by_id,
        payer_id=order.payer_id,
        beneficiary_id=order.beneficiary_id,
        merchant_id=order.merchant_id,
        kind=order.kind,
        state=order.state,  # pyright: ignore[reportArgumentType]
        fee_fen=order.fee_fen,
        goods_fen=order.goods_fen,
        total_fen=due_fen(fee_fen=order.fee_fen, goods_fen=order.goods_fen),
        spent_fen=order.spent_fen,
        at_door=order.at_door,
        with_photos=order.with_photos,
        item=order.item,
        pickup_place=order.pickup_place,
        dropoff_place=order.dropoff_place,
        created_at=order.created_at,
        pay_by=order.pay_by,
        completed_at=order.completed_at,
        cancelled_at=order.cancelled_at,
        cancel_reason=order.cancel_reason,
        cancel_fault=order.cancel_fault,
        cancel_side=order.cancel_side,  # pyright: ignore[reportArgumentType]
        cost_fen=order.cost_fen,
        refunded_fen=order.refunded_fen,
        job_id=job.id if job else None,
        job_state=job.state if job else None,  # pyright: ignore[reportArgumentType]
        due_at=job.due_at if job else None,
        delivered_at=stop.closed_at if stop and stop.state == "delivered" else None,
        pickup_code=job.pickup_code if job and is_own else None,
        receipt_code=stop.receipt_code if stop and is_own else None,
        version=order.version,
    )


def _detail(
    carried: Carried,
    rating: Rating | None,
    consent: Consent | None,
    *,
    vault: Vault,
    is_own: bool,
) -> OrderDetail:
    order = carried.order
    sealed = placing.Sealed.open(order.details_sealed, order_id=order.id, vault=vault)
    return OrderDetail(
        **order_out(carried, is_own=is_own).model_dump(),
        pickup_contact=_contact(sealed.pickup, is_own=is_own),
        dropoff_contact=_contact(sealed.dropoff, is_own=is_own),
        note=sealed.note if is_own else "",
        details=sealed.details if is_own else masked(sealed.details),
        consent=ConsentOut.model_validate(consent) if consent else None,
        rating=RatingOut.model_validate(rating) if rating else None,
    )


def _contact(contact: Contact, *, is_own: bool) -> ContactShown:
    """One's own as it was typed; staff see that there is one, and ask for more with a reason."""
    phone = contact.phone or None
    if is_own:
        return ContactShown(door=contact.door, name=contact.name, phone=phone)
    return ContactShown(
        door=mask_door(contact.door),
        name=mask_name(contact.name),
        phone=mask_phone(phone) if phone is not None else None,
    )
