"""HTTP of days and closed months: one's own report, reviews, what is published."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from api.consents.purposes import PURPOSES
from api.identity.caller import STAFF
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn
from api.kit.http.fields import DAY_PATTERN, Pattern
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.places.service import place_of_staff
from api.points.models import PointsReview
from api.points.queries import months
from api.points.schemas import (
    DayOut,
    PublicationPage,
    PublicationQuery,
    ReviewOut,
    ReviewPage,
    ReviewQuery,
)
from api.points.service import standing
from api.points.views import people_of, publication_out

router = FeatureRouter(prefix="/v1/points", route_class=Edge, tags=["积分"])
public = FeatureRouter(prefix="/v1/points", route_class=AnonymousEdge, tags=["积分"])
Day = Annotated[
    date, Pattern(DAY_PATTERN, "not a day as 2026-11-21"), Path(examples=["2026-11-21"])
]


@public.get("/publications", summary="积分公布", response_model=PublicationPage)
async def list_publications(
    query: Annotated[PublicationQuery, Query()], session: InSession
) -> PublicationPage:
    """社区每月的榜单和整体数字,任何人可见;只有同意上榜的人显示昵称。新的在前。"""
    rows = await months.publications(
        session,
        community_id=query.community_id,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    names = await months.shown_names(
        session,
        user_ids=[each for row in shown for each in people_of(row)],
        text_version=PURPOSES["points_boards"].version,
    )
    return PublicationPage(items=[publication_out(r, names) for r in shown], next_cursor=cursor)


@router.get("/runners/{runner_id}/days/{local_day}", summary="积分日报", response_model=DayOut)
async def read_day(runner_id: UUID, local_day: Day, session: InSession, caller: SignedIn) -> DayOut:
    """一天的单数、准时、积分和免责,按现在的账算;只有本人和本地工作人员可见。"""
    await standing.seen_tier(session, runner_id=runner_id, caller=caller)
    found = await standing.report(session, runner_id=runner_id, day=local_day)
    return DayOut(
        day=local_day,
        orders=found.orders,
        on_time_orders=found.on_time,
        points_cp=found.points_cp,
        penalties_cp=found.penalties_cp,
        excused=dict(found.excused),
    )


@router.get("/runners/{runner_id}/reviews", summary="月度评定", response_model=ReviewPage)
async def list_reviews(
    runner_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> ReviewPage:
    """每个月的积分、服务质量和等级建议,新的在前。"""
    await standing.seen_tier(session, runner_id=runner_id, caller=caller)
    rows = await months.reviews(
        session,
        runner_id=runner_id,
        place_id=None,
        before=query.last_id,
        limit=query.limit + 1,
    )
    return _page(rows, query)


@router.get("/reviews", summary="等级建议列表", response_model=ReviewPage)
async def list_proposals(
    query: Annotated[ReviewQuery, Query()], session: InSession, caller: SignedIn
) -> ReviewPage:
    """本地骑手每月的评定,供工作人员和评议委员会决定等级。新的在前。"""
    await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    rows = await months.reviews(
        session,
        runner_id=None,
        place_id=query.place_id,
        before=query.last_id,
        limit=query.limit + 1,
    )
    return _page(rows, query)


def _page(rows: list[PointsReview], query: PageQuery) -> ReviewPage:
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return ReviewPage(items=[ReviewOut.model_validate(r) for r in shown], next_cursor=cursor)
