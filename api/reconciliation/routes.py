"""HTTP of reconciliation, for whoever runs the deployment: the merchant account is its own."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import Caller
from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.http.versions import IfMatch, read_version
from api.reconciliation import queries
from api.reconciliation.models import Reconciliation, ReconciliationDifference
from api.reconciliation.rules import KINDS
from api.reconciliation.schemas import (
    AskForDay,
    CloseDifference,
    DayOut,
    DaysOut,
    DaysQuery,
    DifferenceKindOut,
    DifferenceKindsOut,
    DifferenceOut,
    DifferencesOut,
    DifferencesQuery,
)
from api.reconciliation.service import closing
from api.reconciliation.service.planning import OPERATORS, ask_for_day

public = FeatureRouter(prefix="/v1/policies", route_class=AnonymousEdge, tags=["对账"])
router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["对账"])


@public.get("/reconciliation", summary="对账差异种类", response_model=DifferenceKindsOut)
async def read_difference_kinds() -> DifferenceKindsOut:
    """公开的对账规则:账单与账本可能有哪些差异,每一种怎么处理。"""
    return DifferenceKindsOut(items=[DifferenceKindOut.model_validate(k) for k in KINDS.values()])


@router.post("/reconciliations", status_code=202, summary="对某天的账", response_model=DayOut)
async def ask_for(
    body: AskForDay, session: InSession, caller: SignedIn, parts: WithParts
) -> DayOut:
    """要求对某一天的账,或重新对一次;由后台完成。已有的差异和处理结果都保留,不会重复。"""
    key = await ask_for_day(session, gateway=parts.gateway.name, day=body.day, caller=caller)
    return await _day(session, key)


@router.get("/reconciliations", summary="每日对账", response_model=DaysOut)
async def list_days(
    query: Annotated[DaysQuery, Query()], session: InSession, caller: SignedIn
) -> DaysOut:
    """每天一条,新的在前。每天10:05之后自动取前一天的账单,与账本逐笔核对。"""
    caller.require(OPERATORS, ())
    rows = await queries.days(
        session,
        state=query.state,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    counts = await queries.counts(session, keys=[row.id for row in shown])
    return DaysOut(
        items=[_shown(row, counts.get(row.id, queries.Counts())) for row in shown],
        next_cursor=cursor,
    )


@router.get("/reconciliations/{reconciliation_id}", summary="查看一天", response_model=DayOut)
async def read_day(reconciliation_id: UUID, session: InSession, caller: SignedIn) -> DayOut:
    """一天的对账结果。"""
    caller.require(OPERATORS, ())
    return await _day(session, reconciliation_id)


@router.get("/differences", summary="对账差异", response_model=DifferencesOut)
async def list_differences(
    query: Annotated[DifferencesQuery, Query()], session: InSession, caller: SignedIn
) -> DifferencesOut:
    """逐条差异,各有处理办法;先发现的在前。"""
    caller.require(OPERATORS, ())
    rows = await queries.differences(
        session,
        key=query.reconciliation_id,
        state=query.state,
        kind=query.kind,
        after=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return DifferencesOut(
        items=await _differences(session, shown),
        next_cursor=cursor,
    )


@router.get("/differences/{difference_id}", summary="查看差异", response_model=DifferenceOut)
async def read_difference(
    difference_id: UUID, session: InSession, caller: SignedIn
) -> DifferenceOut:
    """一条差异。"""
    caller.require(OPERATORS, ())
    return await _difference(session, difference_id)


@router.post(
    "/differences/{difference_id}/explain", summary="说明差异", response_model=DifferenceOut
)
async def explain(
    difference_id: UUID,
    body: CloseDifference,
    session: InSession,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> DifferenceOut:
    """查明无误,写明来由后关闭。"""
    return await _closed(session, difference_id, "explain", body, caller, if_match)


@router.post(
    "/differences/{difference_id}/settle", summary="差异已处理", response_model=DifferenceOut
)
async def settle(
    difference_id: UUID,
    body: CloseDifference,
    session: InSession,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> DifferenceOut:
    """确有差错,钱已处理好,写明做了什么后关闭。"""
    return await _closed(session, difference_id, "settle", body, caller, if_match)


async def _closed(
    session: AsyncSession,
    difference_id: UUID,
    event: Literal["explain", "settle"],
    body: CloseDifference,
    caller: Caller,
    if_match: str | None,
) -> DifferenceOut:
    await closing.close(
        session,
        difference_id=difference_id,
        event=event,
        version=read_version(if_match),
        reason=body.reason,
        caller=caller,
    )
    return await _difference(session, difference_id)


async def _day(session: AsyncSession, key: UUID) -> DayOut:
    row = await queries.day_row(session, key=key)
    if row is None:
        raise AppError("not_found")
    counts = await queries.counts(session, keys=[key])
    return _shown(row, counts.get(key, queries.Counts()))


def _shown(row: Reconciliation, counts: queries.Counts) -> DayOut:
    return DayOut(
        **row.model_dump(exclude={"asks", "ask_at", "created_at"}),
        open_count=counts.open,
        waiting_count=counts.waiting,
        differences_count=counts.all,
    )


async def _difference(session: AsyncSession, key: UUID) -> DifferenceOut:
    row = await queries.difference(session, key=key)
    if row is None:
        raise AppError("not_found")
    return (await _differences(session, [row]))[0]


async def _differences(
    session: AsyncSession, rows: list[ReconciliationDifference]
) -> list[DifferenceOut]:
    reasons = await queries.reasons(session, keys=[row.id for row in rows])
    return [
        DifferenceOut(
            **row.model_dump(exclude={"closed_by"}),
            closed_by_id=row.closed_by,
            title=KINDS[row.kind].title,  # pyright: ignore[reportArgumentType]
            advice=KINDS[row.kind].advice,  # pyright: ignore[reportArgumentType]
            reason=reasons.get(row.id),
        )
        for row in rows
    ]
