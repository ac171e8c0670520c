"""Shapes of receivers of shares."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body
from api.shares.models import ACCOUNT


class ReceiverEdit(Body):
    """Where a merchant is paid."""

    account: Annotated[str, Field(pattern=ACCOUNT)] = Field(
        description="商户自己的微信支付商户号。", examples=["1900000109"]
    )


class ReceiverOut(Answer):
    """Where a merchant is paid, and whether WeChat took it."""

    merchant_id: UUID
    account: str = Field(examples=["1900000109"])
    state: Literal["asked", "added", "refused", "ended"] = Field(
        description="`asked` 正在添加;`added` 可以分账;`refused` 微信拒绝;`ended` 已停用,只对账。"
    )
    why: str | None = Field(description="微信拒绝的原因代码。", examples=[None])
    created_at: datetime
