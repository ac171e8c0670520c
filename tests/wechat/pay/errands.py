"""One history of money, and what to ask of the database about all of them."""

from dataclasses import dataclass, field
from typing import Any

from tests.fixtures.builders.people import Person

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
"""


def openid_of(n: int) -> str:
    """An openid of the real form."""
    return f"oTEST{n:023d}"


@dataclass(slots=True)
class Errand:
    """One history: an order, and what its resident was given to pay it with."""

    resident: Person
    openid: str
    order: dict[str, Any] = field(default_factory=dict[str, Any])
    given: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    steps: list[str] = field(default_factory=list[str])
