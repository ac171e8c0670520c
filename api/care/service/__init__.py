"""What carers, dependants and witnesses do, and what an order for a dependant needs."""

from api.care.service.knowing import Terms, carers_of, contact_of
from api.care.service.linking import (
    Benefit,
    benefit,
    change,
    consent,
    end_all,
    end_own,
    own_dependant,
    propose,
    refuse,
    witness,
)

__all__ = [
    "Benefit",
    "Terms",
    "benefit",
    "carers_of",
    "change",
    "consent",
    "contact_of",
    "end_all",
    "end_own",
    "own_dependant",
    "propose",
    "refuse",
    "witness",
]
