"""Documents on A4: headings, paragraphs, tables, pictures and codes, flowing over pages.

A document is a list of blocks; `pdf_of` lays them out and draws them. Texts are any text: what
cannot be printed shows as 〓.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from api.kit.paper.lines import lines_of
from api.kit.paper.sheet import A4_MM, Ink, Sheet, drawn, picture_size, printable, width_mm

Align = Literal["left", "centre", "right"]
# A row of a table: the lines of each cell.
Cells = Sequence[Sequence[str]]

_MARGIN_MM = 18.0
_WIDTH_MM = A4_MM[0] - 2 * _MARGIN_MM
_BOTTOM_MM = A4_MM[1] - _MARGIN_MM
_FOOT_MM = A4_MM[1] - 10.0
_FOOT_PT = 8.0
_MM_PER_PT = 25.4 / 72
_LEADING = 1.45
# From the top of a line to its baseline, of its size.
_ASCENT = 1.1
_PAD_MM = 1.4


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of the document or of a part."""

    text: str
    size_pt: float = 16
    align: Align = "centre"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``indented``: its first line stands two characters in (首行缩进)."""

    text: str
    size_pt: float = 10.5
    bold: bool = False
    align: Align = "left"
    indented: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Of a table; ``share`` of the page's width, against the other columns'."""

    title: str
    share: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in a grid; the titles come again on every page. No titles at all: a form of fields."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    size_pt: float = 9.5


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG, as wide as said or as fits, never taller than the page."""

    jpeg: bytes
    width_mm: float = 80


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with its content's meaning below."""

    content: str
    caption: str = ""
    side_mm: float = 30


@dataclass(frozen=True, slots=True)
class Gap:
    """White space."""

    height_mm: float = 6


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a page of its own."""


Block = Heading | Paragraph | Table | Picture | Code | Gap | PageBreak


def pdf_of(blocks: Sequence[Block], *, title: str, foot: str = "") -> bytes:
    """The document as PDF; every page says ``foot`` and which of how many it is.

    Holds the processor, so call it in a thread. The same blocks give the same bytes.
    """
    layout = _Layout()
    for block in blocks:
        layout.add(block)
    return drawn(_numbered(layout.pages, printable(foot)), title=title)


@dataclass(slots=True)
class _Layout:
    """Pages so far, and how far down the last one is filled."""

    pages: list[list[Ink]] = field(default_factory=lambda: [[]])
    y_mm: float = _MARGIN_MM

    def add(self, block: Block) -> None:
        match block:
            case Heading():
                self._lines(block.text, block.size_pt, align=block.align, bold=True)
                self.y_mm += 3
            case Paragraph():
                self._paragraph(block)
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)
            case Code():
                self._code(block)
            case Gap():
                self.y_mm += block.height_mm
            case PageBreak():
                self._turn()

    def _turn(self) -> None:
        self.pages.append([])
        self.y_mm = _MARGIN_MM

    def _room(self, height_mm: float) -> None:
        if self.y_mm + height_mm > _BOTTOM_MM and self.pages[-1]:
            self._turn()

    def _ink(self, ink: Ink) -> None:
        self.pages[-1].append(ink)

    def _paragraph(self, block: Paragraph) -> None:
        text = f"　　{block.text}" if block.indented else block.text
        self._lines(text, block.size_pt, align=block.align, bold=block.bold)
        self.y_mm += 1.5

    def _lines(self, text: str, size_pt: float, *, align: Align, bold: bool) -> None:
        height_mm = _line_mm(size_pt)
        for line in lines_of(printable(text), width_max_mm=_WIDTH_MM, size_pt=size_pt):
            self._room(height_mm)
            self._ink(_write(line, (_MARGIN_MM, self.y_mm, _WIDTH_MM), size_pt, align, bold=bold))
            self.y_mm += height_mm

    def _picture(self, block: Picture) -> None:
        wide, high = picture_size(block.jpeg)
        width = min(block.width_mm, _WIDTH_MM, (_BOTTOM_MM - _MARGIN_MM) * wide / high)
        size = (width, width * high / wide)
        self._room(size[1])
        self._ink(
            partial(_draw_picture, at_mm=(_MARGIN_MM, self.y_mm), jpeg=block.jpeg, size_mm=size)
        )
        self.y_mm += size[1] + 2

    def _code(self, block: Code) -> None:
        self._room(block.side_mm + 6)
        at = (_MARGIN_MM, self.y_mm)
        self._ink(partial(_draw_code, at_mm=at, content=block.content, side_mm=block.side_mm))
        self.y_mm += block.side_mm
        if block.caption:
            self._lines(block.caption, 9, align="left", bold=False)

    def _table(self, table: Table) -> None:
        titles = [column.title for column in table.columns]
        head = _cells(table, titles) if any(titles) else None
        head_mm = _row_mm(head, table.size_pt) if head else 0.0
        most_mm = _BOTTOM_MM - _MARGIN_MM - head_mm
        pieces = [
            piece
            for row in table.rows
            for piece in _pieces(_cells(table, row), table.size_pt, most_mm)
        ]
        first_mm = _row_mm(pieces[0], table.size_pt) if pieces else 0.0
        self._room(head_mm + first_mm)
        if head:
            self._row(table, head, bold=True)
        for piece in pieces:
            if self.y_mm + _row_mm(piece, table.size_pt) > _BOTTOM_MM:
                self._turn()
                if head:
                    self._row(table, head, bold=True)
            self._row(table, piece, bold=False)
        self.y_mm += 2

    def _row(self, table: Table, cells: Cells, *, bold: bool) -> None:
        height, x = _row_mm(cells, table.size_pt), _MARGIN_MM
        for column, width, lines in zip(table.columns, _widths(table), cells, strict=True):
            self._ink(partial(_draw_box, at_mm=(x, self.y_mm), size_mm=(width, height)))
            for number, line in enumerate(lines):
                y = self.y_mm + _PAD_MM + number * _line_mm(table.size_pt)
                room = (x + _PAD_MM, y, width - 2 * _PAD_MM)
                self._ink(_write(line, room, table.size_pt, column.align, bold=bold))
            x += width
        self.y_mm += height


def _widths(table: Table) -> list[float]:
    whole = sum(column.share for column in table.columns)
    return [_WIDTH_MM * column.share / whole for column in table.columns]


def _cells(table: Table, row: Sequence[str]) -> Cells:
    return [
        lines_of(printable(text), width_max_mm=width - 2 * _PAD_MM, size_pt=table.size_pt)
        for text, width in zip(row, _widths(table), strict=True)
    ]


def _pieces(cells: Cells, size_pt: float, most_mm: float) -> list[Cells]:
    """A row that is taller than a page, in pieces that are not."""
    most = max(1, int((most_mm - 2 * _PAD_MM) / _line_mm(size_pt)))
    longest = max(len(lines) for lines in cells)
    return [[lines[at : at + most] for lines in cells] for at in range(0, longest, most)]


def _row_mm(cells: Cells, size_pt: float) -> float:
    return max(len(lines) for lines in cells) * _line_mm(size_pt) + 2 * _PAD_MM


def _line_mm(size_pt: float) -> float:
    return size_pt * _LEADING * _MM_PER_PT


def _write(
    line: str, room_mm: tuple[float, float, float], size_pt: float, align: Align, *, bold: bool
) -> Ink:
    """One line in a room of (left, top, width)."""
    left, top, width = room_mm
    spare = width - width_mm(line, size_pt)
    left += {"left": 0.0, "centre": spare / 2, "right": spare}[align]
    at = (left, top + size_pt * _ASCENT * _MM_PER_PT)
    return partial(_draw_text, at_mm=at, line=line, size_pt=size_pt, bold=bold)


def _numbered(pages: list[list[Ink]], foot: str) -> list[list[Ink]]:
    return [
        [*page, *_foot(foot, f"第 {number} 页，共 {len(pages)} 页")]
        for number, page in enumerate(pages, 1)
    ]


def _foot(foot: str, number: str) -> list[Ink]:
    room = (_MARGIN_MM, _FOOT_MM, _WIDTH_MM)
    return [
        _write(foot, room, _FOOT_PT, "left", bold=False),
        _write(number, room, _FOOT_PT, "right", bold=False),
    ]


def _draw_text(
    sheet: Sheet, *, at_mm: tuple[float, float], line: str, size_pt: float, bold: bool
) -> None:
    if line:
        sheet.text(at_mm, line, size_pt=size_pt, bold=bold)


def _draw_box(sheet: Sheet, *, at_mm: tuple[float, float], size_mm: tuple[float, float]) -> None:
    sheet.box(at_mm, size_mm=size_mm)


def _draw_picture(
    sheet: Sheet, *, at_mm: tuple[float, float], jpeg: bytes, size_mm: tuple[float, float]
) -> None:
    sheet.picture(at_mm, jpeg, size_mm=size_mm)


def _draw_code(sheet: Sheet, *, at_mm: tuple[float, float], content: str, side_mm: float) -> None:
    sheet.code(at_mm, content, side_mm=side_mm)
