"""HTTP of incidents."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, KeyedEdge, Parts, SignedIn, WithParts
from api.incidents import queries
from api.incidents.models import Incident
from api.incidents.schemas import (
    CancelIncident,
    IncidentOut,
    IncidentPage,
    IncidentQuery,
    PriceDifference,
    Reassign,
    Report,
    Reschedule,
    Resolve,
)
from api.incidents.service import acting, reporting
from api.jobs.routes import said_of
from api.jobs.service.stating import Said, said_in
from api.kit.crypto import Vault
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.uploads.schemas import PhotoOut
from api.uploads.service import PhotoLink, links

router = FeatureRouter(prefix="/v1/incidents", route_class=Edge, tags=["途中问题"])
money = FeatureRouter(prefix="/v1/incidents", route_class=KeyedEdge, tags=["途中问题"])


@router.post("", status_code=201, summary="报告问题", response_model=IncidentOut)
async def report(
    body: Report, session: InSession, caller: SignedIn, parts: WithParts
) -> IncidentOut:
    """途中出了问题:下单人或骑手报告,工作人员马上看到;一趟送多户时,一份报告说一站的事。"""
    row = await reporting.report(
        session,
        job_id=body.job_id,
        stop=body.stop,
        code=body.code,
        said=said_of(body),
        vault=parts.vault,
        caller=caller,
    )
    return (await _incidents(session, [row], caller, parts.vault))[0]


@router.get("", summary="问题列表", response_model=IncidentPage)
async def list_incidents(
    query: Annotated[IncidentQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> IncidentPage:
    """工作人员用 `place` 看本社区的;不填则是我报告的。新的在前。"""
    place_id = None
    if query.place is not None:
        place_id = await reporting.staff_place(session, place_id=query.place, caller=caller)
    rows = await queries.listed(
        session,
        place_id=place_id,
        reporter_id=caller.user_id if place_id is None else None,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = await _incidents(session, shown, caller, parts.vault)
    return IncidentPage(items=items, next_cursor=cursor)


@router.get("/{incident_id}", summary="查看问题", response_model=IncidentOut)
async def read_incident(
    incident_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> IncidentOut:
    """下单人、骑手和本社区工作人员可见。"""
    return await _shown(session, incident_id, caller, parts)


@router.post("/{incident_id}/take", summary="受理问题", response_model=IncidentOut)
async def take(
    incident_id: UUID,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> IncidentOut:
    """工作人员受理。"""
    await acting.take(
        session, incident_id=incident_id, version=read_version(if_match), caller=caller
    )
    return await _shown(session, incident_id, caller, parts)


@router.post("/{incident_id}/reschedule", summary="改时间", response_model=IncidentOut)
async def reschedule(
    incident_id: UUID,
    body: Reschedule,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> IncidentOut:
    """下单人或工作人员改承诺送达时间,是否迟到按新时间算;一趟送多户的,只有工作人员能改。"""
    await acting.reschedule(
        session,
        incident_id=incident_id,
        version=read_version(if_match),
        due_at=body.due_at,
        caller=caller,
    )
    return await _shown(session, incident_id, caller, parts)


@money.post("/{incident_id}/price-difference", summary="退差价", response_model=IncidentOut)
async def give_back(
    incident_id: UUID,
    body: PriceDifference,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> IncidentOut:
    """工作人员把差价退给下单人。"""
    await acting.give_back(
        session,
        incident_id=incident_id,
        version=read_version(if_match),
        amount_fen=body.amount_fen,
        said=Said(body.text, body.upload_ids),
        vault=parts.vault,
        caller=caller,
    )
    return await _shown(session, incident_id, caller, parts)


@router.post("/{incident_id}/reassign", summary="改派", response_model=IncidentOut)
async def reassign(
    incident_id: UUID,
    body: Reassign,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> IncidentOut:
    """工作人员把任务改派给另一名骑手。"""
    await acting.give_to_another(
        session,
        incident_id=incident_id,
        version=read_version(if_match),
        runner_id=body.runner_id,
        said=said_of(body),
        is_distance_waived=body.is_distance_waived,
        vault=parts.vault,
        caller=caller,
    )
    return await _shown(session, incident_id, caller, parts)


@money.post("/{incident_id}/cancel", summary="因问题取消", response_model=IncidentOut)
async def cancel(
    incident_id: UUID,
    body: CancelIncident,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> IncidentOut:
    """取消订单,规则和费用与直接取消相同。"""
    await acting.cancel(
        session,
        incident_id=incident_id,
        version=read_version(if_match),
        reason=body.reason,
        said=said_of(body),
        token=body.token,
        vault=parts.vault,
        caller=caller,
    )
    return await _shown(session, incident_id, caller, parts)


@router.post("/{incident_id}/resolve", summary="问题已解决", response_model=IncidentOut)
async def resolve(
    incident_id: UUID,
    body: Resolve,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> IncidentOut:
    """工作人员关闭问题;没人受理前,报告人也可以撤回。"""
    await reporting.resolve(
        session,
        incident_id=incident_id,
        version=read_version(if_match),
        resolution=body.resolution,
        excuse=None if body.excuse is None else (body.excuse.cause, body.excuse.excuse_min),
        said=said_of(body),
        vault=parts.vault,
        caller=caller,
    )
    return await _shown(session, incident_id, caller, parts)


async def _shown(
    session: AsyncSession, incident_id: UUID, caller: Caller, parts: Parts
) -> IncidentOut:
    row, _ = await reporting.seen_incident(session, incident_id=incident_id, caller=caller)
    return (await _incidents(session, [row], caller, parts.vault))[0]


async def _incidents(
    session: AsyncSession, rows: list[Incident], caller: Caller, vault: Vault
) -> list[IncidentOut]:
    photos = await links(session, subject_ids=[row.id for row in rows], vault=vault, now=caller.now)
    stops = await queries.stops_of(session, rows=rows)
    return [_incident(row, stops[row.id], photos[row.id], caller, vault) for row in rows]


def _incident(
    row: Incident, stop: int, photos: list[PhotoLink], caller: Caller, vault: Vault
) -> IncidentOut:
    is_runner = row.side == "runner" and row.reporter_id == caller.user_id
    return IncidentOut(
        id=row.id,
        job_id=row.job_id,
        stop=stop,
        order_id=None if is_runner else row.order_id,
        community_id=row.community_id,
        side=row.side,  # pyright: ignore[reportArgumentType]
        code=row.code,
        state=row.state,  # pyright: ignore[reportArgumentType]
        text=said_in(row.text_sealed, row=row.id, column=reporting.COLUMN, vault=vault),
        photos=[PhotoOut.model_validate(link) for link in photos],
        resolution=row.resolution,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
        version=row.version,
    )
