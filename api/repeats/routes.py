"""HTTP of repeating errands."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.errors import AppError
from api.identity.edge import Edge, InSession, SignedIn, WithParts
from api.kit.http.routing import FeatureRouter
from api.kit.pagination import PageQuery
from api.orders.routes import asked_of, quote_out, wish_of
from api.places.routes import contact_of
from api.repeats import queries, service
from api.repeats.models import Repeat
from api.repeats.rules import Rule
from api.repeats.schemas import NewRepeat, RepeatDayOut, RepeatOut, RepeatPage

router = FeatureRouter(prefix="/v1/repeats", route_class=Edge, tags=["重复任务"])
_DAYS_SHOWN = 10


@router.post("", status_code=201, summary="新建重复任务", response_model=RepeatOut)
async def start(
    body: NewRepeat, session: InSession, caller: SignedIn, parts: WithParts
) -> RepeatOut:
    """按星期重复同一任务:提前一天自动下单,每次单独支付,到时未付则跳过这一次。"""
    order = body.order
    to = order.dropoff_contact
    template = service.Template(
        asked=await asked_of(session, body.errand, window=None, caller=caller),
        wish=wish_of(order),
        dropoff_place=order.dropoff_place,
        pickup_contact=contact_of(order.pickup_contact),
        dropoff_contact=None if to is None else contact_of(to),
    )
    said = body.rule
    rule = Rule(tuple(sorted(said.weekdays)), said.begins_min, said.lasts_min, said.until)
    row, priced = await service.start(
        session, rule=rule, template=template, vault=parts.vault, caller=caller
    )
    return RepeatOut.model_validate(row).model_copy(update={"quote": quote_out(priced)})


@router.get("", summary="我的重复任务", response_model=RepeatPage)
async def list_repeats(
    query: Annotated[PageQuery, Query()], session: InSession, caller: SignedIn
) -> RepeatPage:
    """新的在前。"""
    rows = await queries.of_customer(
        session,
        customer_id=caller.user_id,
        before=query.last_id,
        limit=query.limit + 1,
    )
    shown, cursor = query.cut(rows, by=lambda row: row.id)
    return RepeatPage(items=[RepeatOut.model_validate(r) for r in shown], next_cursor=cursor)


@router.get("/{repeat_id}", summary="查看重复任务", response_model=RepeatOut)
async def read_repeat(repeat_id: UUID, session: InSession, caller: SignedIn) -> RepeatOut:
    """包括最近几次的订单,或者为什么跳过。"""
    row = await queries.repeat(session, repeat_id=repeat_id)
    if row is None or row.customer_id != caller.user_id:
        raise AppError("not_found")
    days = await queries.last_days(session, repeat_id=repeat_id, limit=_DAYS_SHOWN)
    shown = [RepeatDayOut.model_validate(d) for d in days]
    return RepeatOut.model_validate(row).model_copy(update={"days": shown})


@router.post("/{repeat_id}/pause", summary="暂停重复任务", response_model=RepeatOut)
async def pause(repeat_id: UUID, session: InSession, caller: SignedIn) -> Repeat:
    """不再下新的单;已经下的单不变。"""
    return await service.change(session, repeat_id=repeat_id, event="pause", caller=caller)


@router.post("/{repeat_id}/resume", summary="恢复重复任务", response_model=RepeatOut)
async def resume(repeat_id: UUID, session: InSession, caller: SignedIn) -> Repeat:
    """从下一个日子继续。"""
    return await service.change(session, repeat_id=repeat_id, event="resume", caller=caller)


@router.post("/{repeat_id}/end", summary="结束重复任务", response_model=RepeatOut)
async def end(repeat_id: UUID, session: InSession, caller: SignedIn) -> Repeat:
    """结束后不能恢复;已经下的单不变。"""
    return await service.change(session, repeat_id=repeat_id, event="end", caller=caller)
