"""When a newcomer has graduated: so many orders since a lead took them, and no upheld complaint.

What it is worth to the lead is a rule (`civic.mentee_cp`, once per mentee).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.history import gather
from scoring.types import AnyFact, ComplaintUpheld, OrderCompleted

ORDERS_NEEDED = 30
DAYS_MAX = 90  # Whoever has not graduated by then is no newcomer any more.


@dataclass(frozen=True, slots=True)
class Mentored:
    """What a newcomer did since a lead took them; what was reversed or won in an appeal is out."""

    orders: int
    complaints: int

    @property
    def has_graduated(self) -> bool:
        """Return whether that is enough."""
        return self.orders >= ORDERS_NEEDED and not self.complaints


def mentored_since(facts: Iterable[AnyFact], since: int) -> Mentored:
    """Count the orders and upheld complaints of one runner from a unix second on.

    Raises:
        FactIdReused, FactsOfSeveralRunners, ReversalCycle: the facts are not one history.
    """
    history = gather(facts)
    orders = [
        fact
        for fact in history.of(OrderCompleted)
        if fact.at >= since and not fact.body.own_household
    ]
    complaints = [
        fact
        for fact in history.of(ComplaintUpheld)
        if fact.at >= since
        and not ((appeal := history.appeals.get(fact.id)) is not None and appeal.is_cleared)
    ]
    return Mentored(len(orders), len(complaints))
