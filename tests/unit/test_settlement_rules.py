"""Days, months and quarters of settlements, and the files they are written into."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from api.earnings.rules import day_to_settle, midnight, month_of, quarter_of
from api.kit.clock import CHINA
from api.kit.sheets import Yuan, csv_of, xlsx_of

DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=CHINA)
LATE = datetime(2026, 11, 21, 23, 59, 59, tzinfo=CHINA).astimezone(UTC)


@pytest.mark.parametrize(
    ("first_at", "settled", "hours", "day"),
    [
        (NOON, None, 12, None),  # Midnight itself: somebody may still be writing.
        (NOON, None, 12.1, DAY),
        (LATE, None, 0.1, DAY),
        (NOON, DAY - timedelta(days=1), 24, DAY),
        # What came late is settled with the next day, once that is over.
        (NOON, DAY, 24, None),
        (NOON, DAY, 36.1, DAY + timedelta(days=1)),
        # A worker that was away settles day by day.
        (NOON, DAY - timedelta(days=9), 240, DAY),
    ],
)
def test_a_day_is_settled_when_it_is_over(
    first_at: datetime, settled: date | None, hours: float, day: date | None
) -> None:
    """On clocks in China, five minutes later, and never twice."""
    assert day == day_to_settle(first_at, settled, now=first_at + timedelta(hours=hours))


def test_a_day_begins_at_midnight_in_china() -> None:
    """That is four in the afternoon of the day before, in UTC."""
    assert datetime(2026, 11, 20, 16, tzinfo=UTC) == midnight(DAY)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        (None, date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_a_month_has_its_days(name: str | None, first: date, last: date) -> None:
    """The last one where none is named."""
    found = month_of(name, now=NOON)

    assert found is not None
    assert (first, last) == (found.first, found.last)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        (None, date(2026, 7, 1), date(2026, 9, 30)),
    ],
)
def test_a_quarter_has_its_days(name: str | None, first: date, last: date) -> None:
    """The last one where none is named; in January that is of the year before."""
    found, january = quarter_of(name, now=NOON), quarter_of(None, now=NOON.replace(month=1))

    assert found is not None
    assert january is not None
    assert (first, last) == (found.first, found.last)
    assert "2025-Q4" == january.name


def test_what_is_no_month_or_quarter_is_none() -> None:
    """Whatever came past the door."""
    assert [None] * 4 == [
        month_of("2026-13", now=NOON), month_of("1999-01", now=NOON),
        quarter_of("2026-Q5", now=NOON), quarter_of("2026-11", now=NOON),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C x'!A0"])
def test_no_text_becomes_a_formula(text: str) -> None:
    """In CSV a mark stands before it; in Excel it is a text by its type. Amounts stay numbers."""
    raw = csv_of([[text, Yuan(-1205), 7, None]])
    (row,) = csv.reader(StringIO(raw.decode("utf-8-sig"), newline=""))
    with ZipFile(BytesIO(xlsx_of("x", [[text, Yuan(-1205)]]))) as files:
        sheet = files.read("xl/worksheets/sheet1.xml").decode()

    assert raw.startswith(b"\xef\xbb\xbf")
    assert [f"'{text}", "-12.05", "7", ""] == row
    assert "<f>" not in sheet
    assert "<v>-12.05</v>" in sheet
