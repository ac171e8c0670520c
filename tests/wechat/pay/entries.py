"""What stands in the book of the stand-in of WeChat Pay, and how it refuses."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))


class No(Exception):
    """A refusal as WeChat Pay words it."""

    def __init__(self, status: int, code: str, message: str = "refused") -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message


def need(claim: object, message: str, code: str = "PARAM_ERROR", status: int = 400) -> None:
    """Refuse where a claim does not hold."""
    if not claim:
        raise No(status, code, message)


@dataclass(slots=True)
class Order:
    """One payment; ``said`` is what it was announced with, to the letter."""

    said: dict[str, Any]
    expires_at: float
    state: str = "NOTPAY"
    prepay_ids: dict[str, float] = field(default_factory=dict[str, float])
    transaction_id: str = ""
    paid_at: float = 0.0
    openid: str = ""
    # How often shipping was told of, and when last.
    shipped: int = 0
    shipped_at: float = 0.0
    logistics: int = 0

    @property
    def total(self) -> int:
        """What is paid, in fen."""
        return int(self.said["amount"]["total"])


@dataclass(slots=True)
class Refund:
    """One refund."""

    said: dict[str, Any]
    order: Order
    refund_id: str
    made_at: float
    state: str = "PROCESSING"

    @property
    def fen(self) -> int:
        """What goes back."""
        return int(self.said["amount"]["refund"])


@dataclass(slots=True)
class Bill:
    """One transfer to a person."""

    said: dict[str, Any]
    number: str
    package: str
    made_at: float
    state: str = "WAIT_USER_CONFIRM"
    fail_reason: str = ""
    ended_at: float = 0.0


def rfc3339(at_s: float) -> str:
    """A moment as WeChat writes it."""
    return datetime.fromtimestamp(int(at_s), CHINA).isoformat()
