"""HTTP of joining a cycle: the route where thousands come in the first minute."""

from uuid import UUID

from fastapi import Request, Response

from api.cycles.schemas import Join, JoinOut
from api.cycles.service.joining import Keyed, Wish, join, join_for
from api.identity.edge import InSession, KeyedEdge, SignedIn, WithParts, bearer_hash, replayed
from api.identity.hot import CrowdEdge
from api.kit.http.routing import FeatureRouter
from api.kit.idempotency import read_key, request_hash

router = FeatureRouter(prefix="/v1/cycles", route_class=CrowdEdge, tags=["买菜接龙"])
staff = FeatureRouter(prefix="/v1/cycles", route_class=KeyedEdge, tags=["买菜接龙"])


@router.post("/{cycle_id}/orders", status_code=201, summary="参加接龙", response_model=JoinOut)
async def join_cycle(cycle_id: UUID, body: Join, request: Request, parts: WithParts) -> Response:
    """为自己家下单,要么全有,要么一份不订;缺货时 `409 stock_gone`,`errors` 里是还剩几份。"""
    token_hash = bearer_hash(request)
    parts.by_user.hit(token_hash.hex())
    key = read_key(request.headers.get("idempotency-key"), required=True)
    assert key is not None
    hashed = request_hash("POST", request.scope["path"], await request.body())
    async with parts.database.hot() as connection:
        stored = await join(
            connection,
            wish_of(cycle_id, body),
            Keyed(token_hash, key, hashed),
            vault=parts.vault,
            chaos=parts.chaos,
        )
    return replayed(stored)


@staff.post(
    "/{cycle_id}/orders-for/{person_id}",
    status_code=201,
    summary="代没有手机的居民参加接龙",
    response_model=JoinOut,
)
async def join_for_person(
    cycle_id: UUID,
    person_id: UUID,
    body: Join,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> Response:
    """工作人员代登记的居民(`/v1/people`)下单,由工作人员付款;不占工作人员自己的限购。"""
    answer = await join_for(
        session, wish_of(cycle_id, body), person_id=person_id, vault=parts.vault, caller=caller
    )
    return Response(answer, 201, media_type="application/json")


def wish_of(cycle_id: UUID, body: Join) -> Wish:
    """What was sent, as the service knows it."""
    return Wish(
        cycle_id=cycle_id,
        lines=tuple((line.item_id, line.count) for line in body.lines),
        way=body.way,
        slot_id=body.slot_id,
        on_short=body.on_short,
        note=body.note,
    )
