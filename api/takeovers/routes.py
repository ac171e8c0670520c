"""HTTP of takeovers: who asks, and the staff who decide."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.people.queries import user as the_user
from api.places import queries as places
from api.places.service import place_of_staff
from api.takeovers import queries, service
from api.takeovers.models import Takeover
from api.takeovers.schemas import (
    TakeoverAgreement,
    TakeoverIn,
    TakeoverOut,
    TakeoverPage,
    TakeoverQuery,
    TakeoverRefusal,
    TakeoverSeen,
)
from api.takeovers.views import takeover_out, takeover_seen

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["账号并入"])
# Staff compare each by hand: nobody shall keep them busy with guesses.
_TRIES_PER_MINUTE = 3


@router.get("/me/takeover", summary="我的并入申请", response_model=TakeoverOut)
async def read_mine(session: InSession, caller: SignedIn) -> TakeoverOut:
    """最近一次申请的进展。"""
    return takeover_out(await service.mine(session, caller=caller))


@router.post("/me/takeover", status_code=201, summary="申请并入登记", response_model=TakeoverOut)
async def ask(
    body: TakeoverIn, session: InSession, caller: SignedIn, parts: WithParts
) -> TakeoverOut:
    """社区曾为没有手机的我登记、代下单;现在有了微信,申请把那些订单和地址并到这个账号。"""
    await parts.limits.hit("takeover", str(caller.user_id), per_minute=_TRIES_PER_MINUTE)
    row = await service.ask(
        session,
        building_id=body.building_id,
        door=body.door,
        name=body.name,
        vault=parts.vault,
        caller=caller,
    )
    return takeover_out(row)


@router.post("/me/takeover/withdraw", summary="撤回并入申请", response_model=TakeoverOut)
async def withdraw(session: InSession, caller: SignedIn) -> TakeoverOut:
    """审核中,或已通过还没有并入时,都可以撤回。"""
    return takeover_out(await service.withdraw(session, caller=caller))


@router.get("/takeovers", summary="并入申请列表", response_model=TakeoverPage)
async def list_takeovers(
    query: Annotated[TakeoverQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> TakeoverPage:
    """一个地点的申请,供当地工作人员核对;姓名和电话只显示一部分。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await queries.below(
        session,
        place_id=query.place_id,
        state=query.state,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    items = [takeover_seen(*r, vault=parts.vault) for r in shown]
    return TakeoverPage(items=items, next_cursor=cursor)


@router.post("/takeovers/{takeover_id}/approve", summary="通过并入", response_model=TakeoverSeen)
async def approve(
    takeover_id: UUID,
    body: TakeoverAgreement,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> TakeoverSeen:
    """由社区工作人员认定申请人就是这位登记的居民;双方收到通知,24 小时内可以反悔,之后自动并入。"""
    row = await service.agree(
        session,
        takeover_id=takeover_id,
        person_id=body.person_id,
        proof=body.proof,
        vault=parts.vault,
        caller=caller,
    )
    return await _seen(session, row, parts)


@router.post("/takeovers/{takeover_id}/reject", summary="拒绝并入", response_model=TakeoverSeen)
async def reject(
    takeover_id: UUID,
    body: TakeoverRefusal,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> TakeoverSeen:
    """由当地工作人员拒绝,原因会告知申请人。"""
    row = await service.reject(session, takeover_id=takeover_id, reason=body.reason, caller=caller)
    return await _seen(session, row, parts)


@router.post("/takeovers/{takeover_id}/stop", summary="中止并入", response_model=TakeoverSeen)
async def stop(
    takeover_id: UUID,
    body: TakeoverRefusal,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> TakeoverSeen:
    """已通过、还没有并入时,由当地工作人员中止,例如登记的居民不同意。"""
    row = await service.stop(session, takeover_id=takeover_id, reason=body.reason, caller=caller)
    return await _seen(session, row, parts)


async def _seen(session: AsyncSession, row: Takeover, parts: Parts) -> TakeoverSeen:
    user = await the_user(session, user_id=row.user_id)
    building = await places.place(session, place_id=row.building_id)
    assert building is not None
    return takeover_seen(row, user, building, vault=parts.vault)
