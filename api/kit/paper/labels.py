"""Sheets of labels: a grid on A4, or one to a page of a roll; each with lines and a QR code."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from api.kit.paper.lines import fitting
from api.kit.paper.sheet import A4_MM, Ink, Sheet, drawn, printable

_MM_PER_PT = 25.4 / 72
_LEADING = 1.25
_PAD_MM = 3.0
_SMALLEST_PT = 6.0


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """How labels lie on a page."""

    page_mm: tuple[float, float]
    label_mm: tuple[float, float]
    columns: int
    rows: int

    @property
    def corner_mm(self) -> tuple[float, float]:
        """Of the first label: the grid stands in the middle."""
        return (
            (self.page_mm[0] - self.columns * self.label_mm[0]) / 2,
            (self.page_mm[1] - self.rows * self.label_mm[1]) / 2,
        )


A4_24 = LabelSheet(A4_MM, (70.0, 37.0), columns=3, rows=8)
"""A4 with 24 labels of 70 × 37 mm without gaps, as sold everywhere."""
ROLL_60_40 = LabelSheet((60.0, 40.0), (60.0, 40.0), columns=1, rows=1)
"""A thermal printer's roll of labels of 60 × 40 mm, one to a page."""


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One line; what is too long is made smaller, then cut with ``…``."""

    text: str
    size_pt: float = 9
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Lines from the top, beside a QR code on the right; the lines fit the label's height."""

    lines: tuple[LabelLine, ...]
    code: str
    code_side_mm: float = 22


def labels_of(labels: Sequence[Label], *, title: str, sheet: LabelSheet = A4_24) -> bytes:
    """The labels as PDF, row by row. Holds the processor, so call it in a thread.

    The same labels give the same bytes; no labels give one empty page.
    """
    per_page = sheet.columns * sheet.rows
    pages = [
        [ink for place, label in enumerate(page) for ink in _label(label, sheet, place)]
        for page in (labels[at : at + per_page] for at in range(0, len(labels), per_page))
    ]
    return drawn(pages or [[]], title=title, size_mm=sheet.page_mm)


def _label(label: Label, sheet: LabelSheet, place: int) -> list[Ink]:
    row, column = divmod(place, sheet.columns)
    left = sheet.corner_mm[0] + column * sheet.label_mm[0]
    top = sheet.corner_mm[1] + row * sheet.label_mm[1]
    code_left = left + sheet.label_mm[0] - label.code_side_mm - _PAD_MM / 2
    code_top = top + (sheet.label_mm[1] - label.code_side_mm) / 2
    inks: list[Ink] = [
        partial(
            _draw_code, at_mm=(code_left, code_top), content=label.code, side_mm=label.code_side_mm
        )
    ]
    y = top + _PAD_MM
    for line in label.lines:
        text, size = fitting(
            printable(line.text).replace("\n", " "),
            width_max_mm=code_left - left - _PAD_MM,
            size_pt=line.size_pt,
            size_min_pt=_SMALLEST_PT,
        )
        at = (left + _PAD_MM, y + line.size_pt * _MM_PER_PT)
        inks.append(partial(_draw_line, at_mm=at, text=text, size_pt=size, bold=line.bold))
        y += line.size_pt * _LEADING * _MM_PER_PT
    assert y <= top + sheet.label_mm[1], "the lines are higher than the label"
    return inks


def _draw_code(sheet: Sheet, *, at_mm: tuple[float, float], content: str, side_mm: float) -> None:
    sheet.code(at_mm, content, side_mm=side_mm)


def _draw_line(
    sheet: Sheet, *, at_mm: tuple[float, float], text: str, size_pt: float, bold: bool
) -> None:
    sheet.text(at_mm, text, size_pt=size_pt, bold=bold)
