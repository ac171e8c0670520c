"""Pure rules of tips. Amounts are fen."""

from datetime import timedelta

# From one yuan to fifty: thanks, not a second fee.
TIP_FEN_MIN, TIP_FEN_MAX = 100, 5_000
# After completion, and once it was offered, for paying.
OFFER_WINDOW = timedelta(days=7)
PAY_WINDOW = timedelta(minutes=15)
