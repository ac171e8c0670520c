"""HTTP of payments, and of the sandbox that stands for WeChat in development."""

from uuid import UUID

from api.errors import AppError
from api.identity.edge import Edge, InSession, OutsideEdge, SignedIn, WithParts
from api.identity.queries import openid_of
from api.kit.http.routing import FeatureRouter
from api.payments import queries, service
from api.payments.models import Payment
from api.payments.schemas import PaymentOut, Prepare, Prepared
from api.wechat.sandbox import SandboxGateway

outside = FeatureRouter(prefix="/v1", route_class=OutsideEdge, tags=["支付"])
router = FeatureRouter(prefix="/v1", route_class=Edge, tags=["支付"])
sandbox = FeatureRouter(prefix="/v1/sandbox", route_class=OutsideEdge, tags=["测试支付"])


@outside.post("/payments", status_code=201, summary="准备支付", response_model=Prepared)
async def prepare(body: Prepare, caller: SignedIn, parts: WithParts) -> Prepared:
    """为未支付的订单取得 `wx.requestPayment` 的参数;重复调用得到同一笔支付。"""
    async with parts.database.session() as session:
        payment = await service.open_payment(
            session, order_id=body.order_id, gateway=parts.gateway.name, caller=caller
        )
        openid = await openid_of(session, user_id=caller.user_id)
        assert openid is not None, "whoever signed in has one"
        await session.commit()
    prepared = await service.prepare(
        parts.gateway, payment=payment, openid=openid, chaos=parts.chaos
    )
    return Prepared(
        payment_id=payment.id,
        amount_fen=payment.amount_fen,
        gateway=payment.gateway,
        request_payment=prepared,
    )


@router.get("/payments/{payment_id}", summary="查看支付", response_model=PaymentOut)
async def read_payment(payment_id: UUID, session: InSession, caller: SignedIn) -> Payment:
    """自己的一笔支付。"""
    payment = await queries.payment(session, payment_id=payment_id)
    if payment is None or payment.payer_id != caller.user_id:
        raise AppError("not_found")
    return payment


@sandbox.post("/payments/{payment_id}/pay", summary="测试:付款", response_model=PaymentOut)
async def pay(payment_id: UUID, caller: SignedIn, parts: WithParts) -> Payment:
    """代替微信付款并立即通知;只在开发和测试环境存在。"""
    assert isinstance(parts.gateway, SandboxGateway)
    async with parts.database.session() as session:
        payment = await queries.payment(session, payment_id=payment_id)
    if payment is None or payment.payer_id != caller.user_id:
        raise AppError("not_found")
    trade = await parts.gateway.pay(out_trade_no=payment.out_trade_no)
    async with parts.database.transaction() as (session, now):
        await service.settle(
            session,
            out_trade_no=payment.out_trade_no,
            trade=trade,
            vault=parts.vault,
            now=now,
        )
    async with parts.database.session() as session:
        settled = await queries.payment(session, payment_id=payment_id)
    assert settled is not None
    return settled
