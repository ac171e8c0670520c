"""What must always hold of places."""

from api.kit.invariants import moves_recorded
from api.places.states import EMERGENCY

INVARIANTS = moves_recorded(("L1", "L2", "L3"), EMERGENCY, "emergencies")
