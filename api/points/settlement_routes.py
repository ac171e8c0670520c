"""HTTP of days and closed months: one's own report, reviews, what is published."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.consents.purposes import PURPOSES
from api.errors import AppError
from api.identity.caller import STAFF
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn
from api.kit.http.fields import DAY_PATTERN, Pattern
from api.kit.pagination import decode_cursor, encode_cursor
from api.places import queries as places
from api.points.models import PointsReview
from api.points.queries import months
from api.points.schemas import (
    DayOut,
    LedgerQuery,
    PublicationPage,
    PublicationQuery,
    ReviewOut,
    ReviewPage,
    ReviewQuery,
)
from api.points.service import standing
from api.points.views import people_of, publication_out

router = APIRouter(prefix="/v1/points", route_class=Edge, tags=["积分"])
public = APIRouter(prefix="/v1/points", route_class=AnonymousEdge, tags=["积分"])
Day = Annotated[
    date, Pattern(DAY_PATTERN, "not a day as 2026-11-21"), Path(examples=["2026-11-21"])
]


@public.get("/publications", summary="积分公布", response_model=PublicationPage)
async def list_publications(
    query: Annotated[PublicationQuery, Query()], session: InSession
) -> PublicationPage:
    """社区每月的榜单和整体数字,任何人可见;只有同意上榜的人显示昵称。新的在前。"""
    before = decode_cursor(query.cursor, (UUID,))[0] if query.cursor else None
    rows = await months.publications(
        session,
        community_id=query.community_id,
        before=before,  # pyright: ignore[reportArgumentType]
        limit=query.limit + 1,
    )
    shown = rows[: query.limit]
    names = await months.shown_names(
        session,
        user_ids=[each for row in shown for each in people_of(row)],
        text_version=PURPOSES["points_boards"].version,
    )
    cursor = encode_cursor(str(shown[-1].id)) if len(rows) > query.limit else None
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
    query: Annotated[LedgerQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> ReviewPage:
    """每个月的积分、服务质量和等级建议,新的在前。"""
    await standing.seen_tier(session, runner_id=runner_id, caller=caller)
    before = decode_cursor(query.cursor, (UUID,))[0] if query.cursor else None
    rows = await months.reviews(
        session,
        runner_id=runner_id,
        place_id=None,
        before=before,  # pyright: ignore[reportArgumentType]
        limit=query.limit + 1,
    )
    return _page(rows, query.limit)


@router.get("/reviews", summary="等级建议列表", response_model=ReviewPage)
async def list_proposals(
    query: Annotated[ReviewQuery, Query()], session: InSession, caller: SignedIn
) -> ReviewPage:
    """本地骑手每月的评定,供工作人员和评议委员会决定等级。新的在前。"""
    caller.require_anywhere(STAFF)
    place = await places.place(session, place_id=query.place_id)
    if place is None:
        raise AppError("not_found")
    caller.require_there(STAFF, place.path)
    before = decode_cursor(query.cursor, (UUID,))[0] if query.cursor else None
    rows = await months.reviews(
        session,
        runner_id=None,
        place_id=query.place_id,
        before=before,  # pyright: ignore[reportArgumentType]
        limit=query.limit + 1,
    )
    return _page(rows, query.limit)


def _page(rows: list[PointsReview], limit: int) -> ReviewPage:
    shown = rows[:limit]
    cursor = encode_cursor(str(shown[-1].id)) if len(rows) > limit else None
    return ReviewPage(items=[ReviewOut.model_validate(r) for r in shown], next_cursor=cursor)
