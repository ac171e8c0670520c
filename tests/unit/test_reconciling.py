"""What differs between a bill and the ledger: each kind by its rule, and nothing else."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from api.kit.clock import CHINA
from api.reconciliation.reading import TradeBill
from api.reconciliation.rules import (
    KINDS,
    Contract,
    Found,
    Line,
    Ours,
    judge,
    judge_again,
    judge_movement,
    judge_shifted,
    judge_sums,
    judge_unlisted,
)
from api.wechat.pay.bills import BillDamaged, pack, percent_to_ppm, yuan_to_millifen

DAY, NEXT = date(2026, 11, 21), date(2026, 11, 22)
CONTRACT = Contract("1900000001", 6000)
LINE = Line("payment", datetime(2026, 11, 21, 12, tzinfo=CHINA), "1900000001", "n1", "42", 1250,
            "SUCCESS", 7500, 6000)  # fmt: skip
OURS = Ours("payment", UUID(int=1), UUID(int=2), UUID(int=3), "n1", "42", "paid", 1250,
            datetime(2026, 11, 21, 12, 1, tzinfo=CHINA))  # fmt: skip
BACK = replace(LINE, subject="refund", number="r1", wechat_number="50", state="PROCESSING",
               fee_millifen=-7500)  # fmt: skip
OUR_BACK = replace(OURS, subject="refund", number="r1", wechat_number=None, state="succeeded")
TOMORROW = datetime(2026, 11, 22, 0, 0, 5, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("line", "ours", "expected"),
    [
        (LINE, OURS, []),
        (BACK, OUR_BACK, []),
        (BACK, replace(OUR_BACK, state="requested"), []),
        (replace(LINE, fee_millifen=8000), OURS, []),
        (LINE, None, [("missing_here", 1250)]),
        (BACK, None, [("missing_here", -1250)]),
        (replace(LINE, amount_fen=1251, fee_millifen=7506), OURS, [("amount_differs", 1)]),
        (replace(BACK, amount_fen=1251, fee_millifen=-7506), OUR_BACK, [("amount_differs", -1)]),
        (LINE, replace(OURS, state="closed", booked_fen=0), [("state_differs", 1250)]),
        (replace(LINE, state="REVOKED"), OURS, [("state_differs", 0)]),
        (replace(LINE, wechat_number="43"), OURS, [("state_differs", 0)]),
        (BACK, replace(OUR_BACK, state="failed", booked_fen=0), [("state_differs", -1250)]),
        (replace(BACK, state="ABNORMAL"), OUR_BACK, [("state_differs", 0)]),
        (replace(BACK, state="SOLD"), OUR_BACK, [("state_differs", 0)]),
        (LINE, replace(OURS, at=TOMORROW), [("day_shifted", 1250)]),
        (replace(LINE, amount_fen=1251, fee_millifen=7506), replace(OURS, at=TOMORROW),
         [("day_shifted", 1250), ("amount_differs", 1)]),
        (replace(LINE, fee_millifen=8001), OURS, [("fee_differs", 0)]),
        (replace(LINE, rate_ppm=6001), OURS, [("fee_differs", 0)]),
        (replace(BACK, fee_millifen=7500), OUR_BACK, [("fee_differs", 0)]),
        (replace(LINE, mchid="1900000002"), OURS, [("foreign_merchant", 1250)]),
    ],
)  # fmt: skip
def test_a_line_against_ours(line: Line, ours: Ours | None, expected: list[object]) -> None:
    """Every kind, with its effect on the sum of the day; what agrees is nothing."""
    found = judge(line, ours, day=DAY, contract=CONTRACT)

    assert expected == [(f.kind, f.effect_fen) for f in found]
    assert len(found) == len({f.fingerprint for f in found})


@pytest.mark.parametrize(
    ("found", "kind", "effect_fen", "due"),
    [
        (judge_again(LINE, 2), "doubled", 1250, None),
        (judge_unlisted(OURS, day=DAY), "missing_there", -1250, None),
        (judge_unlisted(OUR_BACK, day=DAY), "missing_there", 1250, None),
        (judge_unlisted(replace(OURS, at=TOMORROW.replace(day=21, hour=23)), day=DAY),
         "day_shifted", -1250, NEXT),
        (judge_shifted(OURS, listed_on=NEXT), "day_shifted", -1250, None),
        (judge(LINE, replace(OURS, at=TOMORROW), day=DAY, contract=CONTRACT)[0], "day_shifted",
         1250, NEXT),
    ],
)  # fmt: skip
def test_what_only_one_side_has(found: Found, kind: str, effect_fen: int, due: date | None) -> None:
    """Near midnight the other day may have it; else somebody must look."""
    assert (kind, effect_fen, due) == (found.kind, found.effect_fen, found.due)


@pytest.mark.parametrize(
    ("listed_fen", "moved_fen", "kinds"),
    [(350, 350, []), (350, None, ["missing_there"]), (None, 350, ["missing_here"]),
     (350, 351, ["amount_differs"]), (350, 700, ["doubled"]), (0, 0, [])],
)  # fmt: skip
def test_what_moved_for_a_line(
    listed_fen: int | None, moved_fen: int | None, kinds: list[str]
) -> None:
    """The account against the bill."""
    found = judge_movement("42", listed_fen=listed_fen, moved_fen=moved_fen)

    assert kinds == [f.kind for f in found]


def test_sums_are_those_of_the_lines() -> None:
    """Each that is off is told of by its name."""
    said = {"总交易单数": 2, "订单总金额": 1_250_000, "手续费总金额": 7500}
    found = judge_sums(said, {**said, "订单总金额": 1_249_000})

    assert [] == judge_sums(said, said)
    assert [("订单总金额", "12.5 元 / 12.49 元")] == [(f.number, f.detail) for f in found]


def test_what_is_unlisted_is_one_difference_whatever_the_next_bill_says() -> None:
    """A day compared again knows it, also where it no longer waits."""
    late = replace(OURS, at=TOMORROW.replace(day=21, hour=23))
    waits = judge_unlisted(late, day=DAY)

    assert "day_shifted" == waits.kind
    assert waits.fingerprint == replace(waits, kind="missing_there", due=None).fingerprint
    assert waits.fingerprint != judge_shifted(late, listed_on=NEXT).fingerprint


def test_every_kind_says_what_to_do() -> None:
    """In Chinese, and not in a word."""
    assert all(len(row.advice) > 20 for row in KINDS.values())


def test_fees_and_rates_are_exact() -> None:
    """Five decimals of a yuan, and percents of any kind."""
    assert (7506, -7506, 6000, 3750) == (
        yuan_to_millifen("0.07506"),
        yuan_to_millifen("-0.07506"),
        percent_to_ppm("0.60%"),
        percent_to_ppm("0.375%"),
    )


def test_a_bill_without_a_column_that_is_needed_is_not_read() -> None:
    """Half a bill would look like money that is missing."""
    text = "交易时间,商户号\r\n`2026-11-21 12:00:00,`1\r\n总交易单数\r\n`1\r\n"
    with pytest.raises(BillDamaged, match="column"):
        list(TradeBill(pack(text)))
