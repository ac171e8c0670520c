"""Making good without a database: what a claim gives back, and what a person looks at."""

from datetime import UTC, datetime, timedelta

import pytest

from api.errors import AppError
from api.packing.rules import Line
from api.remedies.rules import (
    BY_RULE_MAX_FEN,
    BY_RULE_TIMES,
    BY_RULE_WITHIN,
    Claim,
    Packed,
    asked_fen,
    is_by_rule,
    pieces_fen,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
# Three greens at 350, one of them replaced by something at 300.
GREENS = Packed(Line(3, 350), 2, None, 1, due_fen=1000, given_back_fen=0)
# Two cabbages at 150 for 500 g, 600 at most each: 2,800 g cost 840.
CABBAGE = Packed(Line(2, 600, 150), 2, 2800, 0, due_fen=840, given_back_fen=0)


@pytest.mark.parametrize(
    ("packed", "claim", "back_fen"),
    [
        (GREENS, Claim("missing", 3), 1000),
        # A third of what the line cost, rounded up for the buyer.
        (GREENS, Claim("spoilt", 1), 334),
        (CABBAGE, Claim("spoilt", 1), 420),
        (CABBAGE, Claim("short_weight", real_g=2000), 240),
        # Two kilograms and a half that were paid as the ceiling of one piece: nothing is lost.
        (Packed(Line(1, 600, 150), 1, 2500, 0, 600, 0), Claim("short_weight", real_g=2400), 0),
        # What went back before is not given back again.
        (Packed(Line(2, 600, 150), 2, 2800, 0, 840, 700), Claim("short_weight", real_g=2000), 140),
        (Packed(Line(3, 350), 3, None, 0, 1050, 1050), Claim("missing", 1), 0),
    ],
)
def test_what_a_claim_gives_back(packed: Packed, claim: Claim, back_fen: int) -> None:
    """By pieces or by real weight, never more than the line still costs."""
    assert back_fen == asked_fen(packed, claim)


@pytest.mark.parametrize(
    ("packed", "claim"),
    [
        (GREENS, Claim("missing", 4)),
        (GREENS, Claim("missing")),
        (GREENS, Claim("spoilt", 1, real_g=100)),
        (GREENS, Claim("short_weight", real_g=100)),
        (CABBAGE, Claim("short_weight", real_g=2800)),
        (CABBAGE, Claim("short_weight")),
        (CABBAGE, Claim("short_weight", 1, real_g=100)),
    ],
)
def test_what_cannot_be_claimed(packed: Packed, claim: Claim) -> None:
    """More than there is, a weight of what is not weighed, no less than was packed."""
    with pytest.raises(AppError, match="malformed_request"):
        asked_fen(packed, claim)


def test_a_substitute_is_a_piece_like_others() -> None:
    """Of a recalled lot only as many pieces as were of it."""
    assert (667, 334) == (pieces_fen(GREENS, count=2), pieces_fen(GREENS, count=1))


def test_small_sums_of_those_who_seldom_report_need_nobody() -> None:
    """Thirty yuan, three times within thirty days."""
    lately = [NOON - timedelta(days=n) for n in range(BY_RULE_TIMES)]
    once_long_ago = [*lately[:-1], NOON - BY_RULE_WITHIN]

    assert is_by_rule(amount_fen=BY_RULE_MAX_FEN, earlier=once_long_ago, now=NOON)
    assert not is_by_rule(amount_fen=BY_RULE_MAX_FEN, earlier=lately, now=NOON)
    assert not is_by_rule(amount_fen=BY_RULE_MAX_FEN + 1, earlier=[], now=NOON)
