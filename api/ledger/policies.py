"""What each path of an order does to its money: values in, legs out.

Three promises hold on every path. Each fen that was paid leaves the order once. What a runner has
earned or advanced is paid in full, whoever gave what back to the customer meanwhile: the platform
makes up the difference. Nothing is ever taken from a runner.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from api.ledger.rules import runner_part_fen


@dataclass(frozen=True, slots=True)
class Leg:
    """So many fen by this rule; the rule says from where to where."""

    rule: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What of an order's money is not given away: held in escrow, and set aside for goods."""

    escrow_fen: int = 0
    advance_fen: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What the runner is owed for: the fee, the platform's percentage of it, the receipt, stairs.

    ``stairs_fen``: beside the fee, which the customer paid; this the platform pays.
    """

    fee_fen: int
    share_percent: int
    spent_fen: int
    stairs_fen: int = 0


Legs = tuple[Leg, ...]


def pay(amount_fen: int, *, is_counted: bool) -> Legs:
    """A payment arrived: for the order, or, where nothing needs it any more, to go back."""
    return _legs([("payment_captured" if is_counted else "late_payment_taken", amount_fen)])


def tip(amount_fen: int) -> Legs:
    """A tip arrived: all of it to the runner."""
    return _legs([("tip_earned", amount_fen)])


def settle_goods(kept: Kept, *, spent_fen: int, refund_fen: int) -> Legs:
    """The receipt was shown: what it says is set aside for the runner, the difference goes back."""
    aside_fen = min(spent_fen, kept.escrow_fen - refund_fen)
    return _legs([("difference_returned", refund_fen), ("goods_set_aside", aside_fen)])


def refund(kept: Kept, amount_fen: int, *, is_completed: bool) -> Legs:
    """Staff decided on a refund: from escrow, never from what is set aside or paid out."""
    held_fen = 0 if is_completed else min(amount_fen, kept.escrow_fen)
    return _legs([("refund_decided", held_fen), ("refund_compensated", amount_fen - held_fen)])


def complete(kept: Kept, work: Work) -> Legs:
    """It was done: advance and fee to the runner, the share to the platform."""
    return _legs(_pay_runner(kept, work))


def sell_and_complete(kept: Kept, work: Work, *, goods_fen: int) -> Legs:
    """A merchant's goods came: first what is theirs, then runner and platform as by `complete`."""
    sold = sell(kept, goods_fen=goods_fen, fee_fen=work.fee_fen)
    left_fen = kept.escrow_fen - sum(leg.amount_fen for leg in sold)
    return (*sold, *complete(Kept(left_fen, kept.advance_fen), work))


def sell(kept: Kept, *, goods_fen: int, fee_fen: int) -> Legs:
    """A merchant's goods were delivered: what is held for them is the merchant's, after the fee.

    Booked before `complete`, which pays the fee. ``goods_fen``: what the goods cost in the end;
    what staff gave back of them meanwhile the merchant bears.
    """
    return _legs([("goods_sold", max(0, min(goods_fen, kept.escrow_fen - fee_fen)))])


def refund_goods(amount_fen: int, *, merchant_fen: int) -> Legs:
    """Goods were missing or spoilt after completion: from what the merchant is owed.

    ``merchant_fen``: how much that is; beyond it the platform bears it, never a runner.
    """
    theirs_fen = min(amount_fen, max(0, merchant_fen))
    return _legs([("goods_refunded", theirs_fen), ("refund_compensated", amount_fen - theirs_fen)])


def cancel(kept: Kept, *, cost_fen: int) -> Legs:
    """Cancelled before anything was bought, or expired: the cost to the runner, the rest back."""
    assert kept.advance_fen == 0
    back_fen = kept.escrow_fen - cost_fen
    return _legs([("cancel_refunded", back_fen), ("cancel_cost_earned", cost_fen)])


def come_back(kept: Kept, work: Work, *, cost_fen: int, fault: str) -> Legs:
    """The goods came back, the money by fault.

    The customer's fault: the runner has done the work. The runner's: they bear what they bought.
    Anybody else's: the runner gets back what they bought, from the platform.
    """
    assert kept.advance_fen == 0
    back = ("cancel_refunded", kept.escrow_fen - cost_fen)
    if fault == "runner":
        return _legs([back, ("surplus_kept", cost_fen)])
    owed = work if fault == "resident" else Work(0, 0, work.spent_fen)
    return _legs([back, *_pay_runner(Kept(cost_fen), owed)])


def lose(kept: Kept, *, fee_fen: int) -> Legs:
    """A merchant's goods were lost or broken on the way: all goes back to the customer, and the
    platform pays the merchant what is held for them, after the fee. The runner's fee is not earned,
    and nothing else of theirs is touched.
    """
    assert kept.advance_fen == 0
    goods_fen = max(0, kept.escrow_fen - fee_fen)
    return _legs([("cancel_refunded", kept.escrow_fen), ("goods_made_up", goods_fen)])


def split(kept: Kept, *, resident_fen: int, runner_fen: int, platform_fen: int) -> Legs:
    """A dispute before completion was settled: three parts of what is left.

    What is kept never is less than what is left; where the platform bore a refund, it is more, and
    that goes back to the platform. The runner's part is first the advance, which is no income.
    """
    there_fen = kept.escrow_fen + kept.advance_fen
    asked_fen = resident_fen + runner_fen + platform_fen
    assert asked_fen <= there_fen
    repaid_fen = min(kept.advance_fen, runner_fen)
    return _legs(
        [
            ("goods_repaid", repaid_fen),
            ("advance_reopened", kept.advance_fen - repaid_fen),
            ("split_to_resident", resident_fen),
            ("split_to_runner", runner_fen - repaid_fen),
            ("split_to_platform", platform_fen),
            ("surplus_kept", there_fen - asked_fen),
        ]
    )


def send_refund(amount_fen: int) -> Legs:
    """WeChat is asked to send back what is owed to the customer."""
    return _legs([("refund_sent", amount_fen)])


def share(amount_fen: int) -> Legs:
    """WeChat is asked to give a merchant their part of a payment."""
    return _legs([("goods_shared", amount_fen)])


def take_share_back(amount_fen: int) -> Legs:
    """A merchant gave back a part of their share: the platform bore a refund for it before."""
    return _legs([("share_returned", amount_fen), ("refund_recovered", amount_fen)])


def withdraw(amount_fen: int) -> Legs:
    """WeChat is asked to pay a runner what they are owed."""
    return _legs([("withdrawal_sent", amount_fen)])


def _pay_runner(kept: Kept, work: Work) -> list[tuple[str, int]]:
    """First the receipt, then the runner's part of the fee, then the platform's share.

    What the kept money does not cover of the first two comes from the platform; what it holds
    beyond all three goes there.
    """
    earned_fen = runner_part_fen(work.fee_fen, work.share_percent)
    escrow_fen, missing_fen = kept.escrow_fen, work.spent_fen - kept.advance_fen
    assert missing_fen >= 0
    aside_fen = min(escrow_fen, missing_fen)
    fee_fen = min(escrow_fen - aside_fen, earned_fen)
    share_fen = min(escrow_fen - aside_fen - fee_fen, work.fee_fen - earned_fen)
    return [
        ("goods_set_aside", aside_fen),
        ("goods_topped_up", missing_fen - aside_fen),
        ("goods_repaid", work.spent_fen),
        ("fee_earned", fee_fen),
        ("fee_topped_up", earned_fen - fee_fen),
        ("fee_shared", share_fen),
        ("stairs_paid", work.stairs_fen),
        ("surplus_kept", escrow_fen - aside_fen - fee_fen - share_fen),
    ]


def _legs(pairs: Iterable[tuple[str, int]]) -> Legs:
    """Legs of the pairs that move anything."""
    found = tuple(Leg(rule, amount_fen) for rule, amount_fen in pairs if amount_fen)
    assert all(leg.amount_fen > 0 for leg in found), found
    return found
