"""HTTP of what merchants are owed."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.earnings.rules import month_of
from api.earnings.schemas import MonthQuery
from api.earnings.service.reading import the_days
from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.files import SHEETS, sheet
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.ledger.schemas import StatementOut
from api.ledger.views import statement
from api.takings import service

router = FeatureRouter(prefix="/v1/merchants/{merchant_id}", route_class=Edge, tags=["商户"])


@router.get("/statement", summary="商户账户明细", response_model=StatementOut)
async def read_statement(
    merchant_id: UUID,
    query: Annotated[PageQuery, Query()],
    session: InSession,
    caller: SignedIn,
) -> StatementOut:
    """应付本店的货款,逐笔,新的在前;店主和社区管理人员查看。只对账,平台不转账(二清)。"""
    row = await service.own_takings(session, merchant_id=merchant_id, caller=caller)
    return await statement(session, kind="merchant_payable", owner_id=row.id, query=query)


@router.get(
    "/monthly-statement", summary="下载商户月度对账单", response_class=Response, responses=SHEETS
)
async def download_month(
    merchant_id: UUID, query: Annotated[MonthQuery, Query()], session: InSession, caller: SignedIn
) -> Response:
    """按自然月(北京时间):合计、每天和逐笔;店主和社区管理人员下载。"""
    row = await service.own_takings(session, merchant_id=merchant_id, caller=caller)
    month = the_days("month", month_of(query.month, now=caller.now))
    rows = await service.month_rows(session, merchant=row, month=month)
    return await sheet(month.name, rows, form=query.format, name=f"takings-{month.name}")
