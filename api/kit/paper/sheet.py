"""Where ink goes, in millimetres from a page's top left corner. Only this file knows the library.

The same calls give the same bytes: no date, no random name. Drawing holds the processor (6 ms for a
label, its QR code most of it), so a route lets a thread do it; one document is drawn at a time, as the
library's font keeps its position in the file.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from reportlab.lib.utils import ImageReader  # pyright: ignore[reportMissingTypeStubs]
from reportlab.pdfbase.pdfmetrics import (  # pyright: ignore[reportMissingTypeStubs]
    registerFont,  # pyright: ignore[reportUnknownVariableType]
)
from reportlab.pdfbase.ttfonts import TTFont  # pyright: ignore[reportMissingTypeStubs]
from reportlab.pdfgen.canvas import Canvas  # pyright: ignore[reportMissingTypeStubs]

A4_MM = (210.0, 297.0)
MISSING = "〓"
"""What printers set for a type they do not have; a person sees it and writes the character in."""

_FILE = Path(__file__).parent / "fonts" / "LinliPaperSans-Regular.ttf"
_NAME = "LinliPaperSans"
_PT_PER_MM = 72 / 25.4
# Fill and stroke: one weight of the font is shipped, and a rim makes it bold.
_BOLD_MODE, _BOLD_RIM = 2, 0.028
_LINE_PT = 0.5
# White around a QR code, in its own squares (ISO/IEC 18004 asks for four).
_QUIET = 4
_drawing = threading.Lock()


class _Font(TTFont):
    """The library's font, telling readers of the PDF what its rare characters are."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 (The library calls it so.)
        """As the library does it, but characters beyond U+FFFF are told as UTF-16."""
        super().addObjects(doc)  # pyright: ignore[reportUnknownMemberType]
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = re.sub(r"<([0-9A-F]{5,6})>", _as_utf16, stream.content)


@cache
def _font() -> Any:
    font: Any = _Font(_NAME, str(_FILE))  # The library is not typed.
    registerFont(font)
    return font


def printable(text: str) -> str:
    """The text as it is printed: lines kept, invisible characters gone, what is missing as 〓."""
    known = _font().face.charToGlyph
    out: list[str] = []
    for character in text:
        if character == "\n" or ord(character) in known:
            out.append(character)
        elif character.isspace() or unicodedata.category(character) == "Cc":
            out.append(" ")
        elif unicodedata.category(character) not in ("Cf", "Mn", "Me"):
            out.append(MISSING)
    return "".join(out)


def unprintable(text: str) -> str:
    """What paper shows as 〓, each character once, for whoever must write them in."""
    lost = (c for c in text if printable(c) == MISSING and c != MISSING)
    return "".join(dict.fromkeys(lost))


def width_mm(text: str, size_pt: float) -> float:
    """How wide a printable line is."""
    face = _font().face
    em_thousandths = sum(face.getCharWidth(ord(character)) for character in text)
    return em_thousandths * size_pt / 1000 / _PT_PER_MM


class Sheet:
    """A document being drawn, one page at a time. Made by `drawn` only."""

    def __init__(self, *, title: str, size_mm: tuple[float, float]) -> None:
        self._height_mm = size_mm[1]
        self._out = BytesIO()
        _font()
        canvas: Any = Canvas  # The library is not typed.
        self._canvas = canvas(
            self._out,
            pagesize=(size_mm[0] * _PT_PER_MM, size_mm[1] * _PT_PER_MM),
            invariant=1,
            pageCompression=1,
            initialFontName=_NAME,
            lang="zh-CN",
        )
        self._canvas.setTitle(title)
        self._canvas.setProducer("Linli")

    def text(
        self, at_mm: tuple[float, float], text: str, *, size_pt: float, bold: bool = False
    ) -> None:
        """One printable line whose baseline begins at the point."""
        line = self._canvas.beginText(at_mm[0] * _PT_PER_MM, self._up(at_mm[1]))
        line.setFont(_NAME, size_pt)
        if bold:
            self._canvas.setLineWidth(size_pt * _BOLD_RIM)
        line.setTextRenderMode(_BOLD_MODE if bold else 0)
        line.textOut(text)
        line.setTextRenderMode(0)
        self._canvas.drawText(line)

    def box(self, at_mm: tuple[float, float], *, size_mm: tuple[float, float]) -> None:
        """The outline of a box whose top left corner is the point."""
        self._canvas.setLineWidth(_LINE_PT)
        self._canvas.rect(
            at_mm[0] * _PT_PER_MM, self._up(at_mm[1] + size_mm[1]),
            size_mm[0] * _PT_PER_MM, size_mm[1] * _PT_PER_MM,
        )  # fmt: skip

    def code(self, at_mm: tuple[float, float], content: str, *, side_mm: float) -> None:
        """A QR code (15 % of it may be lost) in a square whose top left corner is the point."""
        rows = qr_squares(content)
        square_mm = side_mm / (len(rows) + 2 * _QUIET)
        path = self._canvas.beginPath()
        for y, row in enumerate(rows, _QUIET):
            for run in re.finditer("1+", "".join("1" if dark else "0" for dark in row)):
                path.rect(
                    (at_mm[0] + (run.start() + _QUIET) * square_mm) * _PT_PER_MM,
                    self._up(at_mm[1] + (y + 1) * square_mm),
                    (run.end() - run.start()) * square_mm * _PT_PER_MM,
                    square_mm * _PT_PER_MM,
                )
        self._canvas.drawPath(path, stroke=0, fill=1)

    def picture(
        self, at_mm: tuple[float, float], jpeg: bytes, *, size_mm: tuple[float, float]
    ) -> None:
        """A JPEG, stretched into a box whose top left corner is the point."""
        self._canvas.drawImage(
            ImageReader(BytesIO(jpeg)),
            at_mm[0] * _PT_PER_MM, self._up(at_mm[1] + size_mm[1]),
            size_mm[0] * _PT_PER_MM, size_mm[1] * _PT_PER_MM,
        )  # fmt: skip

    def end_page(self) -> None:
        """This page is done."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The PDF."""
        self._canvas.save()
        return self._out.getvalue()

    def _up(self, y_mm: float) -> float:
        # PDF counts from the bottom.
        return (self._height_mm - y_mm) * _PT_PER_MM


Ink = Callable[[Sheet], None]
Page = Sequence[Ink]


def drawn(pages: Sequence[Page], *, title: str, size_mm: tuple[float, float] = A4_MM) -> bytes:
    """The PDF of these pages; at least one."""
    assert pages, "a document has a page"
    with _drawing:
        sheet = Sheet(title=printable(title), size_mm=size_mm)
        for page in pages:
            for ink in page:
                ink(sheet)
            sheet.end_page()
        return sheet.finish()


def picture_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    reader: Any = ImageReader(BytesIO(jpeg))
    width, height = reader.getSize()
    return int(width), int(height)


def qr_squares(content: str) -> list[list[bool]]:
    """A QR code without its white rim, row by row; True is dark."""
    return [[bool(dark) for dark in row] for row in segno.make_qr(content, error="m").matrix]


def _as_utf16(found: re.Match[str]) -> str:
    return f"<{chr(int(found.group(1), 16)).encode('utf-16-be').hex().upper()}>"
