"""What differs between WeChat's bills and what the ledger paid to runners and merchants."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from api.kit.clock import CHINA
from api.reconciliation.reading import FlowBill
from api.reconciliation.rules import NOTHING_KNOWN, About
from api.reconciliation.sent import Listed, Sent, judge_sent
from api.wechat.pay.bills import BillDamaged, pack

DAY, NEXT = date(2026, 11, 21), date(2026, 11, 22)
NOON = datetime(2026, 11, 21, 12, tzinfo=CHINA)
KNOWN = About(UUID(int=2), withdrawal_id=UUID(int=1))
PAID = Sent("w1", "13", "succeeded", 500, 500, NOON, NOON, KNOWN)
LATE = replace(PAID, done_at=datetime(2026, 11, 21, 23, 59, 30, tzinfo=CHINA))
OPEN = replace(PAID, state="offered", booked_fen=0, done_at=None)
FAILED = replace(PAID, state="failed", booked_fen=0)
OLD = datetime(2026, 11, 18, 12, tzinfo=CHINA)
HEADER = "记账时间,微信支付业务单号,业务类型,收支类型,收支金额(元),业务凭证号"
SUMS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


@pytest.mark.parametrize(
    ("ours", "out_fen", "back_fen", "expected"),
    [
        # It fits: once out and taken; offered, and come back; offered, and not booked yet; nothing.
        (PAID, 500, 0, None),
        (PAID, 1000, 500, None),
        (FAILED, 500, 500, None),
        (FAILED, 0, 0, None),
        (OPEN, 0, 0, None),
        (None, 500, 500, None),
        (None, 500, 0, ("withdrawal_unknown", None)),
        (PAID, 0, 0, ("withdrawal_unlisted", None)),
        (LATE, 0, 0, ("withdrawal_unlisted", NEXT)),
        (PAID, 500, 500, ("withdrawal_came_back", None)),
        (PAID, 501, 0, ("withdrawal_amount_differs", None)),
        (PAID, 500, 1, ("withdrawal_amount_differs", None)),
        (PAID, 1000, 0, ("withdrawal_doubled", None)),
        (FAILED, 1000, 0, ("withdrawal_doubled", None)),
        (FAILED, 500, 0, ("withdrawal_not_returned", NEXT)),
        (replace(FAILED, done_at=OLD), 500, 0, ("withdrawal_not_returned", None)),
        (FAILED, 500, 499, ("withdrawal_amount_differs", None)),
        (OPEN, 500, 0, ("withdrawal_pending", NEXT)),
        (replace(OPEN, created_at=OLD), 500, 0, ("withdrawal_pending", None)),
        (OPEN, 499, 0, ("withdrawal_amount_differs", None)),
    ],
)
def test_a_withdrawal_is_judged_by_all_that_moved_for_it(
    ours: Sent | None, out_fen: int, back_fen: int, expected: tuple[str, date | None] | None
) -> None:
    """By the net of all bills; what the next bill may explain is expected of it."""
    found = judge_sent("withdrawal", Listed("w1", "13", out_fen, back_fen), ours, day=DAY)

    assert expected == (None if found is None else (found.kind, found.due))
    if found is not None:
        assert (out_fen - back_fen, 0) == (found.theirs_fen, found.effect_fen)
        assert (ours.about if ours else NOTHING_KNOWN) == found.about


def test_a_share_is_judged_in_the_same_way_under_names_of_its_own() -> None:
    """And what a merchant gave back is not taken for what it got."""
    listed = [Listed("w1", "13", fen) for fen in (0, 500, 501, 1000)]
    booked = [judge_sent("share", one, PAID, day=DAY) for one in listed]
    failed = judge_sent("share_return", listed[1], FAILED, day=DAY)
    asked = judge_sent("share", listed[1], OPEN, day=DAY)

    assert ["share_unlisted", None, "share_amount_differs", "share_doubled"] == [
        found and found.kind for found in booked
    ]
    assert failed is not None
    assert ("share_unbooked", "share_return") == (failed.kind, failed.subject)
    assert asked is not None
    assert ("share_pending", NEXT) == (asked.kind, asked.due)


def test_the_operating_bill_is_read_but_for_fees() -> None:
    """What went out and what came, by WeChat's number and ours; its sums count every row."""
    rows = [
        "`2026-11-21 12:00:00,`13,`商家转账,`支出,`5.00,`w1",
        "`2026-11-21 12:00:00,`13,`商家转账退回,`收入,`5.00,`w1",
        "`2026-11-21 12:00:00,`14,`扣除交易手续费,`支出,`0.01,`",
    ]
    bill = FlowBill(pack("\r\n".join([HEADER, *rows, SUMS, "`3,`1,`5.00,`2,`5.01", ""])))
    payouts = list(bill.payouts())
    strange = FlowBill(pack("\r\n".join([HEADER, rows[0].replace("支出", "不明"), SUMS, "`1"])))

    assert [("13", "w1", 500, True), ("13", "w1", 500, False)] == [
        (p.wechat_number, p.voucher, p.amount_fen, p.is_out) for p in payouts
    ]
    assert bill.said() == bill.counted
    with pytest.raises(BillDamaged):
        list(strange.payouts())
