"""HTTP of offers, of what dispatch strives for, and of its rounds."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.identity.caller import STAFF
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.matching.dispatch.objective import published_objective, published_versions
from api.offers.queries import offers as queries
from api.offers.queries.rounds import rounds
from api.offers.rules import refusals_left, today_began
from api.offers.schemas import (
    ObjectiveOut,
    ObjectivesOut,
    OfferDeclined,
    OffersOut,
    OfferTaken,
    RoundOut,
    RoundsOut,
    RoundsQuery,
)
from api.offers.service import answering
from api.offers.views import offer_out
from api.places.service import community_of_place
from api.runners.service.standing import the_runner

public = FeatureRouter(prefix="/v1/dispatch", route_class=AnonymousEdge, tags=["派单"])
router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["派单"])


@public.get("/objectives", summary="派单目标", response_model=ObjectivesOut)
async def read_objectives() -> ObjectivesOut:
    """公开的派单目标:先不迟到,再少走路,再照顾收入公平;各社区在设置里选用一个版本。"""
    return ObjectivesOut(items=[_objective(version) for version in published_versions()])


@router.get("/offers", summary="派给我的单", response_model=OffersOut)
async def list_offers(session: InSession, caller: SignedIn) -> OffersOut:
    """等待答复的派单(至多一个)、为什么派给我、预计时间。"""
    runner = await the_runner(session, runner_id=caller.user_id)
    community = await community_of_place(session, place_id=runner.community_id)
    free = community.settings.offer_refusals_free
    found = await queries.live(session, runner_id=runner.id, now=caller.now)
    refused = await queries.refused_since(
        session, runner_id=runner.id, since=today_began(caller.now)
    )
    return OffersOut(
        items=[offer_out(live) for live in found if live.is_whole],
        refusals_free=free,
        refusals_left=refusals_left(free, refused),
    )


@router.post("/offers/{offer_id}/accept", summary="接受派单", response_model=OfferTaken)
async def accept_offer(offer_id: UUID, session: InSession, caller: SignedIn) -> OfferTaken:
    """接下一趟里的全部任务,条件与抢单相同;其中有的已被抢走时全部不接,并说明是哪些。"""
    jobs = await answering.accept(session, offer_id=offer_id, caller=caller)
    return OfferTaken(id=offer_id, state="accepted", job_ids=[job.id for job in jobs])


@router.post("/offers/{offer_id}/decline", summary="不接派单", response_model=OfferDeclined)
async def decline_offer(offer_id: UUID, session: InSession, caller: SignedIn) -> OfferDeclined:
    """不接,不扣分不扣钱;同一单不再派给我。"""
    await answering.decline(session, offer_id=offer_id, caller=caller)
    return OfferDeclined(id=offer_id, state="declined")


@router.get("/dispatch/rounds", summary="派单记录", response_model=RoundsOut)
async def list_rounds(
    query: Annotated[RoundsQuery, Query()], session: InSession, caller: SignedIn
) -> RoundsOut:
    """工作人员查看本社区每一轮派单:看了多少任务和骑手、派出几单、用时。保存30天。"""
    community = await community_of_place(session, place_id=query.community_id)
    caller.require_there(STAFF, community.path)
    rows = await rounds(
        session,
        community_id=community.id,
        before=query.last_number,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.n)
    return RoundsOut(
        items=[RoundOut.model_validate(row) for row in shown],
        next_cursor=cursor,
    )


def _objective(version: str) -> ObjectiveOut:
    parts = asdict(published_objective(version))
    return ObjectiveOut(version=parts.pop("version"), parts=parts)
