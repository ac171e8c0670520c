"""Shapes of withdrawals."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer, Body, Label
from api.kit.pagination import PageQuery

WithdrawalState = Literal[
    "asked", "offered", "moving", "cancelling", "succeeded", "failed", "cancelled"
]
Amount = Annotated[int, Field(strict=True, ge=1, le=100_000_00, examples=[5000])]


class WithdrawalRulesOut(Answer):
    """How much may be withdrawn, and how often."""

    min_fen: int = Field(
        description="单笔最少;一次提完全部余额时可更少,但不低于10分。", examples=[100]
    )
    max_fen: int = Field(description="单笔最多。", examples=[200_000])
    day_max_fen: int = Field(description="一天(北京时间)最多。", examples=[500_000])
    day_max_count: int = Field(description="一天最多几笔。", examples=[3])
    name_needed_fen: int = Field(description="从多少起须已实名。", examples=[200_000])
    confirm_within_s: int = Field(
        description="多久内须在微信确认收款,过后退回余额。", examples=[86_400]
    )


class NewWithdrawal(Body):
    """How much to withdraw."""

    amount_fen: Amount = Field(description="提现金额。")
    account: UUID | None = Field(
        default=None,
        description="注销前的账户,取自余额列表的 `accounts`;不填为现在的账户。",
    )


class NewWithdrawalFor(Body):
    """How much is paid to somebody who cannot sign in."""

    amount_fen: Amount = Field(description="付给本人的金额,只会到本人的微信。")


class Retry(Body):
    """Why WeChat is asked again."""

    reason: Label = Field(description="为什么再问,会永久保留。", examples=["运营账户已充值"])


class WithdrawalOut(Answer):
    """One withdrawal."""

    id: UUID
    amount_fen: int = Field(examples=[5000])
    state: WithdrawalState = Field(
        description="`asked` 已申请;`offered` 待本人在微信确认;`moving` 到账中;`cancelling` 撤销中;"
        "`succeeded` 已到账;`failed` 未成,已退回余额;`cancelled` 已撤销,已退回余额。"
    )
    why: str | None = Field(
        description="等待或失败的原因:`not_enough`、`misconfigured` 由平台处理;其他为微信代码。",
        examples=["OVERDUE_CLOSE"],
    )
    created_at: datetime
    confirm_by: datetime | None = Field(description="待确认时:最晚何时确认。")
    done_at: datetime | None = Field(description="何时有结果。")
    request_transfer: dict[str, str] | None = Field(
        description="待确认时:传给 `wx.requestMerchantTransfer` 的参数;成功回调不代表到账。",
        examples=[{"mchId": "1900000001", "appId": "wx0000000000000001", "package": "…"}],
    )


class AccountOut(Answer):
    """What one account is owed."""

    account_id: UUID
    is_former: bool = Field(description="是否注销前的账户。")
    balance_fen: int = Field(description="应付余额。", examples=[12_800])
    held_fen: int = Field(description="其中提现途中的部分。", examples=[5000])
    available_fen: int = Field(description="可提现。", examples=[7800])


class WithdrawalPage(Answer):
    """What one is owed, and one's withdrawals, newest first."""

    accounts: list[AccountOut]
    items: list[WithdrawalOut]
    next_cursor: str | None = None


class StaffWithdrawalQuery(PageQuery):
    """Which withdrawals of a community."""

    state: WithdrawalState | None = Field(default=None, description="只看这个状态。")


class StaffWithdrawalOut(Answer):
    """One withdrawal as staff see it."""

    id: UUID
    runner_id: UUID
    amount_fen: int = Field(examples=[5000])
    state: WithdrawalState
    why: str | None = Field(description="等待或失败的原因代码。", examples=["not_enough"])
    gateway: str = Field(examples=["wechat"])
    out_bill_no: str = Field(description="我方单号,始终不变。")
    bill_no: str | None = Field(description="微信单号。")
    asks: int = Field(description="本状态下问过微信几次。", examples=[1])
    ask_at: datetime = Field(description="下次何时再问。")
    created_at: datetime
    done_at: datetime | None
    version: int = Field(examples=[2])
    request_transfer: dict[str, str] | None = Field(
        default=None,
        description="本人无法登录时:由工作人员转交本人确认;只有本人的微信能用,无法改付他人。",
    )


class StaffWithdrawalPage(Answer):
    """Withdrawals of a community, newest first."""

    items: list[StaffWithdrawalOut]
    next_cursor: str | None = None
