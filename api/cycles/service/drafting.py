"""Drafting a cycle: to whom, when, and what; changing the draft; copying a past one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.cycles.events import CYCLE_CHANGED, CYCLE_DRAFTED
from api.cycles.models import Cycle, CycleItem, CycleSlot
from api.cycles.queries import cycles as queries
from api.cycles.service.seeing import managed_cycle
from api.errors import AppError, malformed
from api.events.log import emit
from api.identity.caller import MANAGERS, Caller
from api.kit.clock import china
from api.kit.ids import new_id
from api.merchants import queries as merchants
from api.merchants.models import Merchant, Product
from api.merchants.service.seeing import seen_merchant, serving_merchant
from api.places import queries as places
from api.places.service import community_of_place

OPEN_AT_MOST = timedelta(days=31)
DELIVERED_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to collect, for so many."""

    begins_at: datetime
    ends_at: datetime
    capacity_count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """To whom, from when to when, for which day and how."""

    title: str
    scope: tuple[UUID, ...]
    opens_at: datetime | None
    closes_at: datetime
    delivers_on: date
    has_delivery: bool
    collection_place_id: UUID | None
    fee_fen: int
    orders_min: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """So much of a product; ``price_fen``: other than on the shelf."""

    product_id: UUID
    stock_count: int
    household_max: int
    price_fen: int | None = None


async def draft(session: AsyncSession, *, merchant_id: UUID, plan: Plan, caller: Caller) -> Cycle:
    """Make a draft for a merchant, as one of its people or as staff of its place.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved, cycle_times_wrong,
            malformed_request.
    """
    merchant = await _seller(session, merchant_id=merchant_id, caller=caller)
    return await _draft(session, merchant, plan, copied_from_id=None, caller=caller)


async def copy(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    opens_at: datetime | None,
    closes_at: datetime,
    delivers_on: date,
    caller: Caller,
) -> Cycle:
    """Make a draft after an earlier cycle, at today's prices; what is off the shelf stays out.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved, cycle_times_wrong.
    """
    row = await managed_cycle(session, cycle_id=cycle_id, caller=caller)
    merchant = await _seller(session, merchant_id=row.merchant_id, caller=caller)
    later = delivers_on - row.delivers_on
    slots = tuple(
        Slot(s.begins_at + later, s.ends_at + later, s.capacity_count)
        for s in await queries.slots(session, cycle_ids=[row.id])
    )
    plan = replace(
        _plan_of(row, slots), opens_at=opens_at, closes_at=closes_at, delivers_on=delivers_on
    )
    made = await _draft(session, merchant, plan, copied_from_id=row.id, caller=caller)
    before = await queries.items(session, cycle_ids=[row.id])
    products = await _products(session, [i.product_id for i in before])
    kept = [
        Offered(i.product_id, i.stock_count, i.household_max)
        for i in before
        if i.product_id in products and products[i.product_id].state == "on_shelf"
    ]
    await queries.add(session, rows=_rows(made.id, kept, products))
    return made


async def change(
    session: AsyncSession, *, cycle_id: UUID, version: int, plan: Plan, caller: Caller
) -> Cycle:
    """Change a draft, slots and all, over the version that was read.

    Raises:
        AppError: not_found, role_missing, cycle_moved_on, version_changed, cycle_times_wrong,
            malformed_request.
    """
    row = await _own_draft(session, cycle_id=cycle_id, version=version, caller=caller)
    merchant = await merchants.merchant(session, merchant_id=row.merchant_id)
    assert merchant is not None
    await _check(session, plan, merchant=merchant, now=caller.now)
    changed = await queries.change(
        session,
        cycle_id=cycle_id,
        version=version,
        title=plan.title,
        scope=list(plan.scope),
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        delivers_on=plan.delivers_on,
        has_delivery=plan.has_delivery,
        collection_place_id=plan.collection_place_id,
        fee_fen=plan.fee_fen,
        orders_min=plan.orders_min,
    )
    assert changed is not None, "the cycle was locked"
    await queries.clear_slots(session, cycle_id=cycle_id)
    await queries.add(session, rows=_slot_rows(cycle_id, plan.slots))
    return await _tell_changed(session, row, changed, ["plan"], caller=caller)


async def offer(
    session: AsyncSession,
    *,
    cycle_id: UUID,
    version: int,
    offered: Sequence[Offered],
    caller: Caller,
) -> Cycle:
    """Put these products on the list of a draft, and nothing else.

    Raises:
        AppError: not_found, role_missing, cycle_moved_on, version_changed, malformed_request.
    """
    row = await _own_draft(session, cycle_id=cycle_id, version=version, caller=caller)
    products = await _products(session, [o.product_id for o in offered])
    for n, wanted in enumerate(offered):
        product = products.get(wanted.product_id)
        if product is None or product.merchant_id != row.merchant_id:
            raise malformed(f"items.{n}.product_id", "no product of this merchant")
        if product.state == "removed":
            raise malformed(f"items.{n}.product_id", "taken off for good")
    await queries.clear_items(session, cycle_id=cycle_id)
    await queries.add(session, rows=_rows(cycle_id, offered, products))
    changed = await queries.touch(session, cycle_id=cycle_id)
    return await _tell_changed(session, row, changed, ["items"], caller=caller)


async def _seller(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Merchant:
    """A merchant that may sell, by one of its people or by staff who decide at its place."""
    merchant, _ = await seen_merchant(session, merchant_id=merchant_id, caller=caller)
    if caller.holds(MANAGERS, merchant.place_path):
        if merchant.state != "approved":
            raise AppError("merchant_not_approved")
        return merchant
    return await serving_merchant(session, merchant_id=merchant_id, caller=caller)


async def _draft(
    session: AsyncSession,
    merchant: Merchant,
    plan: Plan,
    *,
    copied_from_id: UUID | None,
    caller: Caller,
) -> Cycle:
    await _check(session, plan, merchant=merchant, now=caller.now)
    community = await community_of_place(session, place_id=merchant.community_id)
    row = Cycle(
        id=new_id(),
        community_id=community.id,
        place_path=list(community.path),
        merchant_id=merchant.id,
        title=plan.title,
        scope=list(plan.scope),
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        delivers_on=plan.delivers_on,
        has_delivery=plan.has_delivery,
        has_collection=plan.collection_place_id is not None,
        collection_place_id=plan.collection_place_id,
        fee_fen=plan.fee_fen,
        orders_min=plan.orders_min,
        copied_from_id=copied_from_id,
        created_by_id=caller.user_id,
        created_at=caller.now,
    )
    await queries.add(session, rows=[row])
    await queries.add(session, rows=_slot_rows(row.id, plan.slots))
    await emit(
        session,
        CYCLE_DRAFTED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        to_state="draft",
        merchant_id=str(merchant.id),
        copied_from_id=None if copied_from_id is None else str(copied_from_id),
    )
    return row


async def _check(session: AsyncSession, plan: Plan, *, merchant: Merchant, now: datetime) -> None:
    begins = plan.opens_at or now
    if not (now < plan.closes_at and begins < plan.closes_at <= now + OPEN_AT_MOST):
        raise AppError("cycle_times_wrong", "closes_at: after the opening, within 31 days")
    cut_off_on = china(plan.closes_at).date()
    if not cut_off_on <= plan.delivers_on <= cut_off_on + DELIVERED_WITHIN:
        raise AppError("cycle_times_wrong", "delivers_on: within 14 days of the cut-off")
    if not plan.has_delivery and plan.collection_place_id is None:
        raise malformed("has_delivery", "delivered, collected, or both")
    if plan.slots and plan.collection_place_id is None:
        raise malformed("slots", "only where it is collected")
    for n, slot in enumerate(plan.slots):
        is_that_day = china(slot.begins_at).date() == plan.delivers_on
        if not (is_that_day and plan.closes_at <= slot.begins_at < slot.ends_at):
            raise malformed(f"slots.{n}", "on the day of delivery, after the cut-off")
    for n, place_id in enumerate(plan.scope):
        await _check_place(session, place_id, f"scope.{n}", merchant)
    if plan.collection_place_id is not None:
        await _check_place(session, plan.collection_place_id, "collection_place_id", merchant)


async def _check_place(
    session: AsyncSession, place_id: UUID, field: str, merchant: Merchant
) -> None:
    place = await places.place(session, place_id=place_id)
    if place is None or merchant.community_id not in place.path:
        raise malformed(field, "no place of the merchant's community")


async def _own_draft(
    session: AsyncSession, *, cycle_id: UUID, version: int, caller: Caller
) -> Cycle:
    row = await managed_cycle(session, cycle_id=cycle_id, caller=caller, lock=True)
    if row.state != "draft":
        raise AppError("cycle_moved_on")
    if row.version != version:
        raise AppError("version_changed")
    return row


async def _products(session: AsyncSession, product_ids: Sequence[UUID]) -> dict[UUID, Product]:
    found = [
        await merchants.product(session, product_id=product_id)
        for product_id in dict.fromkeys(product_ids)
    ]
    return {p.id: p for p in found if p is not None}


def _rows(
    cycle_id: UUID, offered: Sequence[Offered], products: dict[UUID, Product]
) -> list[CycleItem]:
    rows = list[CycleItem]()
    for n, wanted in enumerate(offered, start=1):
        product = products[wanted.product_id]
        rows.append(
            CycleItem(
                cycle_id=cycle_id,
                n=n,
                product_id=product.id,
                name=product.name,
                unit=product.unit,
                sold_by=product.sold_by,
                price_fen=wanted.price_fen or product.price_fen,
                per_500g_fen=product.per_500g_fen,
                weight_g=product.weight_g,
                stock_count=wanted.stock_count,
                left_count=wanted.stock_count,
                household_max=wanted.household_max,
            )
        )
    return rows


def _slot_rows(cycle_id: UUID, slots: Sequence[Slot]) -> list[CycleSlot]:
    return [
        CycleSlot(
            cycle_id=cycle_id,
            begins_at=slot.begins_at,
            ends_at=slot.ends_at,
            capacity_count=slot.capacity_count,
            left_count=slot.capacity_count,
        )
        for slot in slots
    ]


def _plan_of(row: Cycle, slots: tuple[Slot, ...]) -> Plan:
    return Plan(
        title=row.title,
        scope=tuple(row.scope),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        delivers_on=row.delivers_on,
        has_delivery=row.has_delivery,
        collection_place_id=row.collection_place_id,
        fee_fen=row.fee_fen,
        orders_min=row.orders_min,
        slots=slots,
    )


async def _tell_changed(
    session: AsyncSession, row: Cycle, version: int, fields: list[str], *, caller: Caller
) -> Cycle:
    await emit(
        session,
        CYCLE_CHANGED,
        subject_id=row.id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=row.community_id,
        fields=fields,
    )
    await session.refresh(row)
    return row
