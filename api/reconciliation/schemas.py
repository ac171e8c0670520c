"""Shapes of reconciliation."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import DAY_PATTERN, Answer, Body, Label, Pattern
from api.kit.pagination import PageQuery
from api.reconciliation.rules import Kind, Subject

DayState = Literal["waiting", "compared", "given_up"]
DifferenceState = Literal["open", "waiting", "matched", "explained", "settled"]


class DifferenceKindOut(Answer):
    """One kind of difference."""

    kind: Kind
    title: str = Field(examples=["金额不一致"])
    advice: str = Field(description="怎么处理。", examples=["以商户平台的单笔详情为准。"])


class DifferenceKindsOut(Answer):
    """All kinds of differences."""

    items: list[DifferenceKindOut]


class AskForDay(Body):
    """Which day to compare, or to compare again."""

    day: Annotated[date, Pattern(DAY_PATTERN, "not a day as 2026-11-21")] = Field(
        description="中国日期;次日10:05之后、90天之内。", examples=["2026-11-21"]
    )


class DaysQuery(PageQuery):
    """Which days."""

    state: DayState | None = None


class DayOut(Answer):
    """One reconciled day."""

    id: UUID
    day: date = Field(examples=["2026-11-21"])
    gateway: str = Field(
        description="`wechat` 为微信支付账单;`sandbox` 为测试支付自己的账本,没有资金流水账单。",
        examples=["wechat"],
    )
    state: DayState = Field(
        description="`waiting` 等账单或等对账;`compared` 已对;`given_up` 两天仍取不到账单。"
    )
    runs: int = Field(description="对过几次。", examples=[1])
    lines: int = Field(description="账单有几行。", examples=[128])
    sha1: str | None = Field(description="账单原文的 SHA-1;当天没有交易则无。")
    theirs_paid_fen: int = Field(description="账单的收款合计。", examples=[128000])
    theirs_refunded_fen: int = Field(description="账单的退款合计。", examples=[3500])
    ours_paid_fen: int = Field(description="账本当天的收款合计。", examples=[128000])
    ours_refunded_fen: int = Field(description="账本当天的退款合计。", examples=[3500])
    theirs_withdrawn_fen: int | None = Field(
        description="运营账户账单上付给骑手的合计,已扣退回;没有核对过则无。", examples=[7800]
    )
    ours_withdrawn_fen: int | None = Field(
        description="账本当天付给骑手的合计;没有核对过则无。", examples=[7800]
    )
    theirs_shared_fen: int | None = Field(
        description="账单上分给商户的合计,已扣回退;没有核对过则无。", examples=[2600]
    )
    ours_shared_fen: int | None = Field(
        description="账本当天分给商户的合计,已扣回退;没有核对过则无。", examples=[2600]
    )
    open_count: int = Field(description="待处理的差异。", examples=[0])
    waiting_count: int = Field(description="等下一天账单自动核销的差异。", examples=[0])
    differences_count: int = Field(description="全部差异,含已处理的。", examples=[0])
    compared_at: datetime | None
    version: int = Field(examples=[2])


class DaysOut(Answer):
    """A page of days, the latest planned first."""

    items: list[DayOut]
    next_cursor: str | None = None


class DifferencesQuery(PageQuery):
    """Which differences."""

    reconciliation_id: UUID | None = Field(default=None, description="只看这一天的。")
    state: DifferenceState | None = None
    kind: Kind | None = None


class DifferenceOut(Answer):
    """One difference."""

    id: UUID
    reconciliation_id: UUID | None = Field(description="哪一天的账;主动查询时发现的则无。")
    kind: Kind
    title: str = Field(examples=["金额不一致"])
    advice: str = Field(description="怎么处理。")
    subject: Subject = Field(
        description="`payment` 收款,`refund` 退款,`movement` 资金流水,`bill` 账单本身,"
        "`withdrawal` 付给骑手的提现,`share` 分给商户的货款,`share_return` 商户退回的分账。"
    )
    number: str = Field(description="我们的单号;资金流水为微信单号;汇总为栏目名。")
    wechat_number: str = Field(description="微信单号,没有则为空。")
    theirs_fen: int | None = Field(description="账单的金额。", examples=[350])
    ours_fen: int | None = Field(
        description="账本的金额;资金流水与账单明细比,此处为明细。", examples=[340]
    )
    effect_fen: int = Field(description="因此当天账单合计比账本多多少(退款计负)。", examples=[10])
    detail: str = Field(description="补充:状态、日期或合计。", examples=["SUCCESS/closed"])
    order_id: UUID | None
    payment_id: UUID | None
    withdrawal_id: UUID | None
    state: DifferenceState = Field(
        description="`open` 待处理;`waiting` 等另一天的账单;`matched` 已自动核销;"
        "`explained` 已说明;`settled` 已处理。"
    )
    reason: str | None = Field(description="工作人员写的说明。")
    closed_by_id: UUID | None = Field(description="谁关闭的。")
    created_at: datetime
    closed_at: datetime | None
    version: int = Field(examples=[1])


class DifferencesOut(Answer):
    """A page of differences, in the order in which they were found."""

    items: list[DifferenceOut]
    next_cursor: str | None = None


class CloseDifference(Body):
    """Why it is closed."""

    reason: Label = Field(description="说明,会永久保留。", examples=["线下收款,已补录"])
