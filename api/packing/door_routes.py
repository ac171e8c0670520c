"""HTTP of the way to the doors: leaving building by building, and the collection point."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.cycles.models import Cycle
from api.cycles.schemas import CycleOut
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.packing.queries import collecting as waiting
from api.packing.queries import leaving as queries
from api.packing.queries.leaving import Trip
from api.packing.rules import COLLECT_GRACE
from api.packing.schemas import (
    CollectionOut,
    CountBags,
    HandedOut,
    HandOver,
    LeaveOut,
    TripOut,
    TripPage,
    WaitingOut,
    WaitingPage,
    WaitingQuery,
)
from api.packing.service import collecting, leaving, listing

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["买菜接龙"])


@router.post("/cycles/{cycle_id}/deliver", summary="开始配送", response_model=CycleOut)
async def deliver(cycle_id: UUID, session: InSession, caller: SignedIn) -> Cycle:
    """从现在起装好的可以逐栋出库、可以自提;不用等全部装好。"""
    return await leaving.begin(session, cycle_id=cycle_id, caller=caller)


@router.post(
    "/cycles/{cycle_id}/buildings/{building_id}/leave",
    summary="一栋楼出库",
    response_model=LeaveOut,
)
async def leave(
    cycle_id: UUID,
    building_id: UUID,
    body: CountBags,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> LeaveOut:
    """扫到的和单上一致才能出库;按单元楼层的顺序分成几趟,派给跑腿员。"""
    job_ids = await leaving.leave(
        session,
        cycle_id=cycle_id,
        building_id=building_id,
        scanned=body.codes,
        vault=parts.vault,
        caller=caller,
    )
    rows = await queries.trips(session, cycle_id=cycle_id, only=job_ids, limit=len(job_ids))
    return LeaveOut(trips=_trips(rows))


@router.get("/cycles/{cycle_id}/trips", summary="接龙的配送", response_model=TripPage)
async def list_trips(
    cycle_id: UUID, query: Annotated[PageQuery, Query()], session: InSession, caller: SignedIn
) -> TripPage:
    """每趟哪几袋、谁接了、送到没有;取件码告诉来取货的跑腿员。"""
    await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    rows = await queries.trips(
        session, cycle_id=cycle_id, after=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.job_id)
    return TripPage(items=_trips(shown), next_cursor=cursor)


@router.get("/cycles/{cycle_id}/collections", summary="待自提的订单", response_model=WaitingPage)
async def list_collections(
    cycle_id: UUID, query: Annotated[WaitingQuery, Query()], session: InSession, caller: SignedIn
) -> WaitingPage:
    """自提点的单子:哪几袋、什么时段、取走没有;没有自提码。"""
    await listing.packed_cycle(session, cycle_id=cycle_id, caller=caller)
    rows = await waiting.listed(
        session,
        cycle_id=cycle_id,
        state=query.state,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.order_id)
    items = [
        WaitingOut(
            **row._asdict(),  # pyright: ignore[reportArgumentType]
            code=listing.code_of(row.number),
        )
        for row in shown
    ]
    return WaitingPage(items=items, next_cursor=cursor)


@router.post(
    "/cycles/{cycle_id}/bags/{bag_id}/hand-over", summary="交给自提的人", response_model=HandedOut
)
async def hand_over(
    cycle_id: UUID, bag_id: UUID, body: HandOver, session: InSession, caller: SignedIn
) -> HandedOut:
    """报得出自提码就交给他,本人或替他来的人都行;连续输错五次,十分钟内不能再试。"""
    row = await collecting.hand_over(
        session, cycle_id=cycle_id, order_id=bag_id, code=body.code, caller=caller
    )
    return HandedOut(order_id=row.id, state=row.state, collected_at=row.collected_at)  # pyright: ignore[reportArgumentType]


@router.get(
    "/cycle-orders/{cycle_order_id}/collection", summary="怎么自提", response_model=CollectionOut
)
async def read_collection(
    cycle_order_id: UUID, session: InSession, caller: SignedIn
) -> CollectionOut:
    """在哪里、什么时段、自提码;让别人代取,把码告诉他就行。"""
    seen = await collecting.see(session, order_id=cycle_order_id, caller=caller)
    row = seen.row
    return CollectionOut(
        order_id=seen.order.id,
        state=row and row.state,  # pyright: ignore[reportArgumentType]
        place=seen.place,
        begins_at=seen.begins_at,
        ends_at=seen.ends_at,
        until_at=seen.ends_at + COLLECT_GRACE,
        code=row.code if row is not None and seen.is_own else None,
        is_kept_back=seen.is_kept_back,
        collected_at=row and row.collected_at,
    )


def _trips(rows: Sequence[Trip]) -> list[TripOut]:
    return [
        TripOut(
            job_id=row.job_id,
            state=row.state,  # pyright: ignore[reportArgumentType]
            building=row.building,
            pickup_code=row.pickup_code,
            runner_id=row.runner_id,
            weight_g=row.weight_g,
            fee_fen=row.fee_fen,
            due_at=row.due_at,
            codes=[listing.code_of(number) for number in row.numbers],
        )
        for row in rows
    ]
