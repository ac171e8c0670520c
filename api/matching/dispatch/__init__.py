"""Dispatch: who is offered what, and in which order to walk it; pure functions on arrays.

``solve`` takes a moment (`snapshot.py`) and an objective (`objective.py`, data) and returns offers
and moves. It knows no clock, no database and no chance: the same moment gives the same answer.
"""

from api.matching.dispatch.objective import Objective, published_objective
from api.matching.dispatch.plan import Move, Offer, Plan
from api.matching.dispatch.snapshot import Jobs, Pace, Runners, Snapshot, Visit
from api.matching.dispatch.solving import solve

__all__ = [
    "Jobs",
    "Move",
    "Objective",
    "Offer",
    "Pace",
    "Plan",
    "Runners",
    "Snapshot",
    "Visit",
    "published_objective",
    "solve",
]
