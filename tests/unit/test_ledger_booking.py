"""Double entry: two entries a transfer, limits by kind, each pending transfer resolved once."""

from dataclasses import replace
from uuid import UUID

import pytest

from api.errors import AppError
from api.kit.state import IllegalMove
from api.ledger.booking import Account, Entry, Transfer, book, check_same, resolve
from api.ledger.policies import (
    Kept,
    Leg,
    Work,
    come_back,
    complete,
    lose,
    refund_goods,
    sell,
    split,
)
from api.ledger.rules import (
    INCOME,
    KINDS,
    PAID_OUT,
    REPAID,
    RULES,
    account_id,
    runner_part_fen,
    transfer_id,
)
from api.ledger.states import TRANSFER

CLEARING = Account(UUID(int=1), "wechat_clearing", UUID(int=9))
ESCROW = Account(UUID(int=2), "escrow", UUID(int=8))
PAID = Transfer(UUID(int=3), "payment_captured", CLEARING.id, ESCROW.id, 500, "posted")
FULL = book({a.id: a for a in (CLEARING, ESCROW)}, [PAID]).accounts
BACK = Transfer(UUID(int=4), "refund_sent", ESCROW.id, CLEARING.id, 300, "pending")
HELD = book(FULL, [BACK]).accounts


def refused(code: str) -> object:
    """Expect a refusal of this name."""
    return pytest.raises(AppError, match=code)


def test_a_transfer_makes_two_entries_that_sum_to_zero() -> None:
    """Each numbered in its account, with the balance it led to."""
    booked = book({a.id: a for a in (CLEARING, ESCROW)}, [PAID])

    assert (
        Entry(CLEARING.id, 1, PAID.id, -500, -500),
        Entry(ESCROW.id, 1, PAID.id, 500, 500),
    ) == booked.entries


def test_what_is_not_there_cannot_be_given() -> None:
    """Nor what is held for another transfer; only accounts that may go below zero do."""
    with refused("balance_too_low"):
        book(FULL, [replace(BACK, amount_fen=501)])
    with refused("balance_too_low"):
        book(HELD, [replace(BACK, id=UUID(int=5), amount_fen=201, state="posted")])
    with refused("balance_too_low"):
        book(HELD, [replace(BACK, id=UUID(int=5), amount_fen=201)])
    assert -500 == FULL[CLEARING.id].balance_fen


@pytest.mark.parametrize(
    ("event", "balance_fen", "entries"), [("post", 200, 2), ("void", 500, 0), ("expire", 500, 0)]
)
def test_a_pending_transfer_is_posted_voided_or_expired(
    event: str, balance_fen: int, entries: int
) -> None:
    """What it held goes over, or is free again; before that it has no entry."""
    booked = resolve(HELD, BACK, event=event)
    escrow = booked.accounts[ESCROW.id]

    assert (300, 500) == (HELD[ESCROW.id].held_fen, HELD[ESCROW.id].balance_fen)
    assert (0, balance_fen) == (escrow.held_fen, escrow.balance_fen)
    assert entries == len(booked.entries)


def test_an_outcome_is_final() -> None:
    """The same again changes nothing, another is refused; what never waited has none."""
    posted = replace(BACK, state="posted")

    assert FULL == resolve(FULL, posted, event="post").accounts
    with refused("transfer_resolved"):
        resolve(FULL, posted, event="void")
    for state in TRANSFER.final:
        with pytest.raises(IllegalMove):
            TRANSFER.target(state, "post")


def test_an_id_stands_for_one_transfer() -> None:
    """The same again is none at all, whatever became of it; another amount is refused."""
    check_same(replace(BACK, state="posted"), BACK)
    for other in (replace(BACK, amount_fen=301), replace(BACK, to_id=UUID(int=7))):
        with refused("transfer_id_reused"):
            check_same(BACK, other)


def test_ids_follow_from_what_they_are_for() -> None:
    """So that two processes that book the same thing book one thing."""
    assert transfer_id("refund_sent", "a") == transfer_id("refund_sent", "a")
    assert transfer_id("refund_sent", "a") != transfer_id("refund_decided", "a")
    assert account_id("escrow", UUID(int=1)) != account_id("refunds_due", UUID(int=1))


def test_every_rule_goes_between_accounts_that_there_are() -> None:
    """What a runner is owed goes to the runner alone; what goes out through WeChat waits for it."""
    held = {r.rule for r in RULES.values() if r.is_held}
    assert {"refund_sent", "withdrawal_sent", "goods_shared"} == held
    assert list(PAID_OUT) == [r.rule for r in RULES.values() if r.source == "runner_payable"]
    assert {*INCOME, *REPAID} == {r.rule for r in RULES.values() if r.target == "runner_payable"}
    assert {r.source for r in RULES.values()} | {r.target for r in RULES.values()} == KINDS.keys()
    # What a merchant is owed leaves for refunds, and by WeChat's own sharing: pooled money is
    # never paid out to them.
    left = [r.rule for r in RULES.values() if r.source == "merchant_payable"]
    assert ["goods_refunded", "goods_shared", "refund_recovered"] == left


@pytest.mark.parametrize(
    ("fee_fen", "percent", "runner_fen"), [(0, 30, 0), (1, 30, 1), (333, 7, 310), (500, 10, 450)]
)
def test_the_share_is_rounded_in_the_runners_favour(
    fee_fen: int, percent: int, runner_fen: int
) -> None:
    """The rest of a fen is the runner's."""
    assert runner_fen == runner_part_fen(fee_fen, percent)


def test_completing_pays_advance_fee_and_share() -> None:
    """What was set aside for goods goes back to the runner, the fee by its parts."""
    assert (
        Leg("goods_repaid", 4000),
        Leg("fee_earned", 450),
        Leg("fee_shared", 50),
    ) == complete(Kept(500, 4000), Work(500, 10, 4000))


def test_what_staff_gave_back_is_not_the_runners_loss() -> None:
    """The platform forgoes its share first, then makes up what is missing."""
    assert (Leg("fee_earned", 300), Leg("fee_topped_up", 150)) == complete(
        Kept(300), Work(500, 10, 0)
    )


def test_goods_are_the_merchants_once_the_fee_is_kept() -> None:
    """What staff gave back meanwhile is the merchant's loss, before it is anybody's who works."""
    sold = [sell(Kept(held), goods_fen=5000, fee_fen=500) for held in (5500, 3000, 400)]

    assert [(Leg("goods_sold", 5000),), (Leg("goods_sold", 2500),), ()] == sold
    assert (Leg("fee_earned", 500),) == complete(Kept(500), Work(500, 0, 0))


def test_spoilt_goods_are_the_merchants_to_pay_as_far_as_they_are_owed() -> None:
    """The platform bears what is beyond; nobody who carried it ever does."""
    assert (Leg("goods_refunded", 300),) == refund_goods(300, merchant_fen=300)
    assert (Leg("goods_refunded", 100), Leg("refund_compensated", 200)) == refund_goods(
        300, merchant_fen=100
    )
    assert (Leg("refund_compensated", 300),) == refund_goods(300, merchant_fen=0)


def test_goods_that_are_lost_on_the_way_are_nobodys_loss_but_the_platforms() -> None:
    """Fee and goods go back; the merchant gets what is held for goods, however little that is."""
    whole, short = lose(Kept(1100), fee_fen=200), lose(Kept(150), fee_fen=200)

    assert (Leg("cancel_refunded", 1100), Leg("goods_made_up", 900)) == whole
    assert (Leg("cancel_refunded", 150),) == short


@pytest.mark.parametrize(
    ("fault", "cost_fen", "runner_fen"), [("resident", 4500, 4500), ("nobody", 0, 4000),
                                          ("platform", 0, 4000), ("runner", 0, 0)]
)  # fmt: skip
def test_goods_that_came_back_are_paid_by_fault(fault: str, cost_fen: int, runner_fen: int) -> None:
    """A runner who is not at fault never bears what they bought for somebody."""
    legs = come_back(Kept(5500), Work(500, 0, 4000), cost_fen=cost_fen, fault=fault)
    to_runner = sum(g.amount_fen for g in legs if RULES[g.rule].target == "runner_payable")

    assert runner_fen == to_runner
    assert Leg("cancel_refunded", 5500 - cost_fen) in legs


def test_a_split_shares_what_was_set_aside_too() -> None:
    """What the runner gets of it is their own money; what the platform had borne goes back."""
    assert (
        Leg("goods_repaid", 3000),
        Leg("advance_reopened", 1000),
        Leg("split_to_resident", 1000),
        Leg("surplus_kept", 500),
    ) == split(Kept(500, 4000), resident_fen=1000, runner_fen=3000, platform_fen=0)
    assert (
        Leg("goods_repaid", 4000),
        Leg("split_to_resident", 100),
        Leg("split_to_runner", 400),
    ) == split(Kept(500, 4000), resident_fen=100, runner_fen=4400, platform_fen=0)
