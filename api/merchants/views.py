"""What each viewer sees of merchants, products and lots."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import STAFF, Caller
from api.kit.crypto import Vault, mask_name, mask_phone
from api.kit.geo import Point, geodesic_m
from api.kit.http.fields import GeoPoint
from api.merchants import queries
from api.merchants.models import Lot, Merchant, MerchantMember, Product
from api.merchants.product_schemas import LotOut, ProductOut, SupplierOut
from api.merchants.rules import Opening, is_open
from api.merchants.schemas import MemberOut, MerchantOut, OpeningOut, OwnMerchantOut
from api.merchants.service.applying import open_contact
from api.merchants.service.tracing import supplier_of
from api.uploads.schemas import PhotoOut
from api.uploads.service import links

Photos = dict[UUID, PhotoOut]


async def merchants_out(
    session: AsyncSession,
    rows: Sequence[Merchant],
    *,
    vault: Vault,
    caller: Caller,
    origin: Point | None = None,
) -> list[MerchantOut]:
    """Merchants as everybody sees them, with the distance from a point; one query."""
    photos = await _photos(session, [r.id for r in rows], vault=vault, caller=caller)
    return [_merchant(r, photos, caller, origin) for r in rows]


async def own_out(
    session: AsyncSession,
    rows: Sequence[tuple[Merchant, str | None]],
    *,
    vault: Vault,
    caller: Caller,
) -> list[OwnMerchantOut]:
    """Merchants as their people and staff see them, each with the caller's role; one query."""
    photos = await _photos(session, [r.id for r, _ in rows], vault=vault, caller=caller)
    return [_own(r, role, photos, vault, caller) for r, role in rows]


async def own_merchant_out(
    session: AsyncSession, row: Merchant, *, vault: Vault, caller: Caller
) -> OwnMerchantOut:
    """One merchant, as its people and staff see it."""
    role = await queries.role_of(session, merchant_id=row.id, user_id=caller.user_id)
    return (await own_out(session, [(row, role)], vault=vault, caller=caller))[0]


async def products_out(
    session: AsyncSession, rows: Sequence[Product], *, vault: Vault, caller: Caller
) -> list[ProductOut]:
    """Products with their photos; one query."""
    photos = await _photos(session, [r.id for r in rows], vault=vault, caller=caller)
    return [
        ProductOut(
            id=r.id,
            merchant_id=r.merchant_id,
            state=r.state,  # pyright: ignore[reportArgumentType]
            name=r.name,
            category=r.category,  # pyright: ignore[reportArgumentType]
            unit=r.unit,
            sold_as=r.sold_by,  # pyright: ignore[reportArgumentType]
            price_fen=r.price_fen,
            per_500g_fen=r.per_500g_fen,
            weight_g=r.weight_g,
            intro=r.intro,
            photos=_shown(photos, r.image_ids),
            version=r.version,
        )
        for r in rows
    ]


async def lots_out(
    session: AsyncSession, rows: Sequence[Lot], *, is_inside: bool, vault: Vault, caller: Caller
) -> list[LotOut]:
    """Lots with their papers; the supplier in full for the merchant's people and staff."""
    photos = await _photos(session, [r.id for r in rows], vault=vault, caller=caller)
    return [
        LotOut(
            id=r.id,
            product_id=r.product_id,
            state=r.state,  # pyright: ignore[reportArgumentType]
            label=r.label,
            supplier_name=r.supplier_name,
            supplier=SupplierOut.model_validate(supplier_of(r, vault=vault)) if is_inside else None,
            origin=r.origin,
            quantity=r.quantity,
            harvested_on=r.harvested_on,
            arrived_on=r.arrived_on,
            best_before=r.best_before,
            certificate_no=r.certificate_no,
            photos=_shown(photos, r.image_ids),
            recorded_at=r.recorded_at,
            recalled_at=r.recalled_at,
            recall_reason=r.recall_reason,  # pyright: ignore[reportArgumentType]
        )
        for r in rows
    ]


def member_out(row: MerchantMember) -> MemberOut:
    """Who works there."""
    return MemberOut.model_validate(row)


async def _photos(
    session: AsyncSession, ids: Sequence[UUID], *, vault: Vault, caller: Caller
) -> Photos:
    found = await links(session, subject_ids=ids, vault=vault, now=caller.now)
    return {p.upload_id: PhotoOut.model_validate(p) for row in found.values() for p in row}


def _shown(photos: Photos, ids: Sequence[UUID]) -> list[PhotoOut]:
    return [photos[i] for i in ids if i in photos]


def _merchant(row: Merchant, photos: Photos, caller: Caller, origin: Point | None) -> MerchantOut:
    hours = [Opening(tuple(h["days"]), h["from_min"], h["to_min"]) for h in row.hours]
    point = Point(row.lat, row.lng)
    return MerchantOut(
        id=row.id,
        community_id=row.community_id,
        place_id=row.place_id,
        state=row.state,  # pyright: ignore[reportArgumentType]
        name=row.name,
        legal_name=row.legal_name,
        credit_code=row.credit_code,
        address=row.address,
        point=GeoPoint.of(row.lat, row.lng),
        phone=row.phone,
        intro=row.intro,
        photos=_shown(photos, row.image_ids),
        hours=[OpeningOut.of(o) for o in hours],
        busy_until=row.busy_until,
        is_open=row.state == "approved" and is_open(hours, row.busy_until, now=caller.now),
        distance_m=None if origin is None else round(geodesic_m(origin, point), 1),
        version=row.version,
    )


def _own(
    row: Merchant, role: str | None, photos: Photos, vault: Vault, caller: Caller
) -> OwnMerchantOut:
    knows_contact = role == "owner" or caller.holds(STAFF, row.place_path)
    contact = open_contact(row, vault=vault)
    return OwnMerchantOut(
        **_merchant(row, photos, caller, None).model_dump(by_alias=False),
        role=role,  # pyright: ignore[reportArgumentType]
        contact=f"{mask_name(contact.name)} {mask_phone(contact.phone)}"
        if knows_contact and contact.phone
        else None,
        licence=photos.get(row.licence_id) if knows_contact else None,
        applied_at=row.applied_at,
        decided_at=row.decided_at,
    )
