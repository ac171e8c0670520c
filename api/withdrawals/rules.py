"""Pure rules of withdrawals: how much, how often, and when a name is needed. Amounts are fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

# 商家转账: less than 0.1 yuan is refused, and from 2,000 yuan on the real name is compared
# (facts of the product page; a lower bound of our own only makes ours stricter).
WECHAT_MIN_FEN = 10
NAME_NEEDED_FEN = 200_000
# WeChat gives the runner a day to confirm; its own end may lag.
CONFIRM_WITHIN = timedelta(hours=24)
LAPSED_AFTER = timedelta(hours=25)
# WeChat refuses what was signed more than five minutes ago: after that no call is under way.
SURELY_ARRIVED = timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a deployment lets a runner withdraw; days are those of clocks in China."""

    min_fen: int
    max_fen: int
    day_max_fen: int
    day_max_count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One withdrawal that is asked for, and what it is judged by.

    ``today_fen``: what was asked for today and did not fail, one amount for each.
    """

    amount_fen: int
    available_fen: int
    today_fen: Sequence[int]
    has_open: bool
    has_name: bool


def refusal(wanted: Wanted, limits: Limits) -> str | None:
    """Why it may not be, as a code of the catalogue; ``None``: it may.

    Whoever takes everything may take less than the least amount: nothing small stays behind.
    """
    is_all = wanted.amount_fen == wanted.available_fen
    least_fen = WECHAT_MIN_FEN if is_all else max(limits.min_fen, WECHAT_MIN_FEN)
    if wanted.has_open:
        return "withdrawal_open"
    if wanted.amount_fen > wanted.available_fen:
        return "balance_too_low"
    if wanted.amount_fen < least_fen:
        return "withdrawal_too_small"
    if wanted.amount_fen > limits.max_fen:
        return "withdrawal_too_large"
    if (
        len(wanted.today_fen) >= limits.day_max_count
        or sum(wanted.today_fen) + wanted.amount_fen > limits.day_max_fen
    ):
        return "withdrawals_used_up"
    if wanted.amount_fen >= NAME_NEEDED_FEN and not wanted.has_name:
        return "real_name_needed"
    return None
