"""Lots: where goods came from, with what paper, and calling a lot back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, malformed
from api.events.log import emit
from api.identity.caller import MANAGERS, Caller
from api.kit.clock import china
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.merchants import queries
from api.merchants.events import LOT_RECALLED, LOT_RECORDED
from api.merchants.models import Lot, Merchant
from api.merchants.rules import LOTS_OF_A_DAY_MAX
from api.merchants.service.picturing import claim_new
from api.merchants.service.seeing import own_merchant, serving_merchant, the_product

SUPPLIER_COLUMN = "lots.supplier"


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who supplied it; all but the name is sealed."""

    name: str
    address: str
    contact_name: str
    contact_phone: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is said of a lot; days on clocks in China."""

    label: str
    supplier: Supplier
    origin: str
    quantity: int
    harvested_on: date | None
    arrived_on: date
    best_before: date | None
    certificate_no: str
    image_ids: Sequence[UUID]


async def record_lot(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    product_id: UUID,
    said: Delivery,
    vault: Vault,
    caller: Caller,
) -> Lot:
    """Keep where a delivery came from. It cannot be changed; a wrong one is recalled.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved, product_removed,
            malformed_request, lots_full, upload_unknown.
    """
    merchant = await serving_merchant(session, merchant_id=merchant_id, caller=caller)
    product = await the_product(session, merchant_id=merchant_id, product_id=product_id)
    if product.state == "removed":
        raise AppError("product_removed")
    _check(said, today=china(caller.now).date())
    since = caller.now - timedelta(days=1)
    if await queries.lots_since(session, merchant_id=merchant_id, since=since) >= LOTS_OF_A_DAY_MAX:
        raise AppError("lots_full")
    row = Lot(
        id=new_id(),
        product_id=product.id,
        label=said.label,
        supplier_name=said.supplier.name,
        supplier_sealed=b"",
        origin=said.origin,
        quantity=said.quantity,
        harvested_on=said.harvested_on,
        arrived_on=said.arrived_on,
        best_before=said.best_before,
        certificate_no=said.certificate_no,
        image_ids=list(said.image_ids),
        recorded_by_id=caller.user_id,
        recorded_at=caller.now,
    )
    row.supplier_sealed = _sealed(said.supplier, lot_id=row.id, vault=vault)
    await queries.add(session, row=row)
    await claim_new(
        session, upload_ids=said.image_ids, subject_id=row.id, caller=caller, now=caller.now
    )
    await emit(
        session,
        LOT_RECORDED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=merchant.community_id,
        to_state="kept",
        merchant_id=str(merchant_id),
        product_id=str(product.id),
    )
    return row


async def recall_lot(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    product_id: UUID,
    lot_id: UUID,
    reason: str,
    caller: Caller,
) -> Lot:
    """Call a lot back, by its merchant or by staff of the place; again changes nothing.

    Whoever bought of it is told by who knows them (the cycles), from the event.

    Raises:
        AppError: not_found, role_missing.
    """
    merchant = await _recalling(session, merchant_id=merchant_id, caller=caller)
    product = await the_product(session, merchant_id=merchant_id, product_id=product_id)
    row = await queries.lot(session, lot_id=lot_id)
    if row is None or row.product_id != product.id:
        raise AppError("not_found")
    if row.state == "recalled":
        return row
    moved = await queries.move(
        session, row, "recall", recalled_at=caller.now, recalled_by_id=caller.user_id,
        recall_reason=reason,
    )  # fmt: skip
    assert moved is not None, "the row is locked"
    await emit(
        session,
        LOT_RECALLED,
        subject_id=lot_id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=merchant.community_id,
        from_state="kept",
        to_state="recalled",
        merchant_id=str(merchant_id),
        product_id=str(product.id),
        reason=reason,
    )
    found = await queries.lot(session, lot_id=lot_id)
    assert found is not None
    return found


def supplier_of(row: Lot, *, vault: Vault) -> Supplier:
    """Who supplied a lot; the name only, once the rest has had its time."""
    if not row.supplier_sealed:
        return Supplier(row.supplier_name, "", "", "")
    text = vault.open(bytes(row.supplier_sealed), column=SUPPLIER_COLUMN, row=row.id)
    return Supplier(row.supplier_name, *orjson.loads(text))


async def _recalling(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Merchant:
    row = await queries.merchant(session, merchant_id=merchant_id)
    if row is not None and caller.holds(MANAGERS, row.place_path):
        return row
    return await own_merchant(session, merchant_id=merchant_id, caller=caller)


def _check(said: Delivery, *, today: date) -> None:
    if said.arrived_on > today:
        raise malformed("arrived_on", "in the future")
    if said.harvested_on is not None and said.harvested_on > said.arrived_on:
        raise malformed("harvested_on", "after it arrived")
    if said.best_before is not None and said.best_before < said.arrived_on:
        raise malformed("best_before", "before it arrived")


def _sealed(supplier: Supplier, *, lot_id: UUID, vault: Vault) -> bytes:
    text = orjson.dumps([supplier.address, supplier.contact_name, supplier.contact_phone])
    return vault.seal(text.decode(), column=SUPPLIER_COLUMN, row=lot_id)
