"""HTTP of earnings."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.earnings import queries
from api.earnings.schemas import (
    EarnedDay,
    EarnedOrder,
    EarningsOut,
    EarningsQuery,
    StaffEarningsQuery,
)
from api.earnings.service import reading as service
from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.ledger.schemas import StatementOut
from api.ledger.views import statement
from api.runners.service.standing import the_runner

router = FeatureRouter(prefix="/v1/runners", route_class=Edge, tags=["骑手"])


@router.get("/me/earnings", summary="我的收入", response_model=EarningsOut)
async def read_my_earnings(
    query: Annotated[EarningsQuery, Query()], session: InSession, caller: SignedIn
) -> EarningsOut:
    """按天、按单的所得,以账本入账为准,不含归还的垫付款;最多查 92 天。"""
    await the_runner(session, runner_id=caller.user_id)
    return await _earnings(session, caller.user_id, query, caller)


@router.get("/me/statement", summary="我的账户明细", response_model=StatementOut)
async def read_my_statement(
    query: Annotated[PageQuery, Query()], session: InSession, caller: SignedIn
) -> StatementOut:
    """应付给我的钱,逐笔:所得和归还的垫付款,新的在前,每笔之后的余额。"""
    await the_runner(session, runner_id=caller.user_id)
    return await statement(session, kind="runner_payable", owner_id=caller.user_id, query=query)


@router.get("/{runner_id}/earnings", summary="查看骑手收入", response_model=EarningsOut)
async def read_earnings(
    runner_id: UUID,
    query: Annotated[StaffEarningsQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> EarningsOut:
    """供本社区工作人员查看;谁看过、为什么,都有记录。"""
    await service.read_as_staff(session, runner_id=runner_id, reason=query.reason, caller=caller)
    return await _earnings(session, runner_id, query, caller)


async def _earnings(
    session: AsyncSession, runner_id: UUID, query: EarningsQuery, caller: Caller
) -> EarningsOut:
    asked = service.period(query.from_day, query.to_day, now=caller.now)
    days = await service.earned_days(session, runner_id=runner_id, asked=asked)
    rows = await queries.items(
        session,
        runner_id=runner_id,
        since=asked.since,
        before=asked.before,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.order_id)
    return EarningsOut(
        from_day=asked.first,
        to_day=asked.last,
        orders_count=sum(d.orders_count for d in days),
        fee_fen=sum(d.fee_fen for d in days),
        days=[EarnedDay.model_validate(d) for d in days],
        items=[EarnedOrder.model_validate(i) for i in shown],
        next_cursor=cursor,
    )
