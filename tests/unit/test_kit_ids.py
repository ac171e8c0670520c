"""Identifiers, tokens and codes."""

from api.kit.ids import new_digits, new_id, new_token


def test_an_id_is_a_uuid_of_version_seven() -> None:
    """RFC 9562: version 7, variant 10."""
    made = new_id()

    assert (7, 0b10) == (made.version, made.int >> 62 & 0b11)


def test_an_id_begins_with_the_milliseconds_of_its_making() -> None:
    """48 bits of Unix milliseconds, so that ids of different milliseconds sort by time."""
    from_ms = new_id().int >> 80
    made_ms = [new_id().int >> 80 for _ in range(2000)]

    assert sorted(made_ms) == made_ms
    assert from_ms <= made_ms[0] <= from_ms + 1000


def test_ids_made_together_differ() -> None:
    """74 random bits."""
    made = {new_id() for _ in range(10_000)}

    assert 10_000 == len(made)


def test_tokens_hold_256_bits_and_fit_a_header() -> None:
    """43 URL-safe characters."""
    tokens = {new_token() for _ in range(100)}

    assert ({43}, 100) == ({len(t) for t in tokens}, len(tokens))
    assert all(t.replace("-", "").replace("_", "").isalnum() for t in tokens)


def test_a_code_keeps_its_leading_zeros() -> None:
    """Four digits are four digits, as the fields of requests demand."""
    codes = [new_digits(4) for _ in range(2000)]

    assert all(len(c) == 4 and c.isdigit() for c in codes)
    assert any(c.startswith("0") for c in codes)
