"""HTTP of open talks: wanted by all parties, told to their community, held, written down."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.hearings import queries
from api.hearings.models import Hearing
from api.hearings.schemas import (
    HearingAnswer,
    HearingCard,
    HearingList,
    HearingPage,
    HearingQuery,
    Minutes,
    NewHearing,
    SignUp,
    WhichHearing,
)
from api.hearings.service import listening, opening
from api.hearings.views import cards_out, hearings_out
from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.mediation.service import seeing
from api.mediation.service.inviting import Paper

router = FeatureRouter(prefix="/v1/cases", route_class=Edge, tags=["公开调解"])
announced = FeatureRouter(prefix="/v1/hearings", route_class=Edge, tags=["公开调解"])


@router.get("/{case_id}/hearings", summary="案件的公开调解", response_model=HearingList)
async def list_of_case(case_id: UUID, session: InSession, caller: SignedIn) -> HearingList:
    """公开的场次、谁同意、谁来旁听;当事人、调解员和经办人可见。"""
    seen = await seeing.seen_case(session, case_id=case_id, caller=caller)
    seen.require("party", "mediator", "staff")
    await seeing.look(session, seen, what="hearings", caller=caller)
    return await _listed(session, case_id) if seen.is_inside else HearingList(items=[])


@router.post(
    "/{case_id}/hearing", status_code=201, summary="提议公开调解", response_model=HearingList
)
async def propose(
    case_id: UUID, body: NewHearing, session: InSession, caller: SignedIn
) -> HearingList:
    """默认不公开;各方当事人都同意才向本社区公告。不涉及隐私和商业秘密的才可公开。"""
    await opening.propose(
        session, case_id=case_id, room=body.room, starts_at=body.starts_at,
        seats_max=body.seats_max, caller=caller,
    )  # fmt: skip
    return await _listed(session, case_id)


@router.post("/{case_id}/hearing/consent", summary="同意公开", response_model=HearingList)
async def consent(
    case_id: UUID, body: HearingAnswer, session: InSession, caller: SignedIn
) -> HearingList:
    """当事人同意这一场公开;没有注册的由调解员登记纸面。最后一方同意后即公告。"""
    await opening.consent(
        session, case_id=case_id, hearing_id=body.hearing_id, paper=_paper(body), caller=caller
    )
    return await _listed(session, case_id)


@router.post("/{case_id}/hearing/refuse", summary="不同意公开", response_model=HearingList)
async def refuse(
    case_id: UUID, body: HearingAnswer, session: InSession, caller: SignedIn
) -> HearingList:
    """任何一位当事人不同意或撤回同意,不需要理由,这一场即不公开。"""
    await opening.refuse(
        session, case_id=case_id, hearing_id=body.hearing_id, paper=_paper(body), caller=caller
    )
    return await _listed(session, case_id)


@router.post("/{case_id}/hearing/cancel", summary="取消公开调解", response_model=HearingList)
async def cancel(
    case_id: UUID, body: WhichHearing, session: InSession, caller: SignedIn
) -> HearingList:
    """调解员或经办人取消,已报名的会收到通知;改时间也是取消后重新提议。"""
    await opening.cancel(session, case_id=case_id, hearing_id=body.hearing_id, caller=caller)
    return await _listed(session, case_id)


@router.post("/{case_id}/hearing/hold", summary="公开调解笔录", response_model=HearingList)
async def hold(
    case_id: UUID, body: Minutes, session: InSession, caller: SignedIn, parts: WithParts
) -> HearingList:
    """开始后七天内由调解员写下,作为一次调解记录;当时各方须仍都同意公开。"""
    await listening.hold(
        session, case_id=case_id, hearing_id=body.hearing_id, text=body.text,
        party_ids=body.party_ids, guest_ids=body.guest_ids, listener_ids=body.listener_ids,
        vault=parts.vault, caller=caller,
    )  # fmt: skip
    return await _listed(session, case_id)


@announced.get("", summary="可旁听的公开调解", response_model=HearingPage)
async def list_hearings(
    query: Annotated[HearingQuery, Query()], session: InSession, caller: SignedIn
) -> HearingPage:
    """本社区已公告、还没开始的,新的在前;看不到是哪一件、谁的事。"""
    rows = await listening.to_come(
        session, place_id=query.place_id, before=query.last_id, limit=query.limit + 1, caller=caller
    )
    cut, cursor = query.cut(rows, by=lambda row: row.id)
    return HearingPage(items=await cards_out(session, cut, caller=caller), next_cursor=cursor)


@announced.post("/{hearing_id}/sign-up", summary="报名旁听", response_model=HearingCard)
async def sign_up(
    hearing_id: UUID, body: SignUp, session: InSession, caller: SignedIn
) -> HearingCard:
    """本社区居民报名,须先阅读旁听须知;当事人和调解员不用报名。"""
    row = await listening.sign_up(session, hearing_id=hearing_id, caller=caller)
    return await _card(session, row, caller)


@announced.post("/{hearing_id}/sign-off", summary="不去旁听", response_model=HearingCard)
async def sign_off(hearing_id: UUID, session: InSession, caller: SignedIn) -> HearingCard:
    """让出席位,不需要理由。"""
    row = await listening.sign_off(session, hearing_id=hearing_id, caller=caller)
    return await _card(session, row, caller)


def _paper(body: HearingAnswer) -> Paper | None:
    return None if body.party_id is None else Paper(body.party_id, body.upload_id)


async def _listed(session: InSession, case_id: UUID) -> HearingList:
    return await hearings_out(session, await queries.of_case(session, case_id=case_id))


async def _card(session: InSession, row: Hearing, caller: Caller) -> HearingCard:
    return (await cards_out(session, [row], caller=caller))[0]
