"""Tables for people with a spreadsheet: CSV and Excel, safe to open. Pure, but for its memory.

A text that a spreadsheet would take for a formula is shown as text (OWASP: CSV injection).
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs]

from api.kit.clock import china
from api.kit.money import format_yuan

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel reads UTF-8 only where this mark stands in front.
_MARK = "\ufeff"
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDTH = 18


@dataclass(frozen=True, slots=True)
class Yuan:
    """An amount in fen that is shown in yuan, as a number."""

    fen: int


Cell = str | int | Yuan | date | datetime | None
Row = Sequence[Cell]


def csv_of(rows: Iterable[Row]) -> bytes:
    """The rows as CSV: UTF-8 with its mark, ``\\r\\n``, moments on clocks in China."""
    out = StringIO(newline="")
    out.write(_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def xlsx_of(title: str, rows: Iterable[Row]) -> bytes:
    """The rows as an Excel file of one sheet; a row is forgotten once it is written.

    ``title``: at most 31 characters, without ``[]:*?/\\``.
    """
    out = BytesIO()
    # No text becomes a formula, a link or a number.
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    writing: Any = Workbook(out, options)  # The library is not typed.
    with writing as book:
        sheet = book.add_worksheet(title)
        sheet.set_column(0, 20, _WIDTH)
        money = book.add_format({"num_format": "0.00"})
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, Yuan):
                    sheet.write_number(y, x, cell.fen / 100, money)
                elif isinstance(cell, int):
                    sheet.write_number(y, x, cell)
                elif cell is not None:
                    sheet.write_string(y, x, _text(cell))
    return out.getvalue()


def _plain(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case Yuan(fen):
            return format_yuan(fen)
        case int():
            return cell
        case _:
            text = _text(cell)
            return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def _text(cell: str | date | datetime) -> str:
    match cell:
        case datetime():
            return f"{china(cell):%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case _:
            return cell
