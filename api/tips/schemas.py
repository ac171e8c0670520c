"""Shapes of tips."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body
from api.tips.rules import TIP_FEN_MAX, TIP_FEN_MIN


class OfferTip(Body):
    """How much."""

    amount_fen: Annotated[
        int,
        Field(strict=True, ge=TIP_FEN_MIN, le=TIP_FEN_MAX, description="1到50元。", examples=[300]),
    ]


class TipOut(Answer):
    """A tip."""

    id: UUID
    order_id: UUID
    amount_fen: int = Field(description="全部归骑手,平台不收费。", examples=[300])
    state: Literal["offered", "paid", "lapsed"] = Field(
        description="`offered` 待付款;`paid` 已付,归骑手,不退;`lapsed` 没有及时付款。"
    )
    until: datetime = Field(description="在此之前用 `POST /v1/payments` 付款。")


class TipShown(Answer):
    """The last tip of an order, where there is one."""

    tip: TipOut | None
