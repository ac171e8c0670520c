"""HTTP of the hall and of accepting: the two routes where hundreds race."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.identity.edge import WithParts, bearer_hash, replayed
from api.identity.hot import HotEdge
from api.kit.idempotency import read_key, request_hash
from api.matching.accepting import Wish, accept
from api.matching.hall import hall_page, read_cursor
from api.matching.schemas import Accepted, HallPage, HallQuery

router = APIRouter(prefix="/v1", route_class=HotEdge, tags=["接单"])


@router.get("/hall", summary="接单大厅", response_model=HallPage)
async def read_hall(
    query: Annotated[HallQuery, Query()], request: Request, parts: WithParts
) -> Response:
    """最近一次定位 500 米内可接的任务,由近到远。"""
    token_hash = bearer_hash(request)
    parts.by_user.hit(token_hash.hex())
    after = read_cursor(query.cursor)
    async with parts.database.hot() as connection:
        page = await hall_page(
            connection, token_hash=token_hash, limit=query.limit, after=after, kind=query.kind
        )
    return Response(page, media_type="application/json")


@router.post("/jobs/{job_id}/accept", summary="接单", response_model=Accepted)
async def accept_job(job_id: UUID, request: Request, parts: WithParts) -> Response:
    """抢单:只有一名骑手成功,其余得到 `409 job_taken`。"""
    token_hash = bearer_hash(request)
    parts.by_user.hit(token_hash.hex())
    key = read_key(request.headers.get("idempotency-key"), required=False)
    hashed = request_hash("POST", request.scope["path"], await request.body())
    wish = Wish(token_hash, job_id, key, hashed)
    async with parts.database.hot() as connection:
        stored = await accept(connection, wish, chaos=parts.chaos)
    return replayed(stored)
