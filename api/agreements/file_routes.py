"""HTTP of the whole file of a case, and of the published figures."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api.agreements.figures import FORMULAS
from api.agreements.forms.official import bundle
from api.agreements.forms.printing import printed
from api.agreements.schemas import (
    FiguresOut,
    FiguresQuery,
    FormulaList,
    FormulaOut,
    RateOut,
)
from api.agreements.service.counting import figures
from api.agreements.service.filing import case_file
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.workdays import KNOWN_UNTIL

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["调解卷宗"])
public = FeatureRouter(prefix="/v1", route_class=AnonymousEdge, tags=["调解卷宗"])
_PDF_TYPE = "application/pdf"
_PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件",
        "content": {_PDF_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/cases/{case_id}/file", summary="导出案件卷宗", response_class=Response, responses=_PDF
)
async def download_file(
    case_id: UUID, session: InSession, caller: SignedIn, parts: WithParts
) -> Response:
    """本案调解员和经办人导出:封面、目录、各式文书,一案一卷的 PDF。每次导出都有记录。"""
    case = await case_file(session, case_id=case_id, vault=parts.vault, caller=caller)
    # Tenths of a second of pure computing: not on the loop that everybody waits for.
    raw = await asyncio.to_thread(
        printed, bundle(case), title=f"人民调解卷宗 {case.number}", foot=case.committee
    )
    disposition = f'attachment; filename="case-{case_id}.pdf"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(raw, media_type=_PDF_TYPE, headers=headers)


@public.get("/mediation/formulas", summary="调解指标的计算规则", response_model=FormulaList)
async def list_formulas() -> FormulaList:
    """各版计算规则。分子分母都保留,可以复核;不按调解员的成功率排名。"""
    items = [FormulaOut.model_validate(formula) for formula in FORMULAS]
    return FormulaList(items=items, holidays_known_until=KNOWN_UNTIL)


@router.get("/mediation/figures", summary="调解指标", response_model=FiguresOut)
async def read_figures(
    query: Annotated[FiguresQuery, Query()], session: InSession, caller: SignedIn
) -> FiguresOut:
    """一个地点在一段时间内受理的案件:响应、解决、满意、达成协议、履行。"""
    found = await figures(
        session, place_id=query.place_id, first=query.first, last=query.last, caller=caller
    )
    return FiguresOut(
        place_id=query.place_id,
        first=query.first,
        last=query.last,
        formula=FormulaOut.model_validate(found.formula),
        rates=[RateOut.model_validate(rate) for rate in found.rates],
    )
