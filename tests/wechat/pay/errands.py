"""One history of money, and what to ask of the database about all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fixtures.builders.people import Person
from tests.fixtures.inside import Answered
from tests.wechat.pay.sending import Outgoing

OVERDUE_SQL = (
    "UPDATE reactions SET next_at = clock_timestamp() - interval '1 s' WHERE state = 'pending'"
)
# Why a reaction may fail here: WeChat gave no answer. Anything else is a fault of ours.
FAULTS_SQL = """
SELECT DISTINCT task || ' failed: ' || last_error FROM reactions
WHERE last_error NOT IN ('GatewayUnavailable', 'OutcomeUnknown', 'NotEnough')
"""
UNREST_SQL = """
SELECT (SELECT count(*) FROM orders WHERE state = 'awaiting_payment')
     + (SELECT count(*) FROM payments WHERE NOT (state = 'paid' OR state = 'closed' AND is_shut))
     + (SELECT count(*) FROM refunds WHERE state = 'requested')
     + (SELECT count(*) FROM pay_notices WHERE state = 'received')
     + (SELECT count(*) FROM withdrawals WHERE done_at IS NULL)
"""

_MISFIT_BILLS: tuple[dict[str, Any], ...] = (
    {"transfer_amount": 1}, {"mch_id": "1900000002"}, {"out_bill_no": "nobody"},
    {"openid": "oTEST99999999999999999999999"},
)  # fmt: skip


def misfit(notice: Outgoing, made: Sequence[Outgoing], chance: Random) -> Outgoing:
    """Signed and fresh, and not about anything that we asked for; ``made``: all that there are."""
    number = f"EV-{chance.getrandbits(64):x}"
    if "out_bill_no" in notice.inner:
        return notice.saying(id=number, **chance.choice(_MISFIT_BILLS))
    amount = {**notice.inner["amount"], "total": 1, "refund": 1}
    others = [n.inner["out_trade_no"] for n in made if "out_trade_no" in n.inner]
    wrong: list[dict[str, Any]] = [
        {"amount": amount}, {"mchid": "1900000002"}, {"out_trade_no": "nobody-s-number"},
        {"out_trade_no": chance.choice(others), "amount": amount},
    ]  # fmt: skip
    return notice.saying(id=number, **chance.choice(wrong))


def openid_of(n: int) -> str:
    """An openid of the real form."""
    return f"oTEST{n:023d}"


def is_passing(answered: Answered) -> bool:
    """Whether the client tries again after this."""
    if answered.status == 503:
        return True
    return answered.status == 409 and answered.body["code"] == "request_in_flight"


@dataclass(slots=True)
class Errand:
    """One history: an order, and what its resident was given to pay it with."""

    resident: Person
    openid: str
    order: dict[str, Any] = field(default_factory=dict[str, Any])
    given: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    steps: list[str] = field(default_factory=list[str])
