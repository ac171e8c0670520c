"""HTTP of whom shares go to."""

from uuid import UUID

from fastapi import Response

from api.identity.edge import Edge, InSession, SignedIn
from api.kit.http.routing import FeatureRouter
from api.shares.models import Receiver
from api.shares.schemas import ReceiverEdit, ReceiverOut
from api.shares.service import receiving

router = FeatureRouter(
    prefix="/v1/merchants/{merchant_id}/receiver", route_class=Edge, tags=["商户"]
)


@router.get("", summary="查看分账商户号", response_model=ReceiverOut)
async def read_receiver(merchant_id: UUID, session: InSession, caller: SignedIn) -> ReceiverOut:
    """货款分到哪个商户号;店主和社区管理人员查看。没有设置的商户只对账,不转账。"""
    return _out(await receiving.receiver_of(session, merchant_id=merchant_id, caller=caller))


@router.put("", summary="设置分账商户号", response_model=ReceiverOut)
async def set_receiver(
    merchant_id: UUID, body: ReceiverEdit, session: InSession, caller: SignedIn
) -> ReceiverOut:
    """社区管理人员核对合同后设置,向微信添加成功后生效;不能给自己的店设置。"""
    row = await receiving.set_receiver(
        session, merchant_id=merchant_id, account=body.account, caller=caller
    )
    return _out(row)


@router.delete("", status_code=204, summary="停用分账商户号", response_class=Response)
async def end_receiver(merchant_id: UUID, session: InSession, caller: SignedIn) -> Response:
    """之后的货款只对账;已经发出的分账不受影响。"""
    await receiving.end_receiver(session, merchant_id=merchant_id, caller=caller)
    return Response(status_code=204)


def _out(row: Receiver) -> ReceiverOut:
    return ReceiverOut(merchant_id=row.id, **row.model_dump(include={
        "account", "state", "why", "created_at",
    }))  # fmt: skip
