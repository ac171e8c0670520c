"""Shapes of the ledger."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.kit.http.fields import Answer
from api.kit.pagination import PageQuery
from api.ledger.rules import AccountKind, Owner, Path


class AccountKindOut(Answer):
    """One kind of account."""

    kind: AccountKind
    owner: Owner = Field(description="账户属于谁:社区、订单、跑腿员或商户。")
    may_be_negative: bool = Field(description="余额是否可以低于0;其他账户任何时候都不会。")
    zh: str = Field(examples=["订单已付、尚未分配的钱;订单结束时为0"])
    en: str = Field(examples=["What was paid for an order and is not given away"])


class RuleOut(Answer):
    """One way that money goes."""

    rule: str = Field(examples=["fee_earned"])
    path: Path = Field(
        description="在哪一步:付款、货款、退款、完成、售货、分账、取消、争议、打赏、提现。"
    )
    source: AccountKind = Field(description="从哪种账户。")
    target: AccountKind = Field(description="到哪种账户。")
    is_held: bool = Field(description="是否先冻结、等微信结果后才入账。")
    zh: str = Field(examples=["跑腿费归跑腿员"])
    en: str = Field(examples=["The fee to the runner"])


class PathOut(Answer):
    """What happens to an order's money by one event."""

    path: str = Field(examples=["cancelled"])
    rules: list[str] = Field(
        description="钱可能走的规则,按先后;没有列出的不会走。",
        examples=[["cancel_refunded", "cancel_cost_earned"]],
    )
    zh: str = Field(examples=["取消:费用按阶段和责任,全部归跑腿员;其余退回"])
    en: str = Field(examples=["Cancelled: the cost to the runner, all else back"])


class LedgerRulesOut(Answer):
    """All accounts, all ways between them, all paths of an order: money goes no other way."""

    kinds: list[AccountKindOut]
    rules: list[RuleOut]
    paths: list[PathOut]


class BalanceOut(Answer):
    """What a community's accounts of one kind hold."""

    kind: AccountKind
    balance_fen: int = Field(description="余额;收入为正,支出为负。", examples=[12800])


class BalancesOut(Answer):
    """The accounts of a community itself."""

    items: list[BalanceOut]


class CommunityStatementQuery(PageQuery):
    """Which account of a community, and which page."""

    kind: AccountKind = Field(
        default="platform_fee",
        description="`wechat_clearing`、`platform_fee` 或 `compensation`。",
    )


class StatementLine(Answer):
    """One line of an account."""

    seq: int = Field(description="在账户中的序号,从1起,不缺号。", examples=[12])
    at: datetime
    rule: str = Field(description="规则代码,见 `GET /v1/ledger/rules`。", examples=["fee_earned"])
    title: str = Field(description="规则的说明。", examples=["跑腿费归跑腿员"])
    order_id: UUID | None = Field(description="为哪个订单。")
    amount_fen: int = Field(description="这一笔;收入为正,支出为负。", examples=[450])
    balance_fen: int = Field(description="这一笔之后的余额。", examples=[12800])


class StatementOut(Answer):
    """An account line by line, newest first; each balance is the one below it plus its amount."""

    balance_fen: int = Field(description="现在的余额。", examples=[12800])
    held_fen: int = Field(description="其中冻结、等待结果的部分。", examples=[0])
    items: list[StatementLine]
    next_cursor: str | None = None


class MovementOut(Answer):
    """One transfer of an order's money."""

    id: UUID
    rule: str = Field(examples=["payment_captured"])
    title: str = Field(examples=["下单人付款"])
    source: AccountKind
    target: AccountKind
    amount_fen: int = Field(examples=[500])
    state: str = Field(
        description="`posted` 已入账;`pending` 冻结中;`voided`、`expired` 未发生。",
        examples=["posted"],
    )
    at: datetime
    resolved_at: datetime | None = Field(description="冻结的转账何时有了结果。")


class MovementsOut(Answer):
    """Where the money of an order came from and went to, oldest first."""

    escrow_fen: int = Field(description="尚未分配的钱。", examples=[500])
    advance_fen: int = Field(description="留给跑腿员的垫付款。", examples=[0])
    items: list[MovementOut]
