"""Personal data at rest."""

import itertools
from uuid import UUID

import pytest

from api.kit.crypto import Unreadable, Vault, mask_name, mask_phone, same, token_hash
from api.kit.ids import new_id

VAULT = Vault(data_key=b"\x01" * 32, index_key=b"\x02" * 32)
ROW, OTHER_ROW = new_id(), new_id()
PHONE = "13800138000"


def test_what_was_sealed_is_opened() -> None:
    """For its column and row."""
    sealed = VAULT.seal(PHONE, column="users.phone", row=ROW)

    assert PHONE == VAULT.open(sealed, column="users.phone", row=ROW)


@pytest.mark.parametrize(
    ("column", "row"), [("users.phone", OTHER_ROW), ("users.name", ROW), ("users.phon", ROW)]
)
def test_what_was_moved_to_another_row_or_column_stays_shut(column: str, row: UUID) -> None:
    """A swap in the database shows nothing to anybody."""
    sealed = VAULT.seal(PHONE, column="users.phone", row=ROW)

    with pytest.raises(Unreadable):
        VAULT.open(sealed, column=column, row=row)


@pytest.mark.parametrize("at", range(0, 39, 6))
def test_a_single_changed_bit_is_noticed(at: int) -> None:
    """Nonce, text and tag alike."""
    sealed = bytearray(VAULT.seal(PHONE, column="users.phone", row=ROW))
    sealed[at] ^= 1

    with pytest.raises(Unreadable):
        VAULT.open(bytes(sealed), column="users.phone", row=ROW)


@pytest.mark.parametrize("length", [0, 11, 12, 27])
def test_what_was_cut_short_stays_shut(length: int) -> None:
    """Half a ciphertext is none."""
    sealed = VAULT.seal(PHONE, column="users.phone", row=ROW)[:length]

    with pytest.raises(Unreadable):
        VAULT.open(sealed, column="users.phone", row=ROW)


def test_another_key_opens_nothing() -> None:
    """Whoever can search must not be able to read."""
    sealed = VAULT.seal(PHONE, column="users.phone", row=ROW)
    other = Vault(data_key=b"\x02" * 32, index_key=b"\x01" * 32)

    with pytest.raises(Unreadable):
        other.open(sealed, column="users.phone", row=ROW)


def test_no_nonce_is_used_twice() -> None:
    """Twelve random bytes each time, so equal texts look different."""
    nonces = {VAULT.seal(PHONE, column="c", row=ROW)[4:16] for _ in range(5000)}

    assert 5000 == len(nonces)


def test_the_blind_index_finds_equal_values_of_one_column_only() -> None:
    """Equal for equal values, different for other values, columns and keys."""
    other = Vault(data_key=b"\x01" * 32, index_key=b"\x03" * 32)
    found = VAULT.index(PHONE, column="users.phone")

    assert found == VAULT.index(PHONE, column="users.phone")
    others = [
        VAULT.index("13800138001", column="users.phone"),
        VAULT.index(PHONE, column="addresses.phone"),
        other.index(PHONE, column="users.phone"),
        token_hash(PHONE),
    ]
    assert all(a != b for a, b in itertools.combinations([found, *others], 2))


def test_a_signature_holds_for_one_text_and_one_purpose() -> None:
    """A token of one figure cannot be spent on another."""
    signed = VAULT.sign("350", purpose="cancel-cost")

    assert (True, False, False) == (
        same(signed, VAULT.sign("350", purpose="cancel-cost")),
        same(signed, VAULT.sign("351", purpose="cancel-cost")),
        same(signed, VAULT.sign("350", purpose="offer")),
    )


@pytest.mark.parametrize(("a", "b"), [("", "x"), ("邻", "里"), ("abc", "abcd"), ("\x00", "")])
def test_comparing_secrets_takes_any_text(a: str, b: str) -> None:
    """Also what is not ASCII."""
    assert same(a, b) is False


@pytest.mark.parametrize(
    ("data_key", "index_key"), [(b"\x01" * 31, b"\x02" * 32), (b"\x01" * 32, b"\x01" * 32)]
)
def test_short_or_equal_keys_are_no_keys(data_key: bytes, index_key: bytes) -> None:
    """32 bytes each, and different."""
    with pytest.raises(AssertionError):
        Vault(data_key=data_key, index_key=index_key)


def test_masks_show_just_enough() -> None:
    """The runner may recognise, nobody may call."""
    assert ("138****8000", "张*", "") == (mask_phone(PHONE), mask_name("张阿姨"), mask_name(""))
