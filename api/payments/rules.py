"""Pure rules of payments: over which payments a sum goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Left:
    """A counted payment and what of it was not sent back yet, in fen."""

    payment_id: UUID
    left_fen: int


@dataclass(frozen=True, slots=True)
class Part:
    """What goes back of one payment, in fen."""

    payment_id: UUID
    amount_fen: int


def spread(refund_fen: int, payments: Sequence[Left]) -> list[Part]:
    """The sum over the payments, the latest first: what was added last goes back first.

    Payments come oldest first. What they hold together suffices for the sum.
    """
    assert 0 <= refund_fen <= sum(p.left_fen for p in payments), refund_fen
    parts: list[Part] = []
    for payment in reversed(payments):
        amount_fen = min(refund_fen, payment.left_fen)
        if amount_fen > 0:
            parts.append(Part(payment.payment_id, amount_fen))
            refund_fen -= amount_fen
    return parts
