"""The published table of paths: what happens to an order's money, whatever becomes of the order.

Published at `GET /v1/ledger/rules`. A path names all ways (`rules.py`) on which money can go when
the event happens; the figures are those of `policies.py`, and a test holds the two together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PathRow:
    """One event of an order, and on which ways its money can go by it, in their order."""

    path: str
    rules: tuple[str, ...]
    zh: str
    en: str


# What the runner and the platform get of something that was done, in this order.
_DONE = ("goods_set_aside", "goods_topped_up", "goods_repaid", "fee_earned", "fee_topped_up",
         "fee_shared", "stairs_paid", "surplus_kept")  # fmt: skip
# fmt: off
PATHS: dict[str, PathRow] = {row.path: row for row in (
    PathRow("paid", ("payment_captured",),
            "下单付款:钱进入本订单的托管账户",
            "Paid for: held for this order"),
    PathRow("consent_paid", ("payment_captured",),
            "代买超出上限,同意后补付:并入托管",
            "More than the ceiling, by consent: held, too"),
    PathRow("paid_in_vain", ("late_payment_taken",),
            "付款到时订单已取消、已付过,或补付已过期:全额待退",
            "It came when nothing needed it any more: all of it is owed back"),
    PathRow("tipped", ("tip_earned",),
            "打赏:全部归跑腿员,不退",
            "A tip: wholly the runner's, for good"),
    PathRow("goods_settled", ("difference_returned", "goods_set_aside"),
            "小票或称重后:差额退给下单人,垫付款留给跑腿员",
            "The receipt, or the weight: the difference goes back, the advance is set aside"),
    PathRow("refund_decided", ("refund_decided", "refund_compensated"),
            "完成前工作人员决定退款、缺货退款:从托管退,不动留给跑腿员的垫付款",
            "Refunds before completion: out of what is held, never out of what is set aside"),
    PathRow("completed", ("goods_sold", *_DONE),
            "确认收货,或送达24小时后自动确认:货款归商户,垫付款和跑腿费归跑腿员,其余归平台",
            "Confirmed, or by time: goods to the merchant, advance and fee to the runner"),
    PathRow("cancelled", ("cancel_refunded", "cancel_cost_earned"),
            "取消:费用按阶段和责任,见 /v1/policies/cancellation,全部归跑腿员;其余退回",
            "Cancelled: the cost by stage and fault to the runner, all else back"),
    PathRow("expired", ("cancel_refunded",),
            "没有人接单,或接龙没有成行:全额退回",
            "Nobody took it, or the cycle did not happen: all of it back"),
    PathRow("returned_by_resident", ("cancel_refunded", *_DONE),
            "送不到、退货,下单人的责任:垫付款和跑腿费照付跑腿员,其余退回",
            "It came back, the customer's fault: advance and fee are paid, the rest goes back"),
    PathRow("returned_by_runner", ("cancel_refunded", "surplus_kept"),
            "送不到、退货,跑腿员的责任:不付跑腿费,垫付款由跑腿员承担",
            "It came back, the runner's fault: no fee, and they bear what they bought"),
    PathRow("returned_by_others",
            ("cancel_refunded", "goods_topped_up", "goods_repaid"),
            "送不到、退货,不是双方的责任:全额退回,垫付款由平台归还跑腿员",
            "It came back, nobody's fault of the two: all back, the advance from the platform"),
    PathRow("lost_on_the_way", ("cancel_refunded", "goods_made_up"),
            "接龙商品在路上遗失、损坏:下单人全额退回,货款由平台赔给商户,不动跑腿员的收入",
            "A cycle's goods lost or broken on the way: all back, the platform pays the merchant"),
    PathRow("dispute_before",
            ("goods_repaid", "advance_reopened", "split_to_resident", "split_to_runner",
             "split_to_platform", "surplus_kept"),
            "完成前的争议:剩下的钱分三份,先归还垫付款",
            "A dispute before completion: what is left in three parts, the advance first"),
    PathRow("compensated", ("refund_compensated",),
            "完成后的退款和争议:由平台赔付账户出,不动跑腿员的收入",
            "Refunds and disputes after completion: the platform bears them, never the runner"),
    PathRow("goods_given_back", ("goods_refunded", "refund_compensated"),
            "完成后缺货、变质:由商户应付款出,不足部分由平台出",
            "Goods missing or spoilt after completion: the merchant, beyond what it is owed we"),
    PathRow("sent_back", ("refund_sent",),
            "待退的钱经微信退回:退成后入账,失败仍欠下单人",
            "What is owed back goes through WeChat: still owed where it failed"),
    PathRow("shared", ("goods_shared",),
            "完成一周后微信分账给商户:成功后入账,失败仍欠商户",
            "A week after completion WeChat shares it with the merchant; owed still if it failed"),
    PathRow("share_given_back", ("share_returned", "refund_recovered"),
            "分账后缺货、变质:商户退回,抵平台已垫付的退款",
            "The merchant gives back of it for goods that were refunded"),
    PathRow("withdrawn", ("withdrawal_sent",),
            "跑腿员提现:到账后入账,未到账退回余额",
            "A runner withdraws: theirs still where it did not arrive"),
)}
# fmt: on
