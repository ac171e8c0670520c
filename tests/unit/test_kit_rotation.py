"""Keys that are replaced: old values open, new ones name the new key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bootstrap import build
from api.kit.crypto import NAME_BYTES, Unreadable, Vault
from api.kit.ids import new_id
from api.settings import Settings

OLD, NEW, OLDER = b"\x01" * 32, b"\x03" * 32, b"\x05" * 32
INDEX, NEW_INDEX = b"\x02" * 32, b"\x04" * 32
ROW = new_id()
BEFORE = Vault(data_key=OLD, index_key=INDEX)
DURING = Vault(
    data_key=NEW, index_key=NEW_INDEX, old_data_keys=(OLD, OLDER), old_index_keys=(INDEX,)
)
AFTER = Vault(data_key=NEW, index_key=NEW_INDEX)


@given(st.text(max_size=200), st.text(max_size=20))
def test_every_text_survives_the_change_of_keys(text: str, column: str) -> None:
    """Sealed before, opened during, sealed anew, opened after; never by the wrong key."""
    before = BEFORE.seal(text, column=column, row=ROW)
    during = DURING.seal(DURING.open(before, column=column, row=ROW), column=column, row=ROW)

    assert text == AFTER.open(during, column=column, row=ROW)
    for vault, sealed in ((AFTER, before), (BEFORE, during)):
        with pytest.raises(Unreadable):
            vault.open(sealed, column=column, row=ROW)


def test_a_sealed_value_names_its_key() -> None:
    """So that what is left to do can be counted without opening anything."""
    sealed = {v: v.seal("x", column="c", row=ROW)[:NAME_BYTES] for v in (BEFORE, DURING, AFTER)}

    assert {BEFORE: BEFORE.key_name, DURING: AFTER.key_name, AFTER: AFTER.key_name} == sealed
    assert BEFORE.key_name != AFTER.key_name


def test_what_was_sealed_before_keys_had_names_still_opens() -> None:
    """A nonce and the ciphertext, as the first databases hold it."""
    nameless = BEFORE.seal("邻里", column="c", row=ROW)[NAME_BYTES:]

    assert "邻里" == DURING.open(nameless, column="c", row=ROW)
    with pytest.raises(Unreadable):
        AFTER.open(nameless, column="c", row=ROW)


@given(st.text(min_size=1, max_size=20))
def test_a_value_is_found_under_the_old_index_until_it_is_made_anew(text: str) -> None:
    """The current key first, older ones after it."""
    old, new = BEFORE.index(text, column="c"), AFTER.index(text, column="c")

    assert [new, old] == DURING.indexes(text, column="c")
    assert new == DURING.index(text, column="c")
    assert (DURING.has_old_indexes, AFTER.has_old_indexes) == (True, False)


def test_a_key_never_both_seals_and_searches() -> None:
    """Not even one of before."""
    with pytest.raises(AssertionError):
        Vault(data_key=NEW, index_key=NEW_INDEX, old_data_keys=(NEW_INDEX,))


@pytest.mark.parametrize(
    ("name", "keys", "said"),
    [
        ("data_keys_old", "01", "LINLI_DATA_KEYS_OLD must be 64"),
        ("index_keys_old", "04" * 32 + ",xy", "LINLI_INDEX_KEYS_OLD must be 64"),
        ("data_keys_old", "02" * 32, "must differ"),
        ("index_keys_old", "01" * 32, "must differ"),
    ],
)
def test_a_process_with_keys_that_are_none_does_not_start(name: str, keys: str, said: str) -> None:
    """One line says which setting is wrong, and shows no key."""
    settings = {"data_key": "01" * 32, "index_key": "02" * 32, name: keys,
                "DATABASE_URL": "postgresql://x/x", "REDIS_URL": "redis://x"}  # fmt: skip

    with pytest.raises(ValueError, match=said) as refused:
        build(Settings.model_validate(settings))

    assert keys not in str(refused.value)
