"""HTTP of acts that may be undone for ten seconds."""

from uuid import UUID

from api.identity.edge import Edge, InSession, KeyedEdge, SignedIn, WithParts
from api.jobs.routes import StopNumber
from api.jobs.schemas import Fail, Saying
from api.kit.http.routing import FeatureRouter
from api.orders.mishap_schemas import Cancel, HeldActOut, HoldDeliver
from api.orders.models import HeldAct
from api.orders.service import holding
from api.orders.service.cancelling import order_of_job, order_of_stop
from api.orders.service.holding import Wanted

router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["撤回"])
money = FeatureRouter(prefix="/v1", route_class=KeyedEdge, tags=["撤回"])


@money.post("/orders/{order_id}/hold-cancel", summary="可撤回的取消", response_model=HeldActOut)
async def hold_cancel(
    order_id: UUID, body: Cancel, session: InSession, caller: SignedIn, parts: WithParts
) -> HeldAct:
    """10 秒后取消,期间可以撤回;能不能取消、费用多少,现在就检查。"""
    wanted = Wanted(
        "cancel", reason=body.reason, text=body.text, upload_ids=_ids(body), token=body.token
    )
    return await holding.hold(
        session, order_id=order_id, job_id=None, wanted=wanted, vault=parts.vault, caller=caller
    )


@router.post(
    "/jobs/{job_id}/stops/{n}/hold-deliver", summary="可撤回的送达", response_model=HeldActOut
)
async def hold_deliver(
    job_id: UUID,
    n: StopNumber,
    body: HoldDeliver,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> HeldAct:
    """10 秒后送达,期间可以撤回;送达时间按现在算,收货码现在就检查。"""
    wanted = Wanted(
        "deliver",
        stop=n,
        code=body.code,
        photo_ids=tuple(str(i) for i in body.photo_ids),
        spent_fen=body.spent_fen,
    )
    order_id = await order_of_stop(session, job_id=job_id, n=n)
    return await holding.hold(
        session, order_id=order_id, job_id=job_id, wanted=wanted, vault=parts.vault, caller=caller
    )


@router.post("/jobs/{job_id}/hold-fail", summary="可撤回的无法送达", response_model=HeldActOut)
async def hold_fail(
    job_id: UUID, body: Fail, session: InSession, caller: SignedIn, parts: WithParts
) -> HeldAct:
    """10 秒后记为无法送达,期间可以撤回;一趟送多户的,一站一站来。"""
    order_id = await order_of_job(session, job_id=job_id)
    wanted = _failing(body, stop=1)
    return await holding.hold(
        session, order_id=order_id, job_id=job_id, wanted=wanted, vault=parts.vault, caller=caller
    )


@router.post(
    "/jobs/{job_id}/stops/{n}/hold-fail", summary="可撤回的一站无法送达", response_model=HeldActOut
)
async def hold_fail_stop(
    job_id: UUID,
    n: StopNumber,
    body: Fail,
    session: InSession,
    caller: SignedIn,
    parts: WithParts,
) -> HeldAct:
    """10 秒后这一站记为无法送达,期间可以撤回;其余各站照送。"""
    order_id = await order_of_stop(session, job_id=job_id, n=n)
    wanted = _failing(body, stop=n)
    return await holding.hold(
        session, order_id=order_id, job_id=job_id, wanted=wanted, vault=parts.vault, caller=caller
    )


@router.post("/held-acts/{act_id}/undo", summary="撤回", response_model=HeldActOut)
async def undo(act_id: UUID, session: InSession, caller: SignedIn) -> HeldAct:
    """10 秒内撤回自己刚才的操作,就像没有发生过。"""
    return await holding.undo(session, act_id=act_id, caller=caller)


@router.get("/held-acts/{act_id}", summary="查看可撤回的操作", response_model=HeldActOut)
async def read_act(act_id: UUID, session: InSession, caller: SignedIn) -> HeldAct:
    """等待生效、已撤回、已生效,或未能生效及原因。"""
    return await holding.own_act(session, act_id=act_id, caller=caller)


def _failing(body: Fail, *, stop: int) -> Wanted:
    return Wanted("fail", stop=stop, reason=body.reason, text=body.text, upload_ids=_ids(body))


def _ids(body: Saying) -> tuple[str, ...]:
    return tuple(str(i) for i in body.upload_ids)
