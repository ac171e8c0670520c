"""HTTP of carrying jobs out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.jobs import queries
from api.jobs.models import Job
from api.jobs.rules import Errand, walking_order
from api.jobs.schemas import Deliver, Fail, JobOut, LegOut, PickUp, RouteOut, Track
from api.jobs.service import carrying
from api.jobs.views import job_out, viewer_of
from api.kit.geo import Point
from api.kit.http.fields import GeoPoint
from api.looks.service import note_carrying
from api.people.service.preferring import wishes_of
from api.runners.service.standing import the_runner

router = APIRouter(prefix="/v1", route_class=Edge, tags=["任务"])
StopNumber = Annotated[int, Path(ge=1, le=200, description="第几站,从 1 开始。")]


@router.get("/jobs/{job_id}", summary="查看任务", response_model=JobOut)
async def read_job(job_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> JobOut:
    """下单人、接单骑手和本社区工作人员可见,各看到自己该看到的内容。"""
    job = await carrying.the_job(session, job_id=job_id)
    return await _shown(session, job, caller, parts)


@router.post("/jobs/{job_id}/arrive", summary="到达取货点", response_model=JobOut)
async def arrive(job_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> JobOut:
    """骑手到达取货点;重复调用没有影响。"""
    job = await carrying.arrive(session, job_id=job_id, caller=caller)
    return await _shown(session, job, caller, parts)


@router.post("/jobs/{job_id}/pick-up", summary="取货", response_model=JobOut)
async def pick_up(
    job_id: UUID, body: PickUp, session: InSession, caller: SignedIn, parts: WithParts
) -> JobOut:
    """凭取件码取货;连续输错五次,十分钟内不能再试。"""
    job = await carrying.pick_up(session, job_id=job_id, code=body.code, caller=caller)
    return await _shown(session, job, caller, parts)


@router.post("/jobs/{job_id}/stops/{n}/deliver", summary="送达一站", response_model=JobOut)
async def deliver(
    job_id: UUID,
    n: StopNumber,
    body: Deliver,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> JobOut:
    """凭收货码送达;最后一站送达后任务完成。"""
    job = await carrying.deliver(
        session, job_id=job_id, n=n, code=body.code, client_at=body.client_at, caller=caller
    )
    return await _shown(session, job, caller, parts)


@router.post("/jobs/{job_id}/fail", summary="无法送达", response_model=JobOut)
async def fail(
    job_id: UUID, body: Fail, session: InSession, caller: SignedIn, parts: WithParts
) -> JobOut:
    """剩余各站都无法送达;一站也没送到时,物品退回。"""
    job = await carrying.fail(session, job_id=job_id, reason=body.reason, caller=caller)
    return await _shown(session, job, caller, parts)


@router.post("/jobs/{job_id}/release", status_code=204, summary="转单")
async def release(job_id: UUID, session: InSession, caller: SignedIn) -> None:
    """取货前把任务交回接单大厅,由骑手本人或工作人员操作。"""
    await carrying.release(session, job_id=job_id, caller=caller)


@router.post("/jobs/{job_id}/return", summary="确认退回", response_model=JobOut)
async def confirm_return(
    job_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> JobOut:
    """下单人或工作人员确认物品已退回。"""
    job = await carrying.confirm_return(session, job_id=job_id, caller=caller)
    return await _shown(session, job, caller, parts)


@router.get("/jobs/{job_id}/track", summary="骑手位置", response_model=Track)
async def track(job_id: UUID, session: InSession, caller: SignedIn) -> Track:
    """取货后、送达前,下单人和工作人员可以看到骑手的位置。"""
    job = await carrying.the_job(session, job_id=job_id)
    if viewer_of(job, caller) == "runner":
        raise AppError("not_found")
    if job.state != "picked_up" or job.runner_id is None:
        return Track(state=job.state, point=None, position_at=None)  # pyright: ignore[reportArgumentType]
    runner = await the_runner(session, runner_id=job.runner_id)
    assert runner.lat is not None
    assert runner.lng is not None
    point = GeoPoint.of(runner.lat, runner.lng)
    return Track(state="picked_up", point=point, position_at=runner.position_at)


@router.get("/runners/me/jobs", summary="我手上的任务和路线", response_model=RouteOut)
async def read_route(session: InSession, caller: SignedIn, parts: WithParts) -> RouteOut:
    """手上的任务,以及建议的行走顺序。"""
    runner = await the_runner(session, runner_id=caller.user_id)
    jobs = await queries.at_hand(session, runner_id=caller.user_id)
    stops = await queries.stops(session, job_ids=[j.id for j in jobs])
    of_job = {j.id: [s for s in stops if s.job_id == j.id] for j in jobs}
    errands = [
        Errand(
            j.id,
            Point(j.pickup_lat, j.pickup_lng) if j.state == "accepted" else None,
            tuple((s.n, Point(s.lat, s.lng)) for s in of_job[j.id] if s.state == "pending"),
        )
        for j in jobs
        if j.state != "failed"
    ]
    start = None if runner.lat is None or runner.lng is None else Point(runner.lat, runner.lng)
    legs = walking_order(start, errands) if start else []
    seen = [(j.id, j.requester_id, j.state) for j in jobs]
    await note_carrying(session, seen=seen, viewer_id=caller.user_id, now=caller.now)
    wishes = await wishes_of(session, user_ids={j.requester_id for j in jobs})
    shown = [
        job_out(j, of_job[j.id], viewer="runner", wishes=wishes[j.requester_id], vault=parts.vault)
        for j in jobs
    ]
    route = [
        LegOut(
            job_id=leg.job_id,
            stop=leg.stop,
            point=GeoPoint.of(leg.point.lat, leg.point.lng),
            walk_m=round(leg.walk_m, 1),
        )
        for leg in legs
    ]
    return RouteOut(jobs=shown, route=route)


async def _shown(session: AsyncSession, job: Job, caller: Caller, parts: Parts) -> JobOut:
    viewer = viewer_of(job, caller)
    if viewer == "runner":
        seen = [(job.id, job.requester_id, job.state)]
        await note_carrying(session, seen=seen, viewer_id=caller.user_id, now=caller.now)
    stops = await queries.stops(session, job_ids=[job.id])
    wishes = await wishes_of(session, user_ids=[job.requester_id])
    return job_out(job, stops, viewer=viewer, wishes=wishes[job.requester_id], vault=parts.vault)
