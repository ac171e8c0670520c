"""HTTP of what staff look at in the ledgers of points."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.places.service import place_of_staff
from api.points.queries import findings
from api.points.schemas import FindingAnswer, FindingOut, FindingPage, FindingQuery
from api.points.service import guarding

router = FeatureRouter(prefix="/v1/points/findings", route_class=Edge, tags=["积分"])


@router.get("", summary="积分线索列表", response_model=FindingPage)
async def list_findings(
    query: Annotated[FindingQuery, Query()], session: InSession, caller: SignedIn
) -> FindingPage:
    """系统列出的异常线索,供工作人员核查;系统自己不扣任何分。新的在前。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await findings.listed(
        session,
        place_id=query.place_id,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return FindingPage(items=[FindingOut.model_validate(r) for r in shown], next_cursor=cursor)


@router.post("/{finding_id}/decide", summary="核查积分线索", response_model=FindingOut)
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
