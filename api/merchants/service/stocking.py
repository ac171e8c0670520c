"""What a merchant sells: adding, changing, putting on the shelf, taking off, removing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, malformed
from api.events.log import emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.merchants import queries
from api.merchants.events import (
    PRODUCT_ADDED,
    PRODUCT_CHANGED,
    PRODUCT_HIDDEN,
    PRODUCT_REMOVED,
    PRODUCT_SHOWN,
)
from api.merchants.models import Merchant, Product
from api.merchants.rules import PRODUCTS_MAX, is_fair_ceiling
from api.merchants.service.picturing import claim_new
from api.merchants.service.seeing import own_merchant, serving_merchant, the_product
from api.merchants.states import PRODUCT

_MOVES: dict[str, EventKind] = {
    "show": PRODUCT_SHOWN,
    "hide": PRODUCT_HIDDEN,
    "remove": PRODUCT_REMOVED,
}


@dataclass(frozen=True, slots=True)
class Goods:
    """What is said of a product."""

    name: str
    category: str
    unit: str
    sold_by: str
    price_fen: int
    per_500g_fen: int | None
    weight_g: int
    intro: str
    image_ids: Sequence[UUID]

    def as_values(self) -> dict[str, Any]:
        """By the names of the columns."""
        return {
            "name": self.name, "category": self.category, "unit": self.unit,
            "sold_by": self.sold_by, "price_fen": self.price_fen,
            "per_500g_fen": self.per_500g_fen, "weight_g": self.weight_g, "intro": self.intro,
            "image_ids": list(self.image_ids),
        }  # fmt: skip


async def add_product(
    session: AsyncSession, *, merchant_id: UUID, goods: Goods, is_shown: bool, caller: Caller
) -> Product:
    """Add a product, on the shelf at once if wished.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved, malformed_request,
            products_full, upload_unknown.
    """
    merchant = await serving_merchant(session, merchant_id=merchant_id, caller=caller)
    _check(goods)
    # Locked, so that no two together pass the limit.
    await queries.merchant(session, merchant_id=merchant_id, lock=True)
    if await queries.products_count(session, merchant_id=merchant_id) >= PRODUCTS_MAX:
        raise AppError("products_full")
    row = Product(merchant_id=merchant_id, created_at=caller.now, **goods.as_values())
    await queries.add(session, row=row)
    await claim_new(
        session, upload_ids=goods.image_ids, subject_id=row.id, caller=caller, now=caller.now
    )
    await emit(
        session,
        PRODUCT_ADDED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=merchant.community_id,
        to_state="off_shelf",
        merchant_id=str(merchant_id),
    )
    return await _move(session, merchant, row, "show", caller=caller) if is_shown else row


async def change_product(
    session: AsyncSession,
    *,
    merchant_id: UUID,
    product_id: UUID,
    version: int,
    goods: Goods,
    caller: Caller,
) -> Product:
    """Replace what is said of a product; what was bought of it keeps its price.

    Raises:
        AppError: not_found, role_missing, version_changed, product_removed, malformed_request,
            upload_unknown.
    """
    merchant = await own_merchant(session, merchant_id=merchant_id, caller=caller)
    row = await the_product(session, merchant_id=merchant_id, product_id=product_id, lock=True)
    if row.state == "removed":
        raise AppError("product_removed")
    if row.version != version:
        raise AppError("version_changed")
    _check(goods)
    await claim_new(
        session, upload_ids=goods.image_ids, known=row.image_ids, subject_id=row.id, caller=caller,
        now=caller.now,
    )  # fmt: skip
    changed = await queries.save(session, row, goods.as_values())
    if changed:
        await emit(
            session,
            PRODUCT_CHANGED,
            subject_id=row.id,
            subject_seq=row.version,
            actor=caller.actor,
            now=caller.now,
            community_id=merchant.community_id,
            merchant_id=str(merchant_id),
            fields=sorted(changed),
        )
    return row


async def move_product(
    session: AsyncSession, *, merchant_id: UUID, product_id: UUID, event: str, caller: Caller
) -> Product:
    """Show, hide or remove a product; what it is already changes nothing.

    Raises:
        AppError: not_found, role_missing, merchant_not_approved, product_removed.
    """
    if event == "show":
        merchant = await serving_merchant(session, merchant_id=merchant_id, caller=caller)
    else:
        merchant = await own_merchant(session, merchant_id=merchant_id, caller=caller)
    row = await the_product(session, merchant_id=merchant_id, product_id=product_id, lock=True)
    if not PRODUCT.allows(row.state, event):
        if row.state == "removed" and event != "remove":
            raise AppError("product_removed")
        return row
    return await _move(session, merchant, row, event, caller=caller)


async def _move(
    session: AsyncSession, merchant: Merchant, row: Product, event: str, *, caller: Caller
) -> Product:
    before = row.state
    moved = await queries.move(session, row, event)
    assert moved is not None, "the row is locked"
    await emit(
        session,
        _MOVES[event],
        subject_id=row.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=merchant.community_id,
        from_state=before,
        to_state=moved.state,
        merchant_id=str(merchant.id),
    )
    return await the_product(session, merchant_id=merchant.id, product_id=row.id)


def _check(goods: Goods) -> None:
    """Refuse a price that its weight does not bear out."""
    if (goods.per_500g_fen is not None) != (goods.sold_by == "weight"):
        raise malformed("per_500g_fen", "exactly where it is sold by weight")
    if goods.per_500g_fen is not None and not is_fair_ceiling(
        goods.price_fen, per_500g_fen=goods.per_500g_fen, weight_g=goods.weight_g
    ):
        raise malformed("price_fen", "from one to three times what the usual weight costs")
