"""What must always hold of consents."""

from api.consents.states import CONSENT
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS: tuple[Invariant, ...] = (*moves_recorded(("C1", "C2", "C3"), CONSENT, "consents"),)
