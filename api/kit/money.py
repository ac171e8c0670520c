"""Money is an integer of fen; a division names its rounding."""


def percent_of_fen(amount_fen: int, percent: int) -> int:
    """``percent`` of an amount, rounded half up to whole fen."""
    assert amount_fen >= 0
    assert 0 <= percent <= 100
    return (amount_fen * percent + 50) // 100


def format_yuan(amount_fen: int) -> str:
    """``1234`` as ``12.34``, for text that people read."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"
