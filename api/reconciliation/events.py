"""Events of reconciliation: of a day, and of what differs on it."""

from api.events.registry import declare

RECONCILIATION_PLANNED = declare("reconciliation.planned", "day")
# ``run``: how often the day was compared; ``sha1``: of the bill, none where there was no line.
RECONCILIATION_COMPARED = declare(
    "reconciliation.compared", "day", "run", "lines", "sha1", "open_count"
)
RECONCILIATION_GIVEN_UP = declare("reconciliation.given_up", "day", "why")
RECONCILIATION_REPEATED = declare("reconciliation.repeated", "day")
DIFFERENCE_FOUND = declare(
    "difference.found", "kind", "day", "order_id", "payment_id", "withdrawal_id"
)
DIFFERENCE_MATCHED = declare("difference.matched", "day")
DIFFERENCE_MISSED = declare("difference.missed", "kind", "day")
DIFFERENCE_RETURNED = declare("difference.returned", "kind", "day")
DIFFERENCE_EXPLAINED = declare("difference.explained", "reason")
DIFFERENCE_SETTLED = declare("difference.settled", "reason")
