"""How much a runner may withdraw, and when."""

from dataclasses import replace

import pytest

from api.withdrawals.rules import Limits, Wanted, refusal
from api.withdrawals.states import FINAL, OPEN, WITHDRAWAL

LIMITS = Limits(min_fen=100, max_fen=300_000, day_max_fen=400_000, day_max_count=3)
PLAIN = Wanted(500, available_fen=1_000_000, today_fen=(), has_open=False, has_name=False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"has_open": True}, "withdrawal_open"),
        ({"amount_fen": 1_000_001}, "balance_too_low"),
        ({"available_fen": 499}, "balance_too_low"),
        ({"amount_fen": 99}, "withdrawal_too_small"),
        ({"amount_fen": 100}, None),
        # The whole of what there is may be less, down to what WeChat sends.
        ({"amount_fen": 99, "available_fen": 99}, None),
        ({"amount_fen": 10, "available_fen": 10}, None),
        ({"amount_fen": 9, "available_fen": 9}, "withdrawal_too_small"),
        ({"amount_fen": 300_001, "has_name": True}, "withdrawal_too_large"),
        ({"amount_fen": 199_999}, None),
        ({"amount_fen": 200_000}, "real_name_needed"),
        ({"amount_fen": 300_000, "has_name": True}, None),
        ({"today_fen": (1, 1)}, None),
        ({"today_fen": (1, 1, 1)}, "withdrawals_used_up"),
        ({"today_fen": (399_500,)}, None),
        ({"today_fen": (399_501,)}, "withdrawals_used_up"),
    ],
)
def test_each_limit_has_its_name(changes: dict[str, object], code: str | None) -> None:
    """One value to this side of each limit is refused, and the one at it is not."""
    assert code == refusal(replace(PLAIN, **changes), LIMITS)  # type: ignore[arg-type]


def test_nothing_below_what_wechat_sends_however_low_the_limit() -> None:
    """A lower least amount of ours could only be refused there."""
    assert "withdrawal_too_small" == refusal(
        replace(PLAIN, amount_fen=9), replace(LIMITS, min_fen=1)
    )


def test_every_open_state_can_end_and_only_before_the_confirmation_by_cancelling() -> None:
    """Whatever WeChat says last has a move; a confirmed one is not taken back any more."""
    assert WITHDRAWAL.states == {*OPEN, *FINAL}
    for state in OPEN:
        assert WITHDRAWAL.allows(state, "succeed")
        assert WITHDRAWAL.allows(state, "fail")
    assert {"asked", "cancelling", "offered"} == {*WITHDRAWAL.sources("cancel")}
    assert {"asked", "offered"} == {*WITHDRAWAL.sources("take_back")}
