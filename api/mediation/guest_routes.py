"""HTTP of those who join talks without being a party."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.identity.edge import Edge, InSession, Parts, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.mediation.guest_schemas import GuestAnswer, GuestList, NewGuest, TalkPage
from api.mediation.queries import guests
from api.mediation.schemas import CaseQuery
from api.mediation.service import inviting, seeing
from api.mediation.views import guests_out, talks_out

router = FeatureRouter(prefix="/v1/cases", route_class=Edge, tags=["调解"])
talks = FeatureRouter(prefix="/v1/case-guests", route_class=Edge, tags=["调解"])


@router.get("/{case_id}/guests", summary="参加调解的其他人", response_model=GuestList)
async def list_guests(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> GuestList:
    """亲属、邻里、专业人员等,以及谁已同意;当事人、调解员和经办人可见。"""
    seen = await seeing.seen_case(session, case_id=case_id, caller=caller)
    seen.require("party", "mediator", "staff")
    await seeing.look(session, seen, what="guests", caller=caller)
    return await _listed(session, case_id, parts) if seen.is_inside else GuestList(items=[])


@router.post("/{case_id}/guests", status_code=201, summary="请人参加调解", response_model=GuestList)
async def propose_guest(
    case_id: UUID, body: NewGuest, session: InSession, caller: SignedIn, parts: WithParts
) -> GuestList:
    """当事人、调解员或经办人提出;各方都同意后才可到场。当事人提出即表示本方同意。"""
    await inviting.propose(
        session, case_id=case_id, kind=body.kind, user_id=body.user_id, name=body.name,
        vault=parts.vault, caller=caller,
    )  # fmt: skip
    return await _listed(session, case_id, parts)


@talks.get("", summary="我可参加的调解", response_model=TalkPage)
async def list_talks(
    query: Annotated[CaseQuery, Query()], session: InSession, caller: SignedIn
) -> TalkPage:
    """各方同意我到场的;看不到当事人和事由。"""
    rows = await guests.mine(
        session, user_id=caller.user_id, before=query.last_id, limit=query.limit + 1
    )
    shown, cursor = query.cut(rows, by=lambda row: row[0].id)
    return TalkPage(items=await talks_out(session, shown), next_cursor=cursor)


@talks.post("/{guest_id}/consent", summary="同意此人参加", response_model=GuestList)
async def consent_to_guest(
    guest_id: UUID, body: GuestAnswer, session: InSession, caller: SignedIn, parts: WithParts
) -> GuestList:
    """当事人代表本方同意;没有注册的由调解员登记纸面。各方都同意后可以到场。"""
    case_id = await inviting.consent(session, guest_id=guest_id, paper=_paper(body), caller=caller)
    return await _listed(session, case_id, parts)


@talks.post("/{guest_id}/refuse", summary="不同意此人参加", response_model=GuestList)
async def refuse_guest(
    guest_id: UUID, body: GuestAnswer, session: InSession, caller: SignedIn, parts: WithParts
) -> GuestList:
    """不同意或撤回同意,不需要理由,即不能再到场。"""
    case_id = await inviting.refuse(session, guest_id=guest_id, paper=_paper(body), caller=caller)
    return await _listed(session, case_id, parts)


@talks.post("/{guest_id}/leave", status_code=204, summary="不参加")
async def leave_talks(guest_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """受邀的人不参加或不再参加,不需要理由。"""
    await inviting.leave(session, guest_id=guest_id, caller=caller)
    return Response(status_code=204)


def _paper(body: GuestAnswer) -> inviting.Paper | None:
    return None if body.party_id is None else inviting.Paper(body.party_id, body.upload_id)


async def _listed(session: InSession, case_id: UUID, parts: Parts) -> GuestList:
    rows = await guests.of_case(session, case_id=case_id)
    return GuestList(items=await guests_out(session, rows, vault=parts.vault))
