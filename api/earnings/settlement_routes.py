"""HTTP of settled days, of statements to download, and of the quarterly report."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.earnings import queries
from api.earnings.rules import month_of, quarter_of
from api.earnings.schemas import (
    MonthQuery,
    SettlementLine,
    SettlementLinesOut,
    SettlementLinesQuery,
    SettlementOut,
    SettlementQuery,
    SettlementsOut,
    StaffMonthQuery,
    StaffSettlementQuery,
    TaxQuery,
)
from api.earnings.service import reading, reporting
from api.identity.caller import Caller
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.files import CSV, SHEETS, sheet
from api.kit.http.routing import FeatureRouter
from api.ledger.rules import RULES
from api.runners.service.standing import the_runner

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["骑手"])


@router.get("/runners/me/settlements", summary="我的日结算", response_model=SettlementsOut)
async def list_my_settlements(
    query: Annotated[SettlementQuery, Query()], session: InSession, caller: SignedIn
) -> SettlementsOut:
    """每天一行:收入、归还的垫付款、提现和余额;一天过完后结算,新的在前,最多查 92 天。"""
    await the_runner(session, runner_id=caller.user_id)
    return await _settlements(session, caller.user_id, query, caller)


@router.get(
    "/runners/me/settlements/lines", summary="我的日结算明细", response_model=SettlementLinesOut
)
async def read_my_settlement_lines(
    query: Annotated[SettlementLinesQuery, Query()], session: InSession, caller: SignedIn
) -> SettlementLinesOut:
    """一天的结算由哪些订单和款项组成。"""
    await the_runner(session, runner_id=caller.user_id)
    asked = reading.day_of(query.day, now=caller.now)
    days = await queries.settlements(
        session, runner_id=caller.user_id, first=asked, last=asked, limit=1
    )
    if not days:
        return SettlementLinesOut(items=[])
    lines = await queries.statement_lines(
        session,
        runner_id=caller.user_id,
        first_seq=days[0].first_seq,
        last_seq=days[0].last_seq,
        limit=reporting.LINES_MAX,
    )
    return SettlementLinesOut(
        items=[SettlementLine(**i._asdict(), title=RULES[i.rule].zh) for i in lines]
    )


@router.get(
    "/runners/me/monthly-statement",
    summary="下载我的月度对账单",
    response_class=Response,
    responses=SHEETS,
)
async def download_my_month(
    query: Annotated[MonthQuery, Query()], session: InSession, caller: SignedIn
) -> Response:
    """一个月的收入、平台服务费、提现,逐日逐笔。"""
    await the_runner(session, runner_id=caller.user_id)
    return await _month(session, caller.user_id, query, caller)


@router.get(
    "/runners/{runner_id}/settlements", summary="查看骑手日结算", response_model=SettlementsOut
)
async def list_settlements(
    runner_id: UUID,
    query: Annotated[StaffSettlementQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> SettlementsOut:
    """供本社区工作人员查看;谁看过、为什么,都有记录。"""
    await reading.read_as_staff(session, runner_id=runner_id, reason=query.reason, caller=caller)
    return await _settlements(session, runner_id, query, caller)


@router.get(
    "/runners/{runner_id}/monthly-statement",
    summary="下载骑手月度对账单",
    response_class=Response,
    responses=SHEETS,
)
async def download_month(
    runner_id: UUID,
    query: Annotated[StaffMonthQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> Response:
    """供本社区工作人员下载;谁看过、为什么,都有记录。"""
    await reading.read_as_staff(session, runner_id=runner_id, reason=query.reason, caller=caller)
    return await _month(session, runner_id, query, caller)


@router.get(
    "/places/{place_id}/tax-report",
    summary="导出季度涉税信息",
    response_class=Response,
    responses=CSV,
)
async def download_tax_report(
    place_id: UUID,
    query: Annotated[TaxQuery, Query()],
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> Response:
    """季度结束后报送用:本社区每名骑手的身份和收入;默认打码,每次导出都有记录。"""
    quarter = reading.the_days("quarter", quarter_of(query.quarter, now=caller.now))
    rows = await reporting.tax_rows(
        session,
        place_id=place_id,
        quarter=quarter,
        is_whole=query.identities == "whole",
        reason=query.reason,
        vault=parts.vault,
        caller=caller,
    )
    return await sheet(quarter.name, rows, form="csv", name=f"tax-{quarter.name}")


async def _settlements(
    session: AsyncSession, runner_id: UUID, query: SettlementQuery, caller: Caller
) -> SettlementsOut:
    asked = reading.period(query.from_day, query.to_day, now=caller.now)
    days = await queries.settlements(
        session,
        runner_id=runner_id,
        first=asked.first,
        last=asked.last,
        limit=reading.DAYS_MAX,
    )
    return SettlementsOut(items=[SettlementOut.model_validate(d) for d in days])


async def _month(
    session: AsyncSession, runner_id: UUID, query: MonthQuery, caller: Caller
) -> Response:
    month = reading.the_days("month", month_of(query.month, now=caller.now))
    rows = await reporting.month_rows(session, runner_id=runner_id, month=month)
    return await sheet(month.name, rows, form=query.format, name=f"statement-{month.name}")
