"""What must always hold of runners."""

from api.kit.invariants import Invariant, moves_recorded
from api.runners.states import RUNNER

INVARIANTS = (
    *moves_recorded(("R1", "R2", "R3"), RUNNER, "runners"),
    Invariant(
        "R4",
        "whoever has a job in hand is approved and not offline",
        "SELECT id FROM runners WHERE load > 0 AND (state <> 'approved' OR shift = 'offline')",
    ),
)
