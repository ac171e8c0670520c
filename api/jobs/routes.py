"""HTTP of carrying jobs out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path
from sqlmodel.ext.asyncio.session import AsyncSession

from api.care.service.wishing import wishes_of_dependants
from api.errors import AppError
from api.identity.caller import Caller
from api.identity.edge import AnonymousEdge, Edge, InSession, Parts, SignedIn, WithParts
from api.jobs import queries
from api.jobs.models import Job, Stop
from api.jobs.policies import FAILURES, RELEASES
from api.jobs.rules import PROOF_SEND_WITHIN, PROOF_WINDOW
from api.jobs.schemas import (
    Deliver,
    Fail,
    FailurePolicy,
    FailureRowOut,
    JobOut,
    LateProof,
    LateProofOut,
    PickUp,
    ProofToken,
    Release,
    ReleaseRowOut,
    RouteOut,
    Saying,
    Track,
)
from api.jobs.service import backdating, carrying, parting
from api.jobs.service.proving import Shown
from api.jobs.service.stating import Said
from api.jobs.states import IN_HAND
from api.jobs.views import (
    expected_at,
    has_photos,
    job_out,
    own_stops,
    people_of,
    sees_contacts,
    viewer_of,
    walk_of,
)
from api.jobs.visiting import spot_of
from api.kit.geo import Point
from api.kit.http.fields import GeoPoint
from api.kit.http.routing import FeatureRouter
from api.looks.service import note_carrying
from api.people.service.preferring import Wishes, wishes_of
from api.places.service import community_of_place
from api.runners.models import Runner
from api.runners.service.standing import the_runner
from api.uploads.schemas import PhotoOut
from api.uploads.service import links

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["任务"])
public = FeatureRouter(prefix="/v1/policies", route_class=AnonymousEdge, tags=["规则"])
StopNumber = Annotated[int, Path(ge=1, le=200, description="第几站,从 1 开始。")]


@router.get("/jobs/{job_id}", summary="查看任务", response_model=JobOut)
async def read_job(job_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> JobOut:
    """下单人、接单骑手和本社区工作人员可见,各看到自己该看到的内容;一趟送多户时,只看到自己那一站。"""
    job = await carrying.the_job(session, job_id=job_id)
    return await shown_job(session, job, caller, parts)


@router.post("/jobs/{job_id}/arrive", summary="到达取货点", response_model=JobOut)
async def arrive(job_id: UUID, session: InSession, caller: SignedIn, parts: WithParts) -> JobOut:
    """骑手到达取货点;重复调用没有影响。"""
    job = await carrying.arrive(session, job_id=job_id, caller=caller)
    return await shown_job(session, job, caller, parts)


@router.post("/jobs/{job_id}/pick-up", summary="取货", response_model=JobOut)
async def pick_up(
    job_id: UUID, body: PickUp, session: InSession, caller: SignedIn, parts: WithParts
) -> JobOut:
    """取货或开始办理,出示该类任务要求的凭证;取件码连续输错五次,十分钟内不能再试。"""
    shown = Shown(**body.model_dump())
    job = await carrying.pick_up(
        session, job_id=job_id, shown=shown, vault=parts.vault, caller=caller
    )
    return await shown_job(session, job, caller, parts)


@router.post("/jobs/{job_id}/stops/{n}/deliver", summary="送达一站", response_model=JobOut)
async def deliver(
    job_id: UUID,
    n: StopNumber,
    body: Deliver,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> JobOut:
    """凭收货码或该类任务要求的凭证送达;最后一站送达后任务完成。"""
    shown = Shown(**body.model_dump())
    job = await carrying.deliver(session, job_id=job_id, n=n, shown=shown, caller=caller)
    return await shown_job(session, job, caller, parts)


@router.post("/jobs/{job_id}/proof-token", summary="补传凭据", response_model=ProofToken)
async def issue_proof_token(
    job_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> ProofToken:
    """进楼道前取一次:没有信号时送达,出来再补传,迟不迟到按手机时间算。"""
    issued = await backdating.issue_token(session, job_id=job_id, vault=parts.vault, caller=caller)
    return ProofToken(
        token=issued.token,
        from_at=issued.at,
        until_at=issued.at + PROOF_WINDOW,
        send_by=issued.at + PROOF_SEND_WITHIN,
    )


@router.post(
    "/jobs/{job_id}/stops/{n}/late-proof", summary="补传送达凭证", response_model=LateProofOut
)
async def prove_late(
    job_id: UUID,
    n: StopNumber,
    body: LateProof,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> LateProofOut:
    """补传没有信号时的送达;任务已变化的也会留存,交给工作人员。"""
    job, proven_at, verdict = await backdating.prove_late(
        session,
        job_id=job_id,
        n=n,
        shown=Shown(**body.model_dump(exclude={"token"})),
        token=body.token,
        vault=parts.vault,
        caller=caller,
    )
    return LateProofOut(verdict=verdict, proven_at=proven_at, job_state=job.state)  # pyright: ignore[reportArgumentType]


@router.post("/jobs/{job_id}/fail", summary="无法送达", response_model=JobOut)
async def fail(
    job_id: UUID, body: Fail, session: InSession, caller: SignedIn, parts: WithParts
) -> JobOut:
    """剩余各站都无法送达;一站也没送到时,物品退回。"""
    job = await parting.fail(
        session,
        job_id=job_id,
        reason=body.reason,
        said=said_of(body),
        vault=parts.vault,
        caller=caller,
    )
    return await shown_job(session, job, caller, parts)


@router.post("/jobs/{job_id}/stops/{n}/fail", summary="一站无法送达", response_model=JobOut)
async def fail_stop(
    job_id: UUID,
    n: StopNumber,
    body: Fail,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> JobOut:
    """这一站送不了,其余各站照送;一站也没送到时,物品退回。"""
    job = await parting.fail_stop(
        session,
        job_id=job_id,
        n=n,
        reason=body.reason,
        said=said_of(body),
        vault=parts.vault,
        caller=caller,
    )
    return await shown_job(session, job, caller, parts)


@router.post("/jobs/{job_id}/release", status_code=204, summary="转单")
async def release(
    job_id: UUID,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    body: Release | None = None,
) -> None:
    """取货前把任务交回接单大厅,由骑手本人或工作人员操作;有正当理由的不扣分。"""
    given = body or Release()
    await parting.release(
        session,
        job_id=job_id,
        reason=given.reason,
        said=said_of(given),
        vault=parts.vault,
        caller=caller,
    )


@router.post("/jobs/{job_id}/return", summary="确认退回", response_model=JobOut)
async def confirm_return(
    job_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> JobOut:
    """下单人或工作人员确认物品已退回。"""
    job = await parting.confirm_return(session, job_id=job_id, caller=caller)
    return await shown_job(session, job, caller, parts)


@router.get("/jobs/{job_id}/track", summary="骑手位置", response_model=Track)
async def track(job_id: UUID, session: InSession, caller: SignedIn) -> Track:
    """接单后可以看到预计何时送到;取货后、送达前还可以看到骑手的位置。限下单人和工作人员。

    一趟送多户时,看到的是自己那一站。
    """
    job = await carrying.the_job(session, job_id=job_id)
    stops = await queries.stops(session, job_ids=[job_id])
    viewer = viewer_of(job, stops, caller)
    if viewer == "runner":
        raise AppError("not_found")
    # Of several of their own, the next to come.
    own = own_stops(stops, caller) if viewer == "customer" else []
    awaited = next((stop for stop in own if stop.state == "pending"), own[-1] if own else None)
    seen = Track(
        state=job.state,  # pyright: ignore[reportArgumentType]
        point=None,
        position_at=None,
        stop_state=awaited and awaited.state,  # pyright: ignore[reportArgumentType]
    )
    is_over = awaited is not None and awaited.state != "pending"
    if is_over or job.state not in IN_HAND or job.runner_id is None:
        return seen
    runner = await the_runner(session, runner_id=job.runner_id)
    seen.expected_at = await _expected_at(
        session, job, runner, n=awaited and awaited.n, now=caller.now
    )
    if job.state == "picked_up" and runner.lat is not None and runner.lng is not None:
        seen.point, seen.position_at = GeoPoint.of(runner.lat, runner.lng), runner.position_at
    return seen


@router.get("/runners/me/jobs", summary="我手上的任务和路线", response_model=RouteOut)
async def read_route(session: InSession, caller: SignedIn, parts: WithParts) -> RouteOut:
    """手上的任务,以及建议的行走顺序:先取后送,尽量不误已答应的时间,再求路短;没送成的顺路退回。"""
    runner = await the_runner(session, runner_id=caller.user_id)
    jobs, stops = await _at_hand(session, runner_id=caller.user_id)
    of_job = _by_job(jobs, stops)
    community = await community_of_place(session, place_id=runner.community_id)
    pace = community.settings.walk_m_per_min
    past = await queries.past_visits(session, community_id=community.id, spots=_spots(jobs, stops))
    route = walk_of(_stands(runner), jobs, of_job, walk_m_per_min=pace, past=past, now=caller.now)
    seen = [(j.id, person_id, j.state) for j in jobs for person_id in people_of(j, of_job[j.id])]
    await note_carrying(session, seen=seen, viewer_id=caller.user_id, now=caller.now)
    wishes = await _wishes(session, jobs, stops)
    shown = [
        job_out(j, of_job[j.id], viewer="runner", wishes=wishes, vault=parts.vault) for j in jobs
    ]
    return RouteOut(jobs=shown, route=route)


@public.get("/failure", summary="转单与送达失败的规则", response_model=FailurePolicy)
async def read_failure_policy() -> FailurePolicy:
    """取货前转单、取货后无法送达:每种原因是谁的责任,钱怎么算,记什么分。"""
    return FailurePolicy(
        releases=[ReleaseRowOut.model_validate(row) for row in RELEASES.values()],
        failures=[FailureRowOut.model_validate(row) for row in FAILURES.values()],
    )


def said_of(body: Saying) -> Said:
    """The words and photos of a body."""
    return Said(body.text, body.upload_ids)


async def shown_job(session: AsyncSession, job: Job, caller: Caller, parts: Parts) -> JobOut:
    """The job with its stops and photos, as the caller may see it."""
    stops = await queries.stops(session, job_ids=[job.id])
    viewer = viewer_of(job, stops, caller)
    if viewer == "customer":
        stops = own_stops(stops, caller)
    if viewer == "runner":
        seen = [(job.id, person_id, job.state) for person_id in people_of(job, stops)]
        await note_carrying(session, seen=seen, viewer_id=caller.user_id, now=caller.now)
    wishes = await _wishes(session, [job], stops)
    shown = job_out(job, stops, viewer=viewer, wishes=wishes, vault=parts.vault)
    if not has_photos(job, stops) or not sees_contacts(job, viewer):
        return shown
    of = await links(
        session,
        subject_ids=[job.id, *(s.order_id for s in stops)],
        vault=parts.vault,
        now=caller.now,
    )
    found = [link for links_of in of.values() for link in links_of]
    if viewer == "customer":
        # What was shown at other doors hangs on the same job.
        own = {str(i) for s in stops if s.proof for i in s.proof.get("photo_ids", ())}
        found = [link for link in found if str(link.upload_id) in own]
    photos = [PhotoOut.model_validate(link) for link in found]
    return shown.model_copy(update={"photos": photos})


async def _expected_at(
    session: AsyncSession, job: Job, runner: Runner, *, n: int | None, now: datetime
) -> datetime | None:
    """When the job may be expected, with all else that its runner has in hand."""
    jobs, stops = await _at_hand(session, runner_id=runner.id)
    community = await community_of_place(session, place_id=runner.community_id)
    pace = community.settings.walk_m_per_min
    past = await queries.past_visits(session, community_id=community.id, spots=_spots(jobs, stops))
    return expected_at(
        job, _stands(runner), jobs, _by_job(jobs, stops), n=n,
        walk_m_per_min=pace, past=past, now=now,
    )  # fmt: skip


async def _at_hand(session: AsyncSession, *, runner_id: UUID) -> tuple[list[Job], list[Stop]]:
    jobs = await queries.at_hand(session, runner_id=runner_id)
    return jobs, await queries.stops(session, job_ids=[j.id for j in jobs])


def _by_job(jobs: Sequence[Job], stops: Sequence[Stop]) -> dict[UUID, list[Stop]]:
    return {j.id: [s for s in stops if s.job_id == j.id] for j in jobs}


def _spots(jobs: Sequence[Job], stops: Sequence[Stop]) -> list[str]:
    """Where a walk may lead."""
    counters = (Point(j.pickup_lat, j.pickup_lng) for j in jobs)
    return [spot_of(point) for point in (*counters, *(Point(s.lat, s.lng) for s in stops))]


def _stands(runner: Runner) -> Point | None:
    return None if runner.lat is None or runner.lng is None else Point(runner.lat, runner.lng)


async def _wishes(
    session: AsyncSession, jobs: Sequence[Job], stops: Sequence[Stop]
) -> dict[UUID, Wishes]:
    """How whoever each order is for wants to be delivered to: a dependant, or who asked."""
    asker_of = {job.id: job.requester_id for job in jobs}
    asked_by = {stop.order_id: stop.person_id or asker_of[stop.job_id] for stop in stops}
    own = await wishes_of(session, user_ids=set(asked_by.values()))
    cared = {s.beneficiary_id for s in stops if s.beneficiary_id is not None}
    theirs = await wishes_of_dependants(session, dependant_ids=cared)
    found: dict[UUID, Wishes] = {}
    for stop in stops:
        of_asker = own[asked_by[stop.order_id]]
        found[stop.order_id] = of_asker if stop.beneficiary_id is None else replace(
            theirs[stop.beneficiary_id], carer_may_be_called=of_asker.may_be_called
        )  # fmt: skip
    return found
