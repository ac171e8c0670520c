"""How points are spread over those who have them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import quantiles

BANDS_MAX = 10
# Widths of a band that people can read, in points.
_WIDTHS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Band:
    """How many runners have from ``from_points`` on, and less than ``to_points``."""

    from_points: int
    to_points: int
    runners_count: int


def bands(balances_cp: Sequence[int]) -> list[Band]:
    """At most ten bands of a round width, from the one of the lowest to that of the highest."""
    if not balances_cp:
        return []
    points = [cp // 100 for cp in balances_cp]
    width = _width(max(points) - min(points) + 1)
    while max(points) // width - min(points) // width >= BANDS_MAX:
        width = _width(width * (BANDS_MAX + 1))
    first, last = min(points) // width, max(points) // width
    counts = [0] * (last - first + 1)
    for value in points:
        counts[value // width - first] += 1
    return [Band((first + n) * width, (first + n + 1) * width, c) for n, c in enumerate(counts)]


def quarters(balances_cp: Sequence[int]) -> tuple[int, int, int] | None:
    """What a quarter, a half and three quarters have at most; none for fewer than two."""
    if len(balances_cp) < 2:
        return None
    low, middle, high = quantiles(balances_cp, n=4, method="inclusive")
    return round(low), round(middle), round(high)


def _width(span: int) -> int:
    """The least round width of which ten cover so many points."""
    least, step = ceil(span / BANDS_MAX), 1
    while True:
        for width in _WIDTHS:
            if width * step >= least:
                return width * step
        step *= 10
