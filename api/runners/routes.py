"""HTTP of runners."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.identity.edge import AnonymousEdge, Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.places.service import community_of_place
from api.runners import queries
from api.runners.catalogue import Module, statements
from api.runners.models import Runner, RunnerApplication
from api.runners.schemas import (
    Answers,
    Application,
    ApplicationEdit,
    ApplicationOut,
    ContactOut,
    CourseList,
    CourseText,
    Decision,
    HoursOut,
    PositionReport,
    QuizOut,
    Reason,
    RunnerOut,
    RunnerPage,
    RunnerState,
    ShiftEdit,
    StatementList,
    StatementOut,
    Tier,
    TierEdit,
    TierOut,
    TierTable,
)
from api.runners.service import (
    applying,
    checking,
    permitting,
    shifting,
    standing,
    training,
    working,
)
from api.runners.views import application_out, courses_out
from api.tiers import tiers, tiers_version

router = FeatureRouter(prefix="/v1/runners", route_class=Edge, tags=["骑手"])
# What is published: for everybody to read.
public = FeatureRouter(prefix="/v1/runners", route_class=AnonymousEdge, tags=["骑手"])

ModuleName = Annotated[str, Path(max_length=40, description="课程。", examples=["safety"])]


class RunnerQuery(PageQuery):
    """Which runners to list."""

    community_id: UUID
    state: RunnerState | None = Field(default=None)
    shift: Literal["online", "offline", "break"] | None = Field(default=None)
    tier: Tier | None = Field(default=None)


@router.post("/apply", status_code=201, summary="申请成为骑手", response_model=RunnerOut)
async def apply(
    body: Application, session: InSession, caller: SignedIn, parts: WithParts
) -> Runner:
    """申请在一个社区跑腿,由社区工作人员审核;没填的以后可以补。"""
    return await applying.apply(
        session,
        community_id=body.community_id,
        said=body.said(),
        vault=parts.vault,
        caller=caller,
        is_volunteer=body.as_volunteer,
    )


@router.get("/me/application", summary="我的骑手申请", response_model=ApplicationOut)
async def read_my_application(
    session: InSession, caller: SignedIn, parts: WithParts
) -> ApplicationOut:
    """我填写的申请,以及通过审核还缺什么。"""
    row = await checking.the_application(session, runner_id=caller.user_id)
    return await _application(session, row, parts)


@router.put("/me/application", summary="补充骑手申请", response_model=ApplicationOut)
async def change_application(
    body: ApplicationEdit, session: InSession, caller: SignedIn, parts: WithParts
) -> ApplicationOut:
    """补充或修改申请;没填的不变,任务种类立即生效。"""
    row = await applying.change_application(
        session,
        said=body.said(),
        vault=parts.vault,
        is_production=_is_production(parts),
        caller=caller,
    )
    return await _application(session, row, parts)


@router.post("/me/withdraw", summary="退出跑腿", response_model=RunnerOut)
async def withdraw(session: InSession, caller: SignedIn) -> Runner:
    """撤回申请或不再跑腿;手上还有单时不能退出,以后可以重新申请。"""
    return await applying.withdraw(session, caller=caller)


@router.get("/training", summary="培训课程", response_model=CourseList)
async def list_courses(session: InSession, caller: SignedIn) -> CourseList:
    """所有课程、哪些任务需要,以及我的通过情况。"""
    return await courses_out(session, caller=caller)


@router.get("/training/{module}", summary="学习一门课", response_model=CourseText)
async def read_course(module: ModuleName, caller: SignedIn) -> Module:
    """课文和小测题目。"""
    return training.the_module(module)


@router.post(
    "/training/{module}/attempts", status_code=201, summary="提交小测", response_model=QuizOut
)
async def take_quiz(
    module: ModuleName, body: Answers, session: InSession, caller: SignedIn, parts: WithParts
) -> training.QuizResult:
    """由服务器判分;一门课一天最多 5 次,通过后立即开放相应任务。"""
    return await training.take_quiz(
        session,
        module_name=module,
        answers=body.answers,
        offsets=body.offsets,
        is_production=_is_production(parts),
        caller=caller,
    )


@router.get("/me", summary="我的骑手信息", response_model=RunnerOut)
async def read_me(session: InSession, caller: SignedIn) -> Runner:
    """当前登录人的骑手信息。"""
    return await standing.the_runner(session, runner_id=caller.user_id)


@router.put("/me/shift", summary="上线、休息或下线", response_model=RunnerOut)
async def set_shift(body: ShiftEdit, session: InSession, caller: SignedIn) -> Runner:
    """改变接单状态;手上还有单时不能下线。"""
    return await shifting.set_shift(session, shift=body.shift, caller=caller)


@router.put("/me/position", status_code=204, summary="上报位置")
async def report_position(body: PositionReport, session: InSession, caller: SignedIn) -> Response:
    """上报当前位置,建议每 10 秒一次;3 分钟内的位置才能接单。须先同意 `runner_location`。"""
    await shifting.report_position(session, point=body.point.as_point(), caller=caller)
    return Response(status_code=204)


@router.get("/me/hours", summary="我的工时", response_model=HoursOut)
async def read_hours(session: InSession, caller: SignedIn) -> HoursOut:
    """连续工作、今天的工时和连续天数;需要休息时写明原因和到什么时候。"""
    seen = await working.hours_now(session, runner_id=caller.user_id, now=caller.now)
    return HoursOut.of(seen)


@router.post("/me/confirm-hours", summary="确认继续工作", response_model=HoursOut)
async def confirm_hours(session: InSession, caller: SignedIn) -> HoursOut:
    """当天工作满 8 小时后,由本人确认还要继续接单;当天有效。"""
    return HoursOut.of(await working.confirm_hours(session, caller=caller))


@router.get("", summary="骑手列表", response_model=RunnerPage)
async def list_runners(
    query: Annotated[RunnerQuery, Query()], session: InSession, caller: SignedIn
) -> RunnerPage:
    """一个社区的骑手,供工作人员查看。"""
    caller.require_anywhere(STAFF)
    community = await community_of_place(session, place_id=query.community_id)
    if not caller.holds(STAFF, community.path):
        raise AppError("not_found")
    rows = await queries.of_community(
        session,
        community_id=community.id,
        state=query.state,
        shift=query.shift,
        tier=query.tier,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = [RunnerOut.model_validate(r) for r in shown]
    return RunnerPage(items=items, next_cursor=cursor)


@router.post("/{runner_id}/approve", summary="通过骑手申请", response_model=RunnerOut)
async def approve(
    runner_id: UUID, body: Decision, session: InSession, caller: SignedIn, parts: WithParts
) -> Runner:
    """由社区工作人员通过申请,或恢复停用的骑手。"""
    return await _decide(session, runner_id, "approve", body, caller, parts)


@router.post("/{runner_id}/reject", summary="拒绝骑手申请", response_model=RunnerOut)
async def reject(
    runner_id: UUID, body: Decision, session: InSession, caller: SignedIn, parts: WithParts
) -> Runner:
    """由社区工作人员拒绝申请,原因会告知本人。"""
    return await _decide(session, runner_id, "reject", body, caller, parts)


@router.post("/{runner_id}/suspend", summary="停用骑手", response_model=RunnerOut)
async def suspend(
    runner_id: UUID, body: Decision, session: InSession, caller: SignedIn, parts: WithParts
) -> Runner:
    """由社区工作人员停用骑手;手上还有单时不能停用。"""
    return await _decide(session, runner_id, "suspend", body, caller, parts)


@router.post("/{runner_id}/reinstate", summary="恢复骑手", response_model=RunnerOut)
async def reinstate(
    runner_id: UUID, body: Decision, session: InSession, caller: SignedIn, parts: WithParts
) -> Runner:
    """由社区工作人员恢复停用的骑手。"""
    return await _decide(session, runner_id, "reinstate", body, caller, parts)


@router.get("/{runner_id}/application", summary="查看骑手申请", response_model=ApplicationOut)
async def read_application(
    runner_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ApplicationOut:
    """供工作人员审核;紧急联系人打码显示。"""
    await standing.managed_runner(session, runner_id=runner_id, caller=caller, lock=False)
    row = await checking.the_application(session, runner_id=runner_id)
    return await _application(session, row, parts)


@router.post("/{runner_id}/identity-check", summary="核对身份", response_model=ApplicationOut)
async def check_identity(
    runner_id: UUID, body: Reason, session: InSession, caller: SignedIn, parts: WithParts
) -> ApplicationOut:
    """工作人员看过本人和证件后登记。"""
    row = await applying.check_identity(
        session, runner_id=runner_id, reason=body.reason, caller=caller
    )
    return await _application(session, row, parts)


@router.post("/{runner_id}/emergency-contact", summary="查看紧急联系人", response_model=ContactOut)
async def read_contact(
    runner_id: UUID, body: Reason, session: InSession, caller: SignedIn, parts: WithParts
) -> checking.EmergencyContact:
    """骑手出事时由工作人员查看;谁看过、为什么,都有记录。"""
    return await applying.read_contact(
        session, runner_id=runner_id, reason=body.reason, vault=parts.vault, caller=caller
    )


@router.post("/{runner_id}/tier", summary="调整等级", response_model=RunnerOut)
async def set_tier(
    runner_id: UUID, body: TierEdit, session: InSession, caller: SignedIn, parts: WithParts
) -> Runner:
    """由社区工作人员调整等级,要写明原因。"""
    runner = await standing.managed_runner(session, runner_id=runner_id, caller=caller)
    await permitting.set_tier(
        session,
        runner=runner,
        tier=body.tier,
        reason=body.reason,
        is_production=_is_production(parts),
        actor=caller.actor,
        now=caller.now,
    )
    return await standing.the_runner(session, runner_id=runner_id)


@public.get("/tiers", summary="等级权限表", response_model=TierTable)
async def list_tiers() -> TierTable:
    """每个等级能接什么;社区自己的单量上限另算。"""
    items = [TierOut.model_validate(t) for t in tiers().values()]
    return TierTable(version=tiers_version(), items=items)


@public.get("/statements", summary="申请声明", response_model=StatementList)
async def list_statements() -> StatementList:
    """申请时要同意的声明,现行版本。"""
    return StatementList(items=[StatementOut.model_validate(s) for s in statements().values()])


async def _decide(
    session: AsyncSession,
    runner_id: UUID,
    decision: str,
    body: Decision,
    caller: Caller,
    parts: Parts,
) -> Runner:
    return await standing.decide(
        session,
        runner_id=runner_id,
        decision=decision,
        reason=body.reason,
        is_production=_is_production(parts),
        caller=caller,
    )


async def _application(
    session: AsyncSession, row: RunnerApplication, parts: Parts
) -> ApplicationOut:
    return await application_out(
        session, row=row, is_production=_is_production(parts), vault=parts.vault
    )


def _is_production(parts: Parts) -> bool:
    return parts.settings.environment == "production"
