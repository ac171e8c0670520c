"""HTTP of packing: lists and labels, claims and bags."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api.errors import AppError
from api.identity.edge import Edge, InSession, KeyedEdge, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.packing.models import Packing
from api.packing.queries import listing as queries
from api.packing.queries.listing import Building, SealedBag
from api.packing.schemas import (
    Arrived,
    ArrivedOut,
    BagLineOut,
    BagOut,
    BuildingLine,
    CountBags,
    CountOut,
    LabelsQuery,
    LotsNoted,
    LotsNotedOut,
    PackBag,
    PackingList,
    PackingOut,
    PackingQuery,
    PickingLine,
    PickingList,
    SheetQuery,
    UnitOut,
)
from api.packing.service import bagging, keeping, listing, printing, tracing
from api.packing.walking import Bag

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["买菜接龙"])
# Packing sends money back: the idempotency key is required.
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["买菜接龙"])
_PDF_TYPE = "application/pdf"
_PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "PDF",
        "content": {_PDF_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/cycles/{cycle_id}/picking-list", summary="分拣单", response_model=PickingList)
async def read_picking_list(cycle_id: UUID, session: InSession, caller: SignedIn) -> PickingList:
    """截单后,每种商品要取多少。"""
    await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    return PickingList(
        items=[
            PickingLine(
                item_id=i.item_id, n=i.n, name=i.name, unit=i.unit,
                sold_as=i.sold_as,  # pyright: ignore[reportArgumentType]
                pieces_count=i.pieces_count, orders_count=i.orders_count,
                weight_g=i.pieces_count * i.weight_g,
            )
            for i in await queries.picked(session, cycle_id=cycle_id)
        ]
    )  # fmt: skip


@router.get(
    "/cycles/{cycle_id}/picking-sheet",
    summary="打印分拣单",
    response_class=Response,
    responses=_PDF,
)
async def print_picking_sheet(cycle_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """分拣单的PDF,留有填写实到数量的地方。"""
    cycle = await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    lines = await queries.picked(session, cycle_id=cycle_id)
    return _pdf(await asyncio.to_thread(printing.picking_sheet, cycle, lines), "picking.pdf")


@router.get("/cycles/{cycle_id}/packing-list", summary="装袋单", response_model=PackingList)
async def read_packing_list(
    cycle_id: UUID,
    query: Annotated[PackingQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> PackingList:
    """截单后各楼栋多少袋;指定楼栋时按单元和走的顺序列出每一袋。只有门牌,没有姓名和电话。"""
    await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    found = await listing.buildings(session, cycle_id=cycle_id)
    units: list[listing.Unit] = []
    if query.building_id is not None:
        _named(found, query.building_id)
        units = await listing.units(
            session, cycle_id=cycle_id, building_id=query.building_id, vault=parts.vault
        )
    return PackingList(
        buildings=[BuildingLine.model_validate(b) for b in found],
        units=[UnitOut(unit=u.unit, bags=[_bag(bag) for bag in u.bags]) for u in units],
    )


@router.get(
    "/cycles/{cycle_id}/packing-sheet",
    summary="打印装袋单",
    response_class=Response,
    responses=_PDF,
)
async def print_packing_sheet(
    cycle_id: UUID,
    query: Annotated[SheetQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> Response:
    """一栋楼的装袋单PDF:清点签字后出库。"""
    cycle = await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    building = _named(await listing.buildings(session, cycle_id=cycle_id), query.building_id)
    units = await listing.units(
        session, cycle_id=cycle_id, building_id=query.building_id, vault=parts.vault
    )
    pdf = await asyncio.to_thread(printing.packing_sheet, cycle, building.name, units)
    return _pdf(pdf, "packing.pdf")


@router.get(
    "/cycles/{cycle_id}/labels", summary="打印标签", response_class=Response, responses=_PDF
)
async def print_labels(
    cycle_id: UUID,
    query: Annotated[LabelsQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> Response:
    """每袋一张标签的PDF:楼栋、门牌、单号、商品和二维码,按走的顺序。"""
    cycle = await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    bags = await listing.labelled(
        session, cycle_id=cycle_id, building_id=query.building_id, vault=parts.vault
    )
    pdf = await asyncio.to_thread(printing.labels, cycle, bags, sheet=query.sheet)
    return _pdf(pdf, "labels.pdf")


@router.post(
    "/cycles/{cycle_id}/buildings/{building_id}/count",
    summary="清点一栋楼",
    response_model=CountOut,
)
async def count_bags(
    cycle_id: UUID, building_id: UUID, body: CountBags, session: InSession, caller: SignedIn
) -> CountOut:
    """出库前把扫到的袋子和装袋单对一遍:少的、别栋的、扫重的、没装好的。只核对,不改变任何东西。"""
    await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    _named(await listing.buildings(session, cycle_id=cycle_id), building_id)
    found = await listing.count(
        session, cycle_id=cycle_id, building_id=building_id, scanned=body.codes
    )
    return CountOut(
        matches=found.matches,
        missing=list(found.missing),
        foreign=list(found.foreign),
        doubled=list(found.doubled),
        unpacked=list(found.unpacked),
    )


@router.put(
    "/cycles/{cycle_id}/items/{item_id}/arrival", summary="登记实到", response_model=ArrivedOut
)
async def note_arrival(
    cycle_id: UUID, item_id: UUID, body: Arrived, session: InSession, caller: SignedIn
) -> ArrivedOut:
    """到货少于订购时登记;之后每袋按公平分配装:先老人病人,其余均分。"""
    await bagging.note_arrival(
        session, cycle_id=cycle_id, item_id=item_id, there_count=body.there_count, caller=caller
    )
    return ArrivedOut(item_id=item_id, there_count=body.there_count)


@router.put(
    "/cycles/{cycle_id}/items/{item_id}/lots", summary="登记所用批次", response_model=LotsNotedOut
)
async def note_lots(
    cycle_id: UUID, item_id: UUID, body: LotsNoted, session: InSession, caller: SignedIn
) -> LotsNotedOut:
    """截单后,装袋前登记这种商品用哪些批次;召回时只通知拿到的人。没登记的按到货日和保质期推算。

    商品可能含有被召回的批次时不能装袋,换成别的批次登记后再装。
    """
    await tracing.note_lots(
        session, cycle_id=cycle_id, item_id=item_id, lot_ids=body.lot_ids, caller=caller
    )
    return LotsNotedOut(item_id=item_id, lot_ids=list(body.lot_ids))


@router.get("/cycles/{cycle_id}/bags/{bag_id}", summary="查看装袋", response_model=PackingOut)
async def read_bag(
    cycle_id: UUID, bag_id: UUID, session: InSession, caller: SignedIn
) -> PackingOut:
    """`bag_id` 就是订单号 `order_id`。"""
    row = await bagging.read(session, cycle_id=cycle_id, order_id=bag_id, caller=caller)
    return _packing(row)


@router.post(
    "/cycles/{cycle_id}/bags/{bag_id}/claim", summary="领一袋来配", response_model=PackingOut
)
async def claim(cycle_id: UUID, bag_id: UUID, session: InSession, caller: SignedIn) -> PackingOut:
    """扫标签或点订单;第一袋被领时整次接龙进入配菜。`bag_id` 就是 `order_id`。"""
    row = await bagging.claim(session, cycle_id=cycle_id, order_id=bag_id, caller=caller)
    return _packing(row)


@router.post(
    "/cycles/{cycle_id}/bags/{bag_id}/release", summary="放回待配", response_model=PackingOut
)
async def release(cycle_id: UUID, bag_id: UUID, session: InSession, caller: SignedIn) -> PackingOut:
    """不配了,让别人来;工作人员可以替别人放回。"""
    row = await bagging.release(session, cycle_id=cycle_id, order_id=bag_id, caller=caller)
    return _packing(row)


@money.post("/cycles/{cycle_id}/bags/{bag_id}/pack", summary="装好一袋", response_model=PackingOut)
async def pack(
    cycle_id: UUID, bag_id: UUID, body: PackBag, session: InSession, caller: SignedIn
) -> PackingOut:
    """每种商品实际装了几份、多重;少的按买家选的办法处理,差额立即退款。"""
    puts = [
        bagging.Put(i.item_id, i.packed_count, i.packed_g, i.instead_item_id, i.instead_count)
        for i in body.lines
    ]
    row = await bagging.pack(
        session, cycle_id=cycle_id, order_id=bag_id, puts=puts, answer=body.answer, caller=caller
    )
    return _packing(row)


@router.post(
    "/cycles/{cycle_id}/bags/{bag_id}/take-out", summary="召回的已取出", response_model=PackingOut
)
async def take_out(
    cycle_id: UUID, bag_id: UUID, session: InSession, caller: SignedIn
) -> PackingOut:
    """装好后被召回的商品已从袋里取出,其余的可以交给买家;召回的款已经退了。"""
    row = await keeping.take_out(session, cycle_id=cycle_id, order_id=bag_id, caller=caller)
    return _packing(row)


def _packing(row: Packing) -> PackingOut:
    return PackingOut(
        order_id=row.id,
        cycle_id=row.cycle_id,
        state=row.state,  # pyright: ignore[reportArgumentType]
        packer_id=row.packer_id,
        claimed_at=row.claimed_at,
        packed_at=row.packed_at,
        refund_fen=row.refund_fen,
        kept_back_at=row.kept_back_at,
        version=row.version,
    )


def _named(found: list[Building], building_id: UUID) -> Building:
    for building in found:
        if building.building_id == building_id:
            return building
    raise AppError("not_found")


def _bag(bag: Bag[SealedBag]) -> BagOut:
    what = bag.what
    return BagOut(
        order_id=what.order_id,
        number=what.number,
        code=listing.code_of(what.number),
        door=bag.door.text,
        floor=bag.door.floor,
        way=what.way,  # pyright: ignore[reportArgumentType]
        begins_at=what.begins_at,
        ends_at=what.ends_at,
        on_short=what.on_short,  # pyright: ignore[reportArgumentType]
        is_first=what.is_first,
        packing_state=what.packing_state,  # pyright: ignore[reportArgumentType]
        is_kept_back=what.is_kept_back,
        lines=[BagLineOut.model_validate(line) for line in what.lines],
    )


def _pdf(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_PDF_TYPE, headers=headers)
