"""How much of a payment goes to its merchant, and when. Pure; amounts are fen.

From facts/wechat.md §11.8: a configured part of what is left after the fee, from a minute after the
payment until thirty days after it, when WeChat lets go of what it holds by itself.
"""

from datetime import timedelta

# While it may be disputed (DISPUTE_WINDOW of orders) it stays, as only the merchant's account gives
# a share back; but not longer than this, as WeChat needs days for what it refuses at first.
AT_LATEST = timedelta(days=25)
# From here on WeChat may have let go of it by itself: nothing is asked any more.
TOO_LATE = timedelta(days=29)
# How long letting go is asked for: by then WeChat has done it by itself.
LET_GO_BY_THEN = timedelta(days=31)
# Refunds of goods for which the merchant answers: staff say so, buyers did, or their lot was called
# back. All else that goes back after completion is the platform's.
BORNE_BY_MERCHANT = frozenset({"goods_missing", "goods_reported", "lot_recalled"})
_MILLION = 1_000_000


def share_fen(
    *, paid_fen: int, refunded_fen: int, owed_fen: int, percent: int, fee_ppm: int
) -> int:
    """A merchant's part of a payment: what they are owed, within the limit and what is left.

    The fee is rounded up, so that WeChat's own limit is never passed by a fen.
    """
    fee_fen = -(-paid_fen * fee_ppm // _MILLION)
    limit_fen = (paid_fen - fee_fen) * percent // 100
    left_fen = paid_fen - refunded_fen - fee_fen
    return max(0, min(owed_fen, limit_fen, left_fen))


def return_fen(*, borne_fen: int, shared_fen: int, returned_fen: int) -> int:
    """What a merchant gives back of a share for goods whose refund the platform bore."""
    return max(0, min(borne_fen, shared_fen - returned_fen))
