"""Pure rules of the money for goods: what is paid in front, what is added, what goes back.

An order is paid in two parts: the fee, and for kinds with goods the ceiling. The receipt decides
how much of the second was needed; the rest goes back to whoever paid. All amounts in fen.
"""


def due_fen(*, fee_fen: int, goods_fen: int) -> int:
    """What the customer pays in all."""
    return fee_fen + goods_fen


def extra_fen(*, goods_fen: int, wanted_fen: int) -> int:
    """What is still to be paid for a higher ceiling; not positive: the money in front suffices."""
    return wanted_fen - goods_fen


def difference_fen(*, goods_fen: int, spent_fen: int) -> int:
    """What goes back of the money in front."""
    assert 0 <= spent_fen <= goods_fen
    return goods_fen - spent_fen


def owed_fen(*, fee_fen: int, spent_fen: int | None) -> int:
    """What a customer at fault owes where the errand came back: the fee, and what was bought."""
    return fee_fen + (spent_fen or 0)
