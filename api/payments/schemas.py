"""Shapes of payments."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body


class Prepare(Body):
    """Which order to pay for."""

    order_id: UUID


class Prepared(Answer):
    """A payment ready to be made."""

    payment_id: UUID
    amount_fen: int = Field(examples=[350])
    gateway: str = Field(
        description="`wechat` 为微信支付,`sandbox` 为测试支付。", examples=["wechat"]
    )
    request_payment: dict[str, Any] = Field(
        description="传给 `wx.requestPayment` 的参数。",
        examples=[{"sandbox": True, "package": "prepay_id=sandbox-019a"}],
    )


class PaymentOut(Answer):
    """A payment."""

    id: UUID
    order_id: UUID
    amount_fen: int = Field(examples=[350])
    state: Literal["created", "paid", "closed"]
