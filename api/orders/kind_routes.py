"""HTTP of the kinds of errands, of what may not be carried, and of spending more than agreed."""

from uuid import UUID

from api.identity.edge import AnonymousEdge, Edge, InSession, SignedIn
from api.kinds import KINDS
from api.kit.db import read_now
from api.kit.http.routing import FeatureRouter
from api.orders.forbidden import list_in_force
from api.orders.schemas import (
    Answered,
    AskMore,
    ConsentOut,
    ForbiddenOut,
    KindList,
    KindOut,
)
from api.orders.service import consenting

public = FeatureRouter(prefix="/v1", route_class=AnonymousEdge, tags=["订单"])
router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["订单"])


@public.get("/errand-kinds", summary="任务类型", response_model=KindList)
async def list_kinds() -> KindList:
    """每一类任务下单要填什么、骑手要出示什么凭证,任何人可见。"""
    return KindList(items=[KindOut.model_validate(k) for k in KINDS.values()])


@public.get("/forbidden-goods", summary="禁止代送的物品", response_model=ForbiddenOut)
async def read_forbidden(session: InSession) -> ForbiddenOut:
    """现行的禁止代送清单和版本,任何人可见;骑手随时可以拒绝。"""
    return ForbiddenOut.model_validate(list_in_force(await read_now(session)))


@router.post(
    "/jobs/{job_id}/ask-more", status_code=201, summary="请求提高上限", response_model=ConsentOut
)
async def ask_more(job_id: UUID, body: AskMore, session: InSession, caller: SignedIn) -> ConsentOut:
    """骑手付款前发现超出预付上限,请下单人同意并补付。"""
    consent = await consenting.ask_for_more(
        session, job_id=job_id, goods_fen=body.goods_fen, caller=caller
    )
    return ConsentOut.model_validate(consent)


@router.get("/jobs/{job_id}/consent", summary="提高上限的结果", response_model=ConsentOut | None)
async def read_consent(job_id: UUID, session: InSession, caller: SignedIn) -> ConsentOut | None:
    """骑手查看最近一次请求的结果;`paid` 之后可以按新上限付款,没有请求过时为 `null`。"""
    consent = await consenting.last_asked(session, job_id=job_id, caller=caller)
    return None if consent is None else ConsentOut.model_validate(consent)


@router.post("/orders/{order_id}/consent", summary="同意或拒绝提高上限", response_model=ConsentOut)
async def consent(
    order_id: UUID, body: Answered, session: InSession, caller: SignedIn
) -> ConsentOut:
    """同意后用 `POST /v1/payments` 补付,补付到账上限才提高;拒绝则按原上限。"""
    answered = await consenting.answer(session, order_id=order_id, agrees=body.agree, caller=caller)
    return ConsentOut.model_validate(answered)
