"""HTTP of points: rules, ledgers, appeals."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn, WithParts
from api.kit.db import read_now
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.kit.pagination import PageQuery
from api.places.service import place_of_staff
from api.points.models import PointsEntry
from api.points.queries import announced, appeals, ledger
from api.points.rules import APPEALABLE, may_contest
from api.points.schemas import (
    AppealAnswer,
    AppealIn,
    AppealOut,
    AppealPage,
    AppealQuery,
    ComparisonOut,
    ComparisonQuery,
    EntryOut,
    LedgerPage,
    PointsOut,
    ReversalIn,
    RulesIn,
    RulesOut,
)
from api.points.service import announcing, appealing, reversing, standing
from api.points.service.knowing import known_rules
from api.points.views import appeal_out, comparison_out, entries_out, points_out, rules_out

router = FeatureRouter(prefix="/v1/points", route_class=Edge, tags=["积分"])
public = FeatureRouter(prefix="/v1/points", route_class=AnonymousEdge, tags=["积分"])


@public.get("/rules", summary="积分规则", response_model=RulesOut)
async def read_rules(session: InSession) -> RulesOut:
    """现行、已公布未生效和从前的积分规则,任何人可见。"""
    return await _rules(session, now=await read_now(session))


@router.post("/rules", status_code=201, summary="公布新规则", response_model=RulesOut)
async def announce_rules(body: RulesIn, session: InSession, caller: SignedIn) -> RulesOut:
    """由管理员公布新一版规则;至少 7 天后才生效,每位骑手都会收到自己近 30 天的前后对比。"""
    await announcing.announce(session, text=body.text, caller=caller)
    return await _rules(session, now=caller.now)


@router.get("/runners/{runner_id}", summary="骑手积分", response_model=PointsOut)
async def read_points(runner_id: UUID, session: InSession, caller: SignedIn) -> PointsOut:
    """自己的积分、服务质量、等级和还差什么;工作人员可以查看本社区骑手的。"""
    tier = await standing.seen_tier(session, runner_id=runner_id, caller=caller)
    balance = await ledger.balance(session, runner_id=runner_id)
    seen = await standing.standing(session, runner_id=runner_id, tier=tier, now=caller.now)
    return points_out(runner_id, tier, balance, seen)


@router.get("/runners/{runner_id}/ledger", summary="积分账本", response_model=LedgerPage)
async def read_ledger(
    runner_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> LedgerPage:
    """每一笔积分和它的理由、依据、能否申诉,新的在前。"""
    await standing.seen_tier(session, runner_id=runner_id, caller=caller)
    rows = await ledger.entries(
        session,
        runner_id=runner_id,
        before_seq=query.last_number,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.seq)
    return LedgerPage(items=await _entries(session, shown, caller), next_cursor=cursor)


@router.get(
    "/runners/{runner_id}/comparison", summary="规则变化前后对比", response_model=ComparisonOut
)
async def compare_rules(
    runner_id: UUID,
    query: Annotated[ComparisonQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> ComparisonOut:
    """最近 30 天的事实,按现行规则和另一版本各算一遍;新规则生效前就能看。"""
    await standing.seen_tier(session, runner_id=runner_id, caller=caller)
    since, found = await standing.comparison(
        session, runner_id=runner_id, version=query.version, now=caller.now
    )
    return comparison_out(query.version, since, found)


@router.post(
    "/entries/{entry_id}/appeal", status_code=201, summary="申诉", response_model=AppealOut
)
async def file_appeal(
    entry_id: UUID, body: AppealIn, session: InSession, caller: SignedIn, parts: WithParts
) -> AppealOut:
    """对一笔扣分或评价申诉:从提出到答复不扣分、不计入;不满意第一次的结果,可以再申请复核一次。"""
    row = await appealing.file(
        session, entry_id=entry_id, text=body.text, vault=parts.vault, caller=caller
    )
    return appeal_out(row, vault=parts.vault)


@router.post(
    "/runners/{runner_id}/tier-appeal",
    status_code=201,
    summary="等级申诉",
    response_model=AppealOut,
)
async def appeal_tier(
    runner_id: UUID, body: AppealIn, session: InSession, caller: SignedIn, parts: WithParts
) -> AppealOut:
    """对最近一次降级申诉:从提出到答复恢复原来的等级;可以再申请复核一次。"""
    row = await appealing.file_about_tier(
        session, runner_id=runner_id, text=body.text, vault=parts.vault, caller=caller
    )
    return appeal_out(row, vault=parts.vault)


@router.post("/entries/{entry_id}/reverse", summary="撤销一笔积分", response_model=EntryOut)
async def reverse_entry(
    entry_id: UUID, body: ReversalIn, session: InSession, caller: SignedIn
) -> EntryOut:
    """工作人员撤销录错的一笔:不改账本,另记一笔。"""
    row = await reversing.reverse(session, entry_id=entry_id, reason=body.reason, caller=caller)
    return (await _entries(session, [row], caller))[0]


@router.get("/appeals", summary="积分申诉列表", response_model=AppealPage)
async def list_appeals(
    query: Annotated[AppealQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> AppealPage:
    """工作人员用 `place` 看本地的;不填则是我自己的。新的在前。"""
    if query.place is not None:
        await _require_staff_at(session, place_id=query.place, caller=caller)
    rows = await appeals.listed(
        session,
        place_id=query.place,
        runner_id=caller.user_id if query.place is None else query.runner,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    items = [appeal_out(row, vault=parts.vault) for row in shown]
    return AppealPage(items=items, next_cursor=cursor)


@router.get("/appeals/{appeal_id}", summary="查看积分申诉", response_model=AppealOut)
async def read_appeal(
    appeal_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> AppealOut:
    """本人和本地工作人员可见。"""
    row = await appeals.appeal(session, appeal_id=appeal_id)
    if row is None or not (row.runner_id == caller.user_id or caller.holds(STAFF, row.place_path)):
        raise AppError("not_found")
    return appeal_out(row, vault=parts.vault)


@router.post("/appeals/{appeal_id}/decide", summary="答复积分申诉", response_model=AppealOut)
async def decide_appeal(
    appeal_id: UUID,
    body: AppealAnswer,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
    if_match: IfMatch = None,
) -> AppealOut:
    """由没有经手的工作人员答复,写明理由;逾期未答按申诉成立。"""
    row = await appealing.decide(
        session,
        appeal_id=appeal_id,
        version=read_version(if_match),
        outcome=body.outcome,
        left_cp=body.left_cp,
        answer=body.reason,
        vault=parts.vault,
        caller=caller,
    )
    return appeal_out(row, vault=parts.vault)


async def _entries(
    session: AsyncSession, rows: list[PointsEntry], caller: Caller
) -> list[EntryOut]:
    """Entries with what each costs now; four statements, however many they are."""
    rules = await known_rules(session)
    costly = [row for row in rows if row.kind in APPEALABLE or may_contest(row.kind, row.fact)]
    if not costly:
        return entries_out(rules, rows, penalties={}, filed=[], now=caller.now)
    penalties = await ledger.standing_penalties(
        session,
        runner_id=costly[0].runner_id,
        since_seq=min(row.seq for row in costly),
        fact_ids=[row.fact["id"] for row in costly],
    )
    filed = await appeals.of_entries(session, entry_ids=[row.id for row in costly])
    return entries_out(rules, rows, penalties=penalties, filed=filed, now=caller.now)


async def _rules(session: AsyncSession, *, now: datetime) -> RulesOut:
    known = await known_rules(session)
    return rules_out(known, await announced.announced(session), now=now)


async def _require_staff_at(session: AsyncSession, *, place_id: UUID, caller: Caller) -> None:
    await place_of_staff(session, place_id=place_id, roles=STAFF, caller=caller)
