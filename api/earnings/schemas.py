"""Shapes of earnings."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body, Label
from api.kit.http.files import Format
from api.kit.pagination import PageQuery


class PeriodQuery(Body):
    """Which days, both included; at most 92."""

    from_day: date | None = Field(
        default=None, alias="from", description="从哪天起;不填为最后一天的六天前。"
    )
    to_day: date | None = Field(default=None, alias="to", description="到哪天止;不填为今天。")


class EarningsQuery(PeriodQuery, PageQuery):
    """Which days, and which page of what is listed of them."""


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


class SettlementQuery(Body):
    """Which days, both included; at most 92."""

    from_day: date | None = Field(
        default=None, alias="from", description="从哪天起;不填为最后一天的六天前。"
    )
    to_day: date | None = Field(default=None, alias="to", description="到哪天止;不填为今天。")


class StaffSettlementQuery(SettlementQuery):
    """The same for staff, who say why they look."""

    reason: Label = Field(description="为什么查看;会留下记录。", examples=["核对日结"])


class SettlementOut(Answer):
    """What one day did to a runner's balance."""

    day: date = Field(examples=["2026-11-21"])
    orders_count: int = Field(description="有收入的单数。", examples=[12])
    opening_fen: int = Field(description="日初余额。", examples=[1000])
    income_fen: int = Field(description="收入,已扣平台服务费。", examples=[4200])
    platform_fen: int = Field(description="这些订单的平台服务费,未计入收入。", examples=[300])
    repaid_fen: int = Field(description="归还的垫付款,不是收入。", examples=[0])
    paid_out_fen: int = Field(description="提现到账。", examples=[5000])
    closing_fen: int = Field(description="日末余额。", examples=[200])


class SettlementsOut(Answer):
    """Settled days, newest first; a day is settled after it is over."""

    items: list[SettlementOut]


class SettlementLinesQuery(Body):
    """Which day."""

    day: date | None = Field(default=None, description="哪天(北京时间);不填为昨天。")


class SettlementLine(Answer):
    """One entry of a settled day."""

    at: datetime
    rule: str = Field(description="规则代码,见 `GET /v1/ledger/rules`。", examples=["fee_earned"])
    title: str = Field(examples=["跑腿费归跑腿员"])
    number: int | None = Field(description="订单号。", examples=[100231])
    platform_fen: int = Field(description="这一单的平台服务费。", examples=[50])
    amount_fen: int = Field(description="这一笔。", examples=[450])
    balance_fen: int = Field(description="这一笔之后的余额。", examples=[12800])


class SettlementLinesOut(Answer):
    """A settled day entry by entry; empty where nothing happened or it is not settled yet."""

    items: list[SettlementLine]


class MonthQuery(Body):
    """Which month, and as what."""

    month: str | None = Field(
        default=None,
        pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$",
        description="哪个月;不填为上个月。本月只含已结算的日子。",
        examples=["2026-10"],
    )
    format: Format = Field(default="csv", description="`csv`(UTF-8,带 BOM)或 `xlsx`。")


class StaffMonthQuery(MonthQuery):
    """The same for staff, who say why they look."""

    reason: Label = Field(description="为什么查看;会留下记录。", examples=["核对工资条"])


class TaxQuery(Body):
    """Which quarter, and whether names and numbers are whole."""

    quarter: str | None = Field(
        default=None,
        pattern=r"^2[01][0-9]{2}-Q[1-4]$",
        description="哪个季度;不填为上个季度。",
        examples=["2026-Q3"],
    )
    identities: Literal["masked", "whole"] = Field(
        default="masked", description="姓名和证件号打码或不打码;不打码仅限街道工作人员和管理员。"
    )
    format: Format = Field(default="csv", description="`csv`(UTF-8,带 BOM)或 `xlsx`。")
    reason: Label = Field(description="为什么导出;会留下记录。", examples=["季度涉税信息报送"])
