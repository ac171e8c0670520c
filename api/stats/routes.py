"""HTTP of figures."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.earnings.rules import midnight
from api.earnings.schemas import PeriodQuery
from api.earnings.service.reading import period
from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.places.service import community_of_staff
from api.stats import queries
from api.stats.queries import DayCounts
from api.stats.rules import bands, quarters
from api.stats.schemas import BandOut, DayOut, HourOut, StatsOut

router = FeatureRouter(prefix="/v1/stats", route_class=Edge, tags=["统计"])


@router.get("/places/{place_id}", summary="社区数据", response_model=StatsOut)
async def read_stats(
    place_id: UUID, query: Annotated[PeriodQuery, Query()], session: InSession, caller: SignedIn
) -> StatsOut:
    """每天的单量、各时段送达用时、积分分布,供本社区工作人员查看;不列个人,不排名。"""
    community = await community_of_staff(session, place_id=place_id, roles=STAFF, caller=caller)
    asked = period(query.from_day, query.to_day, now=caller.now)
    since, before = midnight(asked.first), midnight(asked.last + timedelta(days=1))
    there = await queries.days(session, community_id=community.id, since=since, before=before)
    hours = await queries.hours(session, community_id=community.id, since=since, before=before)
    balances = await queries.balances(session, community_id=community.id)
    return StatsOut(
        first=asked.first,
        last=asked.last,
        days=[DayOut.model_validate(d) for d in _each(there, asked.first, asked.last)],
        hours=[HourOut.model_validate(h) for h in hours],
        points=[BandOut.model_validate(b) for b in bands(balances)],
        quarters_cp=quarters(balances),
    )


def _each(there: list[DayCounts], first: date, last: date) -> list[DayCounts]:
    """Every day of the period, those without orders, too."""
    known = {counts.day: counts for counts in there}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [known.get(day) or DayCounts(day, 0, 0, 0, 0) for day in days]
