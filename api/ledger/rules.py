"""The published table of money: which accounts there are, and which ways it may go between them.

Published at `GET /v1/ledger/rules`. Amounts are fen. A balance is what came in less what went out:
what is owed to somebody is positive, what lies at WeChat for it is as much below zero, so that all
balances together are always 0. No money goes any way that is not in this table.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

Owner = Literal["community", "order", "runner", "merchant"]
AccountKind = Literal[
    "wechat_clearing", "escrow", "goods_advance", "refunds_due", "runner_payable",
    "merchant_payable", "platform_fee", "compensation",
]  # fmt: skip
Path = Literal[
    "pay", "goods", "refund", "complete", "sell", "share", "cancel", "dispute", "tip",
    "withdraw",
]  # fmt: skip

# Ids of accounts and transfers follow from what they are for: nothing is booked twice.
_NAMESPACE = UUID("6f0c6a3e-5d0b-5c56-9f4f-8a2f5b0d7c11")


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of account: whose it is, and whether it may go below zero."""

    kind: AccountKind
    owner: Owner
    may_be_negative: bool
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One way that money goes. ``is_held``: pending until WeChat says what became of it."""

    rule: str
    path: Path
    source: AccountKind
    target: AccountKind
    is_held: bool
    zh: str
    en: str


# fmt: off
KINDS: dict[AccountKind, KindRow] = {row.kind: row for row in (
    KindRow("wechat_clearing", "community", True,
            "微信支付账户中属于本社区的钱;余额为负数,绝对值即金额",
            "What lies at WeChat for this community; below zero by as much"),
    KindRow("escrow", "order", False,
            "订单已付、尚未分配的钱;订单结束时为0",
            "What was paid for an order and is not given away; 0 once the order is final"),
    KindRow("goods_advance", "order", False,
            "留给跑腿员的垫付款;订单结束时为0",
            "Set aside for what the runner spent; 0 once the order is final"),
    KindRow("refunds_due", "order", False,
            "已决定退给下单人、微信尚未退成的钱",
            "Decided to go back, until WeChat has sent it"),
    KindRow("runner_payable", "runner", False,
            "应付跑腿员:所得和归还的垫付款;只会付给本人,不会被扣减",
            "Owed to a runner: earned, and repaid advances; it goes to them and nowhere else"),
    KindRow("merchant_payable", "merchant", False,
            "应付商户的货款;由微信分账付给商户,超出分账比例的部分只对账,不从平台账户转出(二清)",
            "Owed to a merchant for goods: shared by WeChat within its limit, beyond it stated,"
            " never paid out of pooled money"),
    KindRow("platform_fee", "community", False,
            "平台服务费收入", "The platform's share of the fees"),
    KindRow("compensation", "community", True,
            "平台赔付账户;余额为负数即平台已承担的赔付",
            "What the platform bears: below zero by what it has paid so far"),
)}

RULES: dict[str, RuleRow] = {row.rule: row for row in (
    RuleRow("payment_captured", "pay", "wechat_clearing", "escrow", False,
            "下单人付款(含同意后的补付)", "The customer paid, or paid more by consent"),
    RuleRow("late_payment_taken", "pay", "wechat_clearing", "refunds_due", False,
            "订单已取消、已付过或补付过期:款项全额待退",
            "Money that is not needed any more: all of it is owed back"),
    RuleRow("tip_earned", "tip", "wechat_clearing", "runner_payable", False,
            "打赏:全部归跑腿员,平台不收费,付款后不退",
            "A tip: wholly the runner's, without a fee, and never taken back"),
    RuleRow("refund_sent", "refund", "refunds_due", "wechat_clearing", True,
            "微信退款:先冻结,退成后入账;退款失败则仍欠下单人",
            "A refund through WeChat: held until it succeeded; still owed where it failed"),
    RuleRow("goods_set_aside", "goods", "escrow", "goods_advance", False,
            "小票金额:留给垫付的跑腿员", "What the receipt says, set aside for the runner"),
    RuleRow("difference_returned", "goods", "escrow", "refunds_due", False,
            "预付与小票的差额:退给下单人", "Paid in front and not needed: goes back"),
    RuleRow("refund_decided", "refund", "escrow", "refunds_due", False,
            "工作人员决定退款(订单未结束)", "Staff decided on a refund before completion"),
    RuleRow("refund_compensated", "refund", "compensation", "refunds_due", False,
            "完成后的退款和争议、动用了垫付款的退款:由平台承担",
            "Refunds after completion, or beyond what is held: the platform bears them"),
    RuleRow("fee_earned", "complete", "escrow", "runner_payable", False,
            "跑腿费归跑腿员(扣除下单时公布的平台比例)",
            "The fee to the runner, less the share published when it was ordered"),
    RuleRow("fee_shared", "complete", "escrow", "platform_fee", False,
            "平台服务费(不足一分的归跑腿员)",
            "The platform's share, rounded down; the rest of a fen is the runner's"),
    RuleRow("fee_topped_up", "complete", "compensation", "runner_payable", False,
            "订单中途退过款:跑腿员所得由平台补足",
            "What staff gave back is not the runner's loss: the platform makes it up"),
    RuleRow("goods_topped_up", "complete", "compensation", "goods_advance", False,
            "订单中途退过款,或非跑腿员责任退货:垫付款由平台补足",
            "An advance that the held money does not cover, where the runner is not at fault"),
    RuleRow("goods_repaid", "complete", "goods_advance", "runner_payable", False,
            "归还跑腿员的垫付款(不是收入)", "The advance goes back to the runner; no income"),
    RuleRow("stairs_paid", "complete", "compensation", "runner_payable", False,
            "没有电梯的楼按层加给跑腿员的钱:由平台承担",
            "Stairs of a building without a lift, paid to who brought a cycle's goods up"),
    RuleRow("surplus_kept", "complete", "escrow", "compensation", False,
            "平台先前垫补的余款收回", "What the platform made up before and was not needed"),
    RuleRow("goods_sold", "sell", "escrow", "merchant_payable", False,
            "订单完成:货款归商户(先留足跑腿费)",
            "The goods of a completed order, once the runner's fee is kept, to their merchant"),
    RuleRow("goods_refunded", "sell", "merchant_payable", "refunds_due", False,
            "完成后的缺货、变质退款:由商户承担(以应付余额为限)",
            "Goods missing or spoilt, after completion: from what the merchant is owed"),
    RuleRow("goods_made_up", "sell", "compensation", "merchant_payable", False,
            "商户交出后在路上遗失、损坏的货:由平台赔给商户",
            "Goods lost or broken on the way, after their merchant gave them: the platform pays"),
    RuleRow("goods_shared", "share", "merchant_payable", "wechat_clearing", True,
            "微信分账:先冻结,微信分给商户后入账;分账失败则仍欠商户",
            "Profit sharing: held until WeChat gave it to them; still owed where it failed"),
    RuleRow("share_returned", "share", "wechat_clearing", "merchant_payable", False,
            "分账回退:缺货、变质退款后,商户已分得的钱退回",
            "A merchant gives back what was shared, for goods that were refunded"),
    RuleRow("refund_recovered", "share", "merchant_payable", "compensation", False,
            "分账回退抵还平台先前垫付的退款",
            "What a merchant gave back makes up what the platform had borne"),
    RuleRow("cancel_refunded", "cancel", "escrow", "refunds_due", False,
            "取消、无人接单、退货:退给下单人的部分",
            "Cancelled, expired or returned: what goes back"),
    RuleRow("cancel_cost_earned", "cancel", "escrow", "runner_payable", False,
            "取消费:全部归已在路上的跑腿员",
            "What cancelling costs: all of it to the runner who was on the way"),
    RuleRow("advance_reopened", "dispute", "goods_advance", "escrow", False,
            "争议裁定:不归跑腿员的垫付款并入待分金额",
            "A dispute: what of the advance is not the runner's is split, too"),
    RuleRow("split_to_resident", "dispute", "escrow", "refunds_due", False,
            "争议裁定:退给下单人", "A dispute: the customer's part"),
    RuleRow("split_to_runner", "dispute", "escrow", "runner_payable", False,
            "争议裁定:付给跑腿员", "A dispute: the runner's part"),
    RuleRow("split_to_platform", "dispute", "escrow", "platform_fee", False,
            "争议裁定:归平台", "A dispute: the platform's part"),
    RuleRow("withdrawal_sent", "withdraw", "runner_payable", "wechat_clearing", True,
            "跑腿员提现:先冻结,本人在微信确认到账后入账;未到账则退回余额",
            "A runner's withdrawal: held until it arrived in their WeChat; theirs still where not"),
)}
# fmt: on
# What of a runner's account is income; the rest is their own money coming back.
INCOME = (
    "fee_earned",
    "fee_topped_up",
    "stairs_paid",
    "cancel_cost_earned",
    "split_to_runner",
    "tip_earned",
)  # fmt: skip
REPAID = ("goods_repaid",)
PAID_OUT = ("withdrawal_sent",)
MAY_BE_NEGATIVE = tuple(sorted(k for k, row in KINDS.items() if row.may_be_negative))


def account_id(kind: AccountKind, owner_id: UUID) -> UUID:
    """The account of this kind that this owner has, or will have."""
    return uuid5(_NAMESPACE, f"account/{kind}/{owner_id}")


def transfer_id(rule: str, subject: str) -> UUID:
    """The one transfer by this rule for what ``subject`` names, such as a payment's id."""
    return uuid5(_NAMESPACE, f"transfer/{rule}/{subject}")


def runner_part_fen(fee_fen: int, share_percent: int) -> int:
    """What of a fee is the runner's: all but the platform's share, which is rounded down."""
    assert fee_fen >= 0
    assert 0 <= share_percent <= 100
    return fee_fen - fee_fen * share_percent // 100
