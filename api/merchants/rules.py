"""Pure rules of merchants: credit codes, opening hours, prices of what is weighed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.kit.clock import china

# GB 32100-2015: the 31 characters without I, O, S, V and Z, and the weight of each place, 3 to the
# power of its number modulo 31; the eighteenth character makes the sum divisible by 31.
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))
CODE_PATTERN = "^[0-9A-HJ-NPQRTUWXY]{18}$"

MEMBERS_MAX = 20
OWNED_MAX = 5
PRODUCTS_MAX = 500
LOTS_OF_A_DAY_MAX = 200
IMAGES_MAX = 6
INVITATION_DIGITS = 10
INVITATION_TTL = timedelta(days=1)
BUSY_MAX = timedelta(days=1)
DAY_MIN = 24 * 60
JIN_G = 500
# How much heavier than usual a piece may be within its ceiling price.
CEILING_TIMES_MAX = 3


@dataclass(frozen=True, slots=True)
class Opening:
    """When a shop is open on some days of the week (1 is Monday): minutes of the day in China."""

    days: tuple[int, ...]
    from_min: int
    to_min: int

    def as_data(self) -> dict[str, object]:
        """As it is stored."""
        return {"days": list(self.days), "from_min": self.from_min, "to_min": self.to_min}


def is_credit_code(code: str) -> bool:
    """Whether this can be a unified social credit code (GB 32100-2015): 18 upper-case characters.

    The check character is tested; whether anybody was given the code is for staff to look up.
    """
    if len(code) != 18 or any(c not in _CHARACTERS for c in code):
        return False
    total = sum(w * _CHARACTERS.index(c) for w, c in zip(_WEIGHTS, code[:17], strict=True))
    return _CHARACTERS[(31 - total % 31) % 31] == code[17]


def are_orderly(openings: Sequence[Opening]) -> bool:
    """Whether opening hours end after they begin and none overlaps another on the same day."""
    for day in range(1, 8):
        last = 0
        for o in sorted((o for o in openings if day in o.days), key=lambda o: o.from_min):
            if not last <= o.from_min < o.to_min <= DAY_MIN:
                return False
            last = o.to_min
    return True


def is_open(openings: Sequence[Opening], busy_until: datetime | None, *, now: datetime) -> bool:
    """Whether a shop serves now: within its hours (none: never) and not too busy."""
    if busy_until is not None and now < busy_until:
        return False
    here = china(now)
    minute = here.hour * 60 + here.minute
    return any(here.isoweekday() in o.days and o.from_min <= minute < o.to_min for o in openings)


def usual_price_fen(per_500g_fen: int, weight_g: int) -> int:
    """What a piece of its usual weight costs, rounded up to a fen."""
    return -(-per_500g_fen * weight_g // JIN_G)


def is_fair_ceiling(price_fen: int, *, per_500g_fen: int, weight_g: int) -> bool:
    """Whether a ceiling covers a piece of usual weight, and no more than three of them."""
    usual_fen = usual_price_fen(per_500g_fen, weight_g)
    return usual_fen <= price_fen <= CEILING_TIMES_MAX * usual_fen


def weighed_fen(packed_g: int, *, per_500g_fen: int, ceiling_fen: int) -> int:
    """What packed goods cost: by weight, rounded down to a fen, never above the ceiling paid.

    ``ceiling_fen``: of all pieces together.
    """
    assert packed_g >= 0
    return min(ceiling_fen, per_500g_fen * packed_g // JIN_G)
