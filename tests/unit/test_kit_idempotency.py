"""Idempotency keys: their form, and what a stored answer means."""

from typing import Any

import pytest

from api.errors import AppError
from api.kit.idempotency import Stored, judge, read_key, request_hash

HASH, OTHER_HASH = request_hash("POST", "/v1/orders", b"{}"), request_hash("POST", "/v1/x", b"{}")


@pytest.mark.parametrize("key", ["a", "~" * 64, "0f9c1c0e-7a52-4d8e-9a40-3f1f6a0f2d11", "!\"'\\"])
def test_visible_ascii_up_to_64_characters_is_a_key(key: str) -> None:
    """As the document says."""
    assert key == read_key(key, required=True)


@pytest.mark.parametrize(
    "key", ["", " ", "a b", "a\n", "a\x00", "\x7f", "é", "邻里", "a" * 65, "\t", "a\r\nb"]
)
def test_anything_else_is_malformed(key: str) -> None:
    """Control characters, spaces, other scripts, 65 characters."""
    with pytest.raises(AppError) as refused:
        read_key(key, required=False)

    assert "idempotency_key_malformed" == refused.value.code


def test_a_missing_key_is_refused_only_where_money_moves() -> None:
    """Required or not."""
    with pytest.raises(AppError) as refused:
        read_key(None, required=True)

    assert (None, "idempotency_key_required") == (
        read_key(None, required=False),
        refused.value.code,
    )


@pytest.mark.parametrize(
    "other",
    [("PUT", "/v1/orders", b"{}"), ("POST", "/v1/orders/", b"{}"), ("POST", "/v1/orders", b"{ }")],
)
def test_a_request_is_the_same_only_byte_for_byte(other: tuple[str, str, bytes]) -> None:
    """Method, path and body."""
    assert request_hash(*other) != HASH


def test_parts_of_a_request_do_not_run_into_each_other() -> None:
    """A path cannot borrow from the body."""
    assert request_hash("POST", "/a", b"b/c") != request_hash("POST", "/a\x00b", b"/c")


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"is_free": True, "stored_hash": OTHER_HASH}, "idempotency_key_reused"),
        ({"is_free": False, "stored_hash": OTHER_HASH}, "idempotency_key_reused"),
        ({"is_free": False, "stored_hash": None}, "request_in_flight"),
    ],
)
def test_a_key_in_use_is_refused(found: dict[str, Any], code: str) -> None:
    """For another request, or by a twin that is still at work."""
    with pytest.raises(AppError) as refused:
        judge(**found, status=200, body=b"", expected=(HASH,))

    assert code == refused.value.code


@pytest.mark.parametrize("is_free", [True, False])
def test_a_stored_answer_is_given_again(is_free: bool) -> None:
    """Byte for byte, also while another repeat is looking."""
    stored = judge(is_free=is_free, stored_hash=HASH, status=201, body=b"{}", expected=(HASH,))

    assert Stored(201, b"{}") == stored


def test_a_fresh_key_lets_the_request_go_on() -> None:
    """Nothing stored, nobody at work."""
    assert judge(is_free=True, stored_hash=None, status=None, body=None, expected=(HASH,)) is None
