"""Pure rules of making good: what is refunded without a person, and until when one decides.

How much a line gives back is `packing.rules.reported_fen`; who bears it `ledger.policies`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.errors import malformed
from api.packing.rules import Line, Wrong, reported_fen, settle

# So much is refunded at once, with a photo, so often within a month; beyond it a person looks.
BY_RULE_MAX_FEN = 30_00
BY_RULE_TIMES = 3
BY_RULE_WITHIN = timedelta(days=30)
# Merchant and staff have so long; where nobody decides, whoever reported is believed.
DECIDED_WITHIN = timedelta(hours=48)
# Of a lot that is called back, whatever was or is delivered is looked for so long.
RECALLED_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Packed:
    """A line as it is in its bag, and what of it went back since it was packed."""

    line: Line
    packed_count: int
    packed_g: int | None
    instead_count: int
    due_fen: int
    given_back_fen: int

    @property
    def pieces_count(self) -> int:
        """Of the item itself and of what replaced it."""
        return self.packed_count + self.instead_count


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of a line: what is wrong with how many, or what all of it weighs."""

    wrong: Wrong
    count: int | None = None
    real_g: int | None = None


def asked_fen(packed: Packed, claim: Claim) -> int:
    """What a claim gives back if it is right; 0: nothing is left of the line to give.

    Raises:
        AppError: malformed_request.
    """
    if claim.wrong == "short_weight":
        return _short_fen(packed, claim)
    if claim.real_g is not None:
        raise malformed("real_g", "only where it weighs less")
    if claim.count is None or claim.count > packed.pieces_count:
        raise malformed("count", f"at most {packed.pieces_count}")
    return pieces_fen(packed, count=claim.count)


def pieces_fen(packed: Packed, *, count: int) -> int:
    """What so many pieces of a line give back, whichever of its goods they are."""
    return reported_fen(
        wrong="spoilt",
        count=count,
        packed_count=packed.pieces_count,
        due_fen=packed.due_fen,
        given_back_fen=packed.given_back_fen,
    )


def is_by_rule(*, amount_fen: int, earlier: Sequence[datetime], now: datetime) -> bool:
    """Whether a report is believed at once: a small sum, of somebody who seldom reports.

    ``earlier``: when this person's other reports were made.
    """
    lately = sum(1 for at in earlier if at > now - BY_RULE_WITHIN)
    return amount_fen <= BY_RULE_MAX_FEN and lately < BY_RULE_TIMES


def _short_fen(packed: Packed, claim: Claim) -> int:
    if packed.packed_g is None or packed.packed_count == 0:
        raise malformed("wrong", "only of what is weighed")
    if claim.real_g is None or claim.real_g >= packed.packed_g:
        raise malformed("real_g", f"below {packed.packed_g}")
    if claim.count is not None:
        raise malformed("count", "all of it is weighed together")
    # What replaced some pieces is not weighed.
    weighed = settle(packed.line, packed_count=packed.packed_count, packed_g=packed.packed_g)
    back_fen = reported_fen(
        wrong="short_weight",
        count=packed.packed_count,
        packed_count=packed.packed_count,
        due_fen=weighed.due_fen,
        given_back_fen=0,
        per_500g_fen=packed.line.per_500g_fen,
        real_g=claim.real_g,
    )
    return min(back_fen, packed.due_fen - packed.given_back_fen)
