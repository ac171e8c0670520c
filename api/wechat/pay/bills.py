"""A day's bill: its hash, its zip, its rows one after another. Pure.

UTF-8 with a mark in front, ``\\r\\n``, a back-tick before each value, yuan; a header, its rows, and
two lines that sum up. A bill is never unpacked whole: a city's day has many rows.
"""

import codecs
import gzip
import hashlib
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_TEXT_BYTES_MAX = 256 * 1024 * 1024
_LINE_MAX = 8192
_PIECE_BYTES = 65_536
_GZIP = 16 + zlib.MAX_WBITS


class BillDamaged(Exception):
    """Another hash, not the zip that was promised, or not of a bill's form."""


@dataclass(frozen=True, slots=True)
class BillFile:
    """A bill as it came, zipped; ``sha1`` of its text, by which two of them are compared."""

    zipped: bytes
    sha1: str


def check_file(raw: bytes, *, sha1: str) -> BillFile:
    """A zipped bill whose hash is right.

    The hash is of the text; where it is of the file instead, the file is as whole.

    Raises:
        BillDamaged: neither hash fits, or it is no zip, or beyond 256 MB.
    """
    digest = hashlib.sha1(usedforsecurity=False)
    size = 0
    for piece in _unzipped(raw):
        size += len(piece)
        if size > _TEXT_BYTES_MAX:
            raise BillDamaged("size")
        digest.update(piece)
    of_text, of_file = digest.hexdigest(), hashlib.sha1(raw, usedforsecurity=False).hexdigest()
    if sha1.lower() not in (of_text, of_file):
        raise BillDamaged("hash")
    return BillFile(raw, of_text)


def pack(text: str) -> BillFile:
    """A bill of our own making."""
    raw = text.encode()
    return BillFile(
        gzip.compress(raw, mtime=0), hashlib.sha1(raw, usedforsecurity=False).hexdigest()
    )


class BillReader:
    """The rows of a bill by the names of its header, amounts still as text.

    ``sums`` is what the last two lines say, once the rows are through.

    Raises:
        BillDamaged: while reading: a row without its header's number of values, or no sums.
    """

    def __init__(self, file: BillFile) -> None:
        self._file = file
        self.sums: dict[str, str] = {}

    def __iter__(self) -> Generator[dict[str, str]]:
        lines = _lines(self._file.zipped)
        header = next(lines, "").split(",")
        sums_header: list[str] | None = None
        for line in lines:
            if self.sums:
                raise BillDamaged("summary")
            if sums_header is not None:
                self.sums = _row(sums_header, line)
            elif line.startswith("`"):
                yield _row(header, line)
            else:
                sums_header = line.split(",")
        if not self.sums:
            raise BillDamaged("summary")


def yuan_to_fen(text: str) -> int:
    """Exact fen of an amount in yuan.

    Raises:
        BillDamaged: no amount, or with parts of a fen.
    """
    return _scaled(text, 100)


def yuan_to_millifen(text: str) -> int:
    """Exact thousandths of a fen, as fees have five decimals. Raises as `yuan_to_fen`."""
    return _scaled(text, 100_000)


def percent_to_ppm(text: str) -> int:
    """Millionths of a rate such as ``0.60%``. Raises as `yuan_to_fen`."""
    return _scaled(text.strip().removesuffix("%"), 10_000)


def _scaled(text: str, by: int) -> int:
    try:
        scaled = Decimal(text) * by
    except InvalidOperation as error:
        raise BillDamaged("amount") from error
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) >= 2**53:
        raise BillDamaged("amount")
    return int(scaled)


def _row(header: list[str], line: str) -> dict[str, str]:
    # Values may hold commas and are not quoted: only a comma before a back-tick parts them.
    values = line.removeprefix("`").split(",`")
    if len(values) != len(header):
        raise BillDamaged("row")
    return dict(zip(header, (value.strip() for value in values), strict=True))


def _lines(zipped: bytes) -> Generator[str]:
    """Lines that hold anything, without their ends."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    try:
        for piece in _unzipped(zipped):
            *whole, rest = (rest + decoder.decode(piece)).split("\r\n")
            if len(rest) > _LINE_MAX:
                raise BillDamaged("line")
            yield from (line for line in whole if line)
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BillDamaged("text") from error
    if rest:
        yield rest


def _unzipped(zipped: bytes) -> Generator[bytes]:
    unzipping = zlib.decompressobj(_GZIP)
    waiting = zipped
    try:
        while waiting and not unzipping.eof:
            yield unzipping.decompress(waiting, _PIECE_BYTES)
            waiting = unzipping.unconsumed_tail
        yield unzipping.flush()
    except zlib.error as error:
        raise BillDamaged("zip") from error
    if not unzipping.eof or unzipping.unused_data:
        raise BillDamaged("zip")
