"""HTTP of mentoring: newcomers ask, lead runners take them along."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import STAFF
from api.identity.edge import Edge, InSession, SignedIn
from api.identity.queries import nicknames
from api.kit.http.routing import FeatureRouter
from api.places.service import place_of_staff
from api.points.merit_schemas import MentorshipOut, MentorshipPage, MentorshipQuery
from api.points.models import Mentorship
from api.points.queries import ledger, mentorships
from api.points.service import mentoring
from api.points.views import mentorship_out
from api.tiers import mentoring_tiers

router = FeatureRouter(prefix="/v1/points/mentorships", route_class=Edge, tags=["积分"])


@router.post("", status_code=201, summary="申请带教", response_model=MentorshipOut)
async def ask_for_mentor(session: InSession, caller: SignedIn) -> MentorshipOut:
    """见习骑手请本社区的领跑员带教;一次一位。"""
    row = await mentoring.ask(session, caller=caller)
    return (await _shown(session, [row]))[0]


@router.get("", summary="带教列表", response_model=MentorshipPage)
async def list_mentorships(
    query: Annotated[MentorshipQuery, Query()], session: InSession, caller: SignedIn
) -> MentorshipPage:
    """自己的带教;领跑员还能看到本社区等待带教的新人。工作人员用 `place_id` 看本地的。新的在前。"""
    if query.place_id is not None:
        await place_of_staff(session, place_id=query.place_id, roles=STAFF, caller=caller)
    runner = await ledger.approved_runner(session, runner_id=caller.user_id)
    rows = await mentorships.listed(
        session,
        runner_id=caller.user_id if query.place_id is None else None,
        waiting_at=runner[0] if runner is not None and runner[1] in mentoring_tiers() else None,
        place_id=query.place_id,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return MentorshipPage(items=await _shown(session, shown), next_cursor=cursor)


@router.post("/{mentorship_id}/take", summary="带教新人", response_model=MentorshipOut)
async def take_mentee(mentorship_id: UUID, session: InSession, caller: SignedIn) -> MentorshipOut:
    """领跑员带教本社区的一位新人,人数上限见等级表;新人完成 30 单且没有成立的投诉,带教人加分。"""
    row = await mentoring.take(session, mentorship_id=mentorship_id, caller=caller)
    return (await _shown(session, [row]))[0]


@router.post("/{mentorship_id}/end", summary="结束带教", response_model=MentorshipOut)
async def end_mentorship(
    mentorship_id: UUID, session: InSession, caller: SignedIn
) -> MentorshipOut:
    """双方或工作人员可以结束;还没人带的申请则撤回。"""
    row = await mentoring.end(session, mentorship_id=mentorship_id, caller=caller)
    return (await _shown(session, [row]))[0]


async def _shown(session: AsyncSession, rows: list[Mentorship]) -> list[MentorshipOut]:
    people = [each for row in rows for each in (row.mentee_id, row.mentor_id) if each is not None]
    names = await nicknames(session, user_ids=people)
    return [mentorship_out(row, names) for row in rows]
