"""HTTP of the audit."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.audit.rules import ACTS
from api.audit.schemas import ActOut, AuditOut, AuditQuery
from api.audit.service import acts_of_staff
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter

router = FeatureRouter(prefix="/v1/places/{place_id}", route_class=Edge, tags=["审计"])


@router.get("/audit", summary="工作记录", response_model=AuditOut)
async def read_audit(
    place_id: UUID,
    query: Annotated[AuditQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> AuditOut:
    """本社区工作人员做了什么、何时、为什么,含查看个人信息;新的在前,供管理人员查看。不填日期为最近七天。"""
    found, cursor = await acts_of_staff(
        session,
        place_id=place_id,
        first=query.from_day,
        last=query.to_day,
        actor_id=query.actor_id,
        group=query.group,
        cursor=query.cursor,
        limit=query.limit,
        caller=caller,
    )
    return AuditOut(
        items=[
            ActOut(
                at=done.at,
                actor_id=done.actor_id,
                nickname=done.nickname,
                role=done.role,
                act=done.act,
                title=ACTS[done.act],
                subject=done.subject,
                subject_id=done.subject_id,
                reason=done.reason,
            )
            for done in found
        ],
        next_cursor=cursor,
    )
