"""Cursors: ours come back, all others are refused by name."""

import base64
from uuid import UUID

import pytest

from api.errors import AppError, FieldError
from api.kit.pagination import PageQuery, decode_cursor, encode_cursor
from tests.contract.problems import CANARY

ID = UUID("019a9f0e-8c6b-7d1e-8000-000000000000")


def test_a_cursor_brings_its_parts_back() -> None:
    """Numbers, text and ids, in order."""
    cursor = encode_cursor(182_400, str(ID), 20)

    assert [182_400, ID, 20] == decode_cursor(cursor, (int, UUID, int))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[",
        b"{}",
        b"null",
        b"7",
        b"[]",
        b"[1,2]",
        b'["1"]',
        b"[1.0]",
        b"[true]",
        b"[null]",
        b"[-1]",
        b"[2147483648]",
        b"[99999999999999999999999]",
        b"[NaN]",
        b"[[1]]",
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_cursor_of_another_make_is_malformed(raw: bytes) -> None:
    """A list by number takes one number that its columns can hold, nothing else."""
    cursor = base64.urlsafe_b64encode(raw).decode().rstrip("=")

    with pytest.raises(AppError) as refused:
        decode_cursor(cursor, (int,))

    assert "malformed_request" == refused.value.code


@pytest.mark.parametrize("text", ["", "x", "\x00", str(ID) + "0", "019a9f0e", "\\ud800"])
def test_a_cursor_by_id_takes_nothing_but_an_id(text: str) -> None:
    """What stands where the id should be is not given to the database."""
    raw = b'["' + text.encode("unicode_escape") + b'"]'

    with pytest.raises(AppError) as refused:
        decode_cursor(base64.urlsafe_b64encode(raw).decode(), (UUID,))

    assert "malformed_request" == refused.value.code


@pytest.mark.parametrize("cursor", ["W10====", "W 1d", "邻里", "W10\n", "-_-_", "A", "\x00"])
def test_a_cursor_that_is_not_base64_is_malformed(cursor: str) -> None:
    """Any text may come in a query."""
    with pytest.raises(AppError) as refused:
        decode_cursor(cursor, (int,))

    assert "malformed_request" == refused.value.code


def test_a_refused_cursor_is_not_repeated() -> None:
    """The refusal names the field and no more."""
    with pytest.raises(AppError) as refused:
        decode_cursor(encode_cursor(CANARY), (UUID,))

    assert (FieldError("cursor", "not a cursor of this list"),) == refused.value.fields


def test_a_page_ends_with_the_cursor_of_its_last_row() -> None:
    """One row more than asked for says that there is a next page, and is not shown."""
    query = PageQuery(limit=2)
    shown, cursor = query.cut([5, 7, 9], by=lambda row: row)

    assert [5, 7] == shown
    assert 7 == PageQuery(cursor=cursor).last_number


@pytest.mark.parametrize("rows", [[], [5], [5, 7]])
def test_the_last_page_has_no_cursor(rows: list[int]) -> None:
    """Exactly full is full, and no page follows."""
    assert (rows, None) == PageQuery(limit=2).cut(rows, by=lambda row: row)
