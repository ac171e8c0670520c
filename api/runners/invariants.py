"""What must always hold of runners."""

from api.kit.invariants import (
    Invariant,
    legal_moves_sql,
    state_is_last_event_sql,
    version_is_last_event_sql,
)
from api.runners.states import RUNNER

INVARIANTS = (
    Invariant(
        "R1", "a runner's state is its last event's", state_is_last_event_sql("runner", "runners")
    ),
    Invariant(
        "R2", "a runner moves only by its machine", legal_moves_sql("runner", RUNNER.legal_pairs())
    ),
    Invariant(
        "R3", "a runner's version counts its events", version_is_last_event_sql("runner", "runners")
    ),
    Invariant(
        "R4",
        "whoever has a job in hand is approved and not offline",
        "SELECT id FROM runners WHERE load > 0 AND (state <> 'approved' OR shift = 'offline')",
    ),
)
