"""HTTP of runners."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.errors import AppError
from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.fields import Body
from api.kit.pagination import Cursor, Limit, decode_cursor, encode_cursor
from api.places.service import community_of_place
from api.runners import queries, service
from api.runners.models import Runner
from api.runners.schemas import (
    Application,
    Decision,
    PositionReport,
    RunnerOut,
    RunnerPage,
    ShiftEdit,
)

router = APIRouter(prefix="/v1/runners", route_class=Edge, tags=["骑手"])


class RunnerQuery(Body):
    """Which runners to list."""

    community_id: UUID
    state: Literal["applied", "approved", "rejected", "suspended"] | None = Field(default=None)
    limit: Limit = 20
    cursor: Cursor | None = None


@router.post("/apply", status_code=201, summary="申请成为骑手", response_model=RunnerOut)
async def apply(body: Application, session: InSession, caller: SignedIn) -> Runner:
    """申请在一个社区跑腿,由社区工作人员审核。"""
    return await service.apply(session, community_id=body.community_id, caller=caller)


@router.get("/me", summary="我的骑手信息", response_model=RunnerOut)
async def read_me(session: InSession, caller: SignedIn) -> Runner:
    """当前登录人的骑手信息。"""
    return await service.the_runner(session, runner_id=caller.user_id)


@router.put("/me/shift", summary="上线、休息或下线", response_model=RunnerOut)
async def set_shift(body: ShiftEdit, session: InSession, caller: SignedIn) -> Runner:
    """改变接单状态;手上还有单时不能下线。"""
    return await service.set_shift(session, shift=body.shift, caller=caller)


@router.put("/me/position", status_code=204, summary="上报位置")
async def report_position(body: PositionReport, session: InSession, caller: SignedIn) -> Response:
    """上报当前位置,建议每 10 秒一次;3 分钟内的位置才能接单。须先同意 `runner_location`。"""
    await service.report_position(session, point=body.point.as_point(), caller=caller)
    return Response(status_code=204)


@router.get("", summary="骑手列表", response_model=RunnerPage)
async def list_runners(
    query: Annotated[RunnerQuery, Query()], session: InSession, caller: SignedIn
) -> RunnerPage:
    """一个社区的骑手,供工作人员查看。"""
    caller.require_anywhere(STAFF)
    community = await community_of_place(session, place_id=query.community_id)
    if not caller.holds(STAFF, community.path):
        raise AppError("not_found")
    after = decode_cursor(query.cursor, (UUID,))[0] if query.cursor else None
    rows = await queries.of_community(
        session,
        community_id=community.id,
        state=query.state,
        after=after,  # pyright: ignore[reportArgumentType]
        limit=query.limit + 1,
    )
    shown = rows[: query.limit]
    cursor = encode_cursor(str(shown[-1].id)) if len(rows) > query.limit else None
    items = [RunnerOut.model_validate(r) for r in shown]
    return RunnerPage(items=items, next_cursor=cursor)


@router.post("/{runner_id}/approve", summary="通过骑手申请", response_model=RunnerOut)
async def approve(runner_id: UUID, body: Decision, session: InSession, caller: SignedIn) -> Runner:
    """由社区工作人员通过申请,或恢复停用的骑手。"""
    return await service.decide(
        session, runner_id=runner_id, decision="approve", reason=body.reason, caller=caller
    )


@router.post("/{runner_id}/reject", summary="拒绝骑手申请", response_model=RunnerOut)
async def reject(runner_id: UUID, body: Decision, session: InSession, caller: SignedIn) -> Runner:
    """由社区工作人员拒绝申请,原因会告知本人。"""
    return await service.decide(
        session, runner_id=runner_id, decision="reject", reason=body.reason, caller=caller
    )


@router.post("/{runner_id}/suspend", summary="停用骑手", response_model=RunnerOut)
async def suspend(runner_id: UUID, body: Decision, session: InSession, caller: SignedIn) -> Runner:
    """由社区工作人员停用骑手;手上还有单时不能停用。"""
    return await service.decide(
        session, runner_id=runner_id, decision="suspend", reason=body.reason, caller=caller
    )
