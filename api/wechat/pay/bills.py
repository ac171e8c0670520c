"""A day's bill: its hash, its zip, its rows. Pure.

UTF-8 with a mark in front, ``\\r\\n``, a back-tick before each value, yuan; a header, its rows, and
two lines that sum up.
"""

import hashlib
import zlib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_TEXT_BYTES_MAX = 256 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class BillDamaged(Exception):
    """Another hash, not the zip that was promised, or not of a bill's form."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Rows by the names of the header, in the order of the bill; amounts still as text."""

    rows: tuple[dict[str, str], ...]
    summary: dict[str, str]


def unpack(raw: bytes, *, sha1: str) -> str:
    """The text of a zipped bill whose hash is right.

    The hash is of the text; where it is of the file instead, the file is as whole.

    Raises:
        BillDamaged: neither hash fits, or it is no zip, or beyond 256 MB.
    """
    try:
        unzipping = zlib.decompressobj(_GZIP)
        text = unzipping.decompress(raw, _TEXT_BYTES_MAX)
    except zlib.error as error:
        raise BillDamaged("zip") from error
    if not unzipping.eof or unzipping.unused_data:
        raise BillDamaged("zip")
    if sha1.lower() not in (_sha1(text), _sha1(raw)):
        raise BillDamaged("hash")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BillDamaged("text") from error


def read_bill(text: str) -> Bill:
    """The rows of a bill and its sums.

    Raises:
        BillDamaged: a row without its header's number of values, or no summary.
    """
    lines = [line for line in text.split("\r\n") if line]
    sums_at = next((i for i, line in enumerate(lines) if i and not line.startswith("`")), None)
    if sums_at is None or len(lines) != sums_at + 2:
        raise BillDamaged("summary")
    header = lines[0].split(",")
    rows = tuple(_row(header, line) for line in lines[1:sums_at])
    return Bill(rows, _row(lines[sums_at].split(","), lines[sums_at + 1]))


def yuan_to_fen(text: str) -> int:
    """Exact fen of an amount in yuan.

    Raises:
        BillDamaged: no amount, or with parts of a fen.
    """
    try:
        fen = Decimal(text) * 100
    except InvalidOperation as error:
        raise BillDamaged("amount") from error
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise BillDamaged("amount")
    return int(fen)


def _row(header: list[str], line: str) -> dict[str, str]:
    # Values may hold commas and are not quoted: only a comma before a back-tick parts them.
    values = line.removeprefix("`").split(",`")
    if len(values) != len(header):
        raise BillDamaged("row")
    return dict(zip(header, (value.strip() for value in values), strict=True))


def _sha1(raw: bytes) -> str:
    return hashlib.sha1(raw, usedforsecurity=False).hexdigest()
