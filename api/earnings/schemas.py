"""Shapes of earnings."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body, Label
from api.kit.pagination import Cursor, Limit


class EarningsQuery(Body):
    """Which days, both included; at most 92."""

    from_day: date | None = Field(
        default=None, alias="from", description="从哪天起;不填为最后一天的六天前。"
    )
    to_day: date | None = Field(default=None, alias="to", description="到哪天止;不填为今天。")
    limit: Limit = 20
    cursor: Cursor | None = None


class StaffEarningsQuery(EarningsQuery):
    """The same for staff, who say why they look."""

    reason: Label = Field(description="为什么查看;会留下记录。", examples=["核对补贴"])


class EarnedDay(Answer):
    """A day's sum."""

    day: date = Field(examples=["2026-11-22"])
    orders_count: int = Field(examples=[12])
    fee_fen: int = Field(description="所得合计(已扣平台服务费)。", examples=[4200])


class EarnedOrder(Answer):
    """One completed order."""

    order_id: UUID
    number: int = Field(description="订单号,便于口头沟通。", examples=[100231])
    kind: str = Field(examples=["fetch"])
    place: str = Field(description="送到哪栋楼;不含门牌。", examples=["3号楼"])
    delivered_at: datetime
    fee_fen: int = Field(description="这一单的所得,以账本为准。", examples=[350])


class EarningsOut(Answer):
    """Earnings by day and by order; an order counts on the day it was delivered."""

    from_day: date = Field(examples=["2026-11-16"])
    to_day: date = Field(examples=["2026-11-22"])
    orders_count: int = Field(description="这些天一共几单。", examples=[40])
    fee_fen: int = Field(description="这些天的所得合计。", examples=[14000])
    days: list[EarnedDay]
    items: list[EarnedOrder]
    next_cursor: str | None = None
