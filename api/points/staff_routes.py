"""HTTP of what staff record in the ledgers of points, and look at there."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.kit.pagination import PageQuery
from api.places.service import place_of_staff
from api.points.merit_schemas import (
    FindingAnswer,
    FindingOut,
    FindingPage,
    FindingQuery,
    RecordIn,
    RecordOut,
    RecordPage,
)
from api.points.queries import findings, records
from api.points.service import guarding, recording, standing
from api.points.views import records_out
from api.uploads.service import links

router = FeatureRouter(prefix="/v1/points", route_class=Edge, tags=["积分"])


@router.get("/findings", summary="积分线索列表", response_model=FindingPage)
async def list_findings(
    query: Annotated[FindingQuery, Query()], session: InSession, caller: SignedIn
) -> FindingPage:
    """系统列出的异常线索,供工作人员核查;系统自己不扣任何分。新的在前。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await findings.listed(
        session,
        place_id=query.place_id,
        state=query.state,
        runner_id=query.runner_id,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return FindingPage(items=[FindingOut.model_validate(r) for r in shown], next_cursor=cursor)


@router.post("/findings/{finding_id}/decide", summary="核查积分线索", response_model=FindingOut)
async def decide_finding(
    finding_id: UUID,
    body: FindingAnswer,
    session: InSession,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> FindingOut:
    """写明看到了什么;与当事人同户的工作人员不能核查。"""
    row = await guarding.decide(
        session,
        finding_id=finding_id,
        version=read_version(if_match),
        outcome=body.outcome,
        reason=body.reason,
        caller=caller,
    )
    return FindingOut.model_validate(row)


@router.post(
    "/runners/{runner_id}/records",
    status_code=201,
    summary="记录核实的事",
    response_model=RecordOut,
)
async def record_fact(
    runner_id: UUID, body: RecordIn, session: InSession, caller: SignedIn, parts: WithParts
) -> RecordOut:
    """工作人员记录核实过的事,写明依据;投诉和造假由社区工作人员记。只能另记一笔撤销,扣分的可以申诉。"""
    row = await recording.record(
        session,
        runner_id=runner_id,
        found=recording.Found(**body.model_dump()),
        vault=parts.vault,
        caller=caller,
    )
    photos = await links(session, subject_ids=[row.id], vault=parts.vault, now=caller.now)
    return records_out([row], photos, vault=parts.vault)[0]


@router.get("/runners/{runner_id}/records", summary="核实记录", response_model=RecordPage)
async def list_records(
    runner_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> RecordPage:
    """工作人员记录过的事和依据;本人和本地工作人员可见。新的在前。"""
    await standing.seen_tier(session, runner_id=runner_id, caller=caller)
    rows = await records.of_runner(
        session, runner_id=runner_id, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    photos = await links(
        session, subject_ids=[row.id for row in shown], vault=parts.vault, now=caller.now
    )
    return RecordPage(items=records_out(shown, photos, vault=parts.vault), next_cursor=cursor)
