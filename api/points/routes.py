"""HTTP of points."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import STAFF, Caller
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn
from api.kit.money import format_yuan
from api.kit.pagination import PageQuery
from api.places.service import community_of_place
from api.points import queries
from api.points.models import PointsEntry
from api.points.schemas import (
    EntryOut,
    LedgerPage,
    LineOut,
    PointsOut,
    RulesOut,
)
from api.points.service import RULES_VERSION
from scoring.explain import explain
from scoring.postings import line_from_json
from scoring.rules import shipped_rules

router = APIRouter(prefix="/v1/points", route_class=Edge, tags=["积分"])
_PRIVATE = ("rating.revealed",)
public = APIRouter(prefix="/v1/points", route_class=AnonymousEdge, tags=["积分"])


@public.get("/rules", summary="积分规则", response_model=RulesOut)
async def read_rules() -> RulesOut:
    """现行的积分规则,任何人可见。"""
    return RulesOut(version=RULES_VERSION, text=shipped_rules(RULES_VERSION))


@router.get("/runners/{runner_id}", summary="骑手积分", response_model=PointsOut)
async def read_points(runner_id: UUID, session: InSession, caller: SignedIn) -> PointsOut:
    """自己的积分,或工作人员查看本社区骑手的积分。"""
    tier = await _tier(session, runner_id=runner_id, caller=caller)
    balance = await queries.balance(session, runner_id=runner_id)
    balance_cp = balance.balance_cp if balance else 0
    return PointsOut(
        runner_id=runner_id,
        tier=tier,  # pyright: ignore[reportArgumentType]
        points=format_yuan(max(0, balance_cp)),
        balance_cp=balance_cp,
        entries=balance.seq if balance else 0,
        rules_version=RULES_VERSION,
    )


@router.get("/runners/{runner_id}/ledger", summary="积分账本", response_model=LedgerPage)
async def read_ledger(
    runner_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> LedgerPage:
    """每一笔积分和它的理由,新的在前。"""
    await _tier(session, runner_id=runner_id, caller=caller)
    rows = await queries.entries(
        session,
        runner_id=runner_id,
        before_seq=query.last_number,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.seq)
    return LedgerPage(items=[_entry(r) for r in shown], next_cursor=cursor)


async def _tier(session: AsyncSession, *, runner_id: UUID, caller: Caller) -> str:
    runner = await queries.runner_of(session, runner_id=runner_id)
    if runner is None:
        raise AppError("not_found")
    community_id, tier = runner
    if runner_id != caller.user_id:
        community = await community_of_place(session, place_id=community_id)
        if not caller.holds(STAFF, community.path):
            raise AppError("not_found")
    return tier


def _entry(row: PointsEntry) -> EntryOut:
    lines = [line_from_json(line) for line in row.lines]
    words = [explain(line) for line in lines]
    return EntryOut(
        id=row.id,
        seq=row.seq,
        kind=row.kind,
        at=row.at,
        delta_cp=row.delta_cp,
        balance_cp=row.balance_cp,
        rules_version=row.rules_version,
        # A rating stays private: the runner sees what it gave, not by whom or for which order.
        order_id=None if row.kind in _PRIVATE else row.order_id,
        lines=[
            LineOut(rule=line.rule, delta_cp=line.delta_cp, zh=word.zh, en=word.en)
            for line, word in zip(lines, words, strict=True)
        ],
        fact=None if row.kind in _PRIVATE else row.fact,
    )
