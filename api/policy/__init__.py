"""Who may do what: the verdict of every operation, without which the application does not build.

A row names everybody whom an operation serves. It refuses all others: with 401 whoever has no live
session, else with 403 where a role is missing, or with 404 where the thing is not theirs to know.
The services decide, each for its object; what they decide is held against this table, by asking
every operation as everybody about everybody's things.
"""

from collections.abc import Collection

from api.policy.money import MONEY
from api.policy.people import PEOPLE
from api.policy.quarrels import QUARRELS
from api.policy.vegetables import VEGETABLES
from api.policy.who import Policy, Who
from api.policy.work import WORK

__all__ = ["POLICY", "NoVerdict", "Policy", "Who", "check_policy"]

POLICY: Policy = {**PEOPLE, **WORK, **MONEY, **VEGETABLES, **QUARRELS}


class NoVerdict(Exception):
    """Operations that the table does not name."""


def check_policy(operations: Collection[str], policy: Policy) -> None:
    """Refuse to build where an operation has no verdict.

    Raises:
        NoVerdict: naming the operations.
    """
    missing = sorted(set(operations) - policy.keys())
    if missing:
        raise NoVerdict(f"no row in api/policy/ for {', '.join(missing)}")
