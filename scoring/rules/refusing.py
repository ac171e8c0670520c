"""How rules are refused: by one error with a sentence."""

from itertools import pairwise

from scoring.types import ScoringError


class MalformedRules(ScoringError):
    """A key is missing, unknown, of the wrong type, out of bounds, or does not fit another."""


def require(is_so: bool, otherwise: str) -> None:
    """Refuse the rules with a sentence unless something is so."""
    if not is_so:
        raise MalformedRules(otherwise)


def is_rising(steps: tuple[int, ...]) -> bool:
    """Return whether no step is lower than the one before it."""
    return all(low <= high for low, high in pairwise(steps))
