"""Bars as a drawing: where each stands on a sheet of 360 by 200 units. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 200
_LEFT, _TOP, _BOTTOM = 34, 8, 24
_LABELS_MAX = 8
_GAP = 0.25


@dataclass(frozen=True, slots=True)
class Column:
    """What stands over one label: parts from below to above, each with the class it is drawn in."""

    label: str
    parts: Sequence[tuple[str, int]]
    # Side by side instead of one on the other.
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle."""

    tone: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at an axis, and where."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of columns."""

    bars: Sequence[Bar]
    scale: Sequence[Mark]
    labels: Sequence[Mark]
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"
    left: int = _LEFT
    right: int = WIDTH


def columns(found: Sequence[Column]) -> Chart:
    """Columns side by side, as high as their parts say; a round scale from 0."""
    top = _round_up(max((_height(column) for column in found), default=0))
    room, floor = HEIGHT - _TOP - _BOTTOM, HEIGHT - _BOTTOM
    step = (WIDTH - _LEFT) / max(len(found), 1)
    bars: list[Bar] = []
    for n, column in enumerate(found):
        left, width = _LEFT + step * (n + _GAP / 2), step * (1 - _GAP)
        if column.is_beside:
            width /= len(column.parts)
        y = float(floor)
        for k, (tone, value) in enumerate(column.parts):
            height = value / top * room
            y = (floor if column.is_beside else y) - height
            x = left + width * k if column.is_beside else left
            if value:
                bars.append(Bar(tone, round(x, 1), round(y, 1), round(width, 1), round(height, 1)))
    every = -(-len(found) // _LABELS_MAX) or 1
    return Chart(
        bars,
        [Mark(str(top * k // 2), _LEFT - 4, round(floor - room * k / 2, 1)) for k in range(3)],
        [
            Mark(column.label, round(_LEFT + step * (n + 0.5), 1), HEIGHT - 8)
            for n, column in enumerate(found)
            if n % every == 0
        ],
    )


def _height(column: Column) -> int:
    values = [value for _, value in column.parts]
    return max(values, default=0) if column.is_beside else sum(values)


def _round_up(value: int) -> int:
    """The least of 2, 4, 10, 20, 40, 100 … that is not below: its half is a whole number."""
    step = 1
    while True:
        for lead in (2, 4, 10):
            if lead * step >= value:
                return lead * step
        step *= 10
