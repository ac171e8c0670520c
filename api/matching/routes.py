"""HTTP of the hall and of accepting: the two routes where hundreds race."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from api.identity.edge import Edge, InSession, SignedIn, WithParts, bearer_hash, replayed
from api.identity.hot import HotEdge
from api.jobs.routes import said_of, shown_job
from api.jobs.schemas import JobOut
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.kit.idempotency import read_key, request_hash
from api.matching.accepting import Wish, accept
from api.matching.assigning import assign, reassign
from api.matching.hall import hall_page, read_cursor
from api.matching.schemas import Accepted, Assign, HallPage, HallQuery

router = FeatureRouter(prefix="/v1", route_class=HotEdge, tags=["接单"])
staff = FeatureRouter(prefix="/v1", route_class=Edge, tags=["接单"])


@router.get("/hall", summary="接单大厅", response_model=HallPage)
async def read_hall(
    query: Annotated[HallQuery, Query()], request: Request, parts: WithParts
) -> Response:
    """最近一次定位 500 米内可接的任务:买药在前,其余由近到远。"""
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


@staff.post("/jobs/{job_id}/assign", summary="派给骑手", response_model=JobOut)
async def assign_job(
    job_id: UUID,
    body: Assign,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> JobOut:
    """工作人员把待接的任务派给一名骑手;条件与抢单相同,可以不看距离。"""
    job = await assign(
        session,
        job_id=job_id,
        version=read_version(if_match),
        runner_id=body.runner_id,
        reason=body.reason,
        said=said_of(body),
        is_distance_waived=body.is_distance_waived,
        vault=parts.vault,
        caller=caller,
    )
    return await shown_job(session, job, caller, parts)


@staff.post("/jobs/{job_id}/reassign", summary="改派骑手", response_model=JobOut)
async def reassign_job(
    job_id: UUID,
    body: Assign,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> JobOut:
    """工作人员把取货前的任务改派给另一名骑手;原来的骑手不扣分。"""
    job = await reassign(
        session,
        job_id=job_id,
        version=read_version(if_match),
        runner_id=body.runner_id,
        reason=body.reason,
        said=said_of(body),
        is_distance_waived=body.is_distance_waived,
        vault=parts.vault,
        caller=caller,
    )
    return await shown_job(session, job, caller, parts)
