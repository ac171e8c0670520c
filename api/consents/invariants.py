"""What must always hold of consents."""

from api.consents.states import CONSENT
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS: tuple[Invariant, ...] = (
    *moves_recorded(("PC1", "PC2", "PC3"), CONSENT, "data_consents"),
)
