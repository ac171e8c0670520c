"""Laws of the small tools."""

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from api.errors import AppError
from api.kit.http.body import parse_json
from api.kit.money import format_yuan, percent_of_fen
from api.kit.pagination import decode_cursor, encode_cursor

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | st.floats(allow_nan=False,
    allow_infinity=False) | texts
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda v: st.lists(v, max_size=4) | st.dictionaries(texts, v, max_size=4),
    max_leaves=20,
)


@given(values)
def test_every_json_value_is_read_as_it_was_written(value: object) -> None:
    """The strict parser refuses nothing that is right."""
    assert value == parse_json(json.dumps(value).encode())


@given(
    st.binary(max_size=200)
    | st.text(alphabet='[]{}",:\\u0d8eE+-.19 aNI', max_size=60).map(str.encode)
)
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    """A value or a named refusal, never another error."""
    with suppress(AppError):
        parse_json(raw)


@given(st.integers(0, 2**31 - 1), texts.filter(lambda t: "\x00" not in t))
def test_every_cursor_comes_back(number: int, text: str) -> None:
    """What a page wrote, the next page reads."""
    assert [number, text] == decode_cursor(encode_cursor(number, text), (int, str))


@given(st.text(max_size=60))
def test_no_text_breaks_the_cursor(text: str) -> None:
    """Parts or a named refusal, never another error."""
    with suppress(AppError):
        decode_cursor(text, (int, str, int))


@given(st.integers(0, 10**12), st.integers(0, 100))
def test_a_share_and_its_rest_make_the_whole(amount_fen: int, percent: int) -> None:
    """Rounded half up, never off by more than half a fen, never more than the whole."""
    share_fen = percent_of_fen(amount_fen, percent)

    assert 0 <= share_fen <= amount_fen
    assert -50 <= amount_fen * percent - share_fen * 100 < 51


@given(st.integers(-(10**15), 10**15))
def test_money_as_text_is_the_same_money(amount_fen: int) -> None:
    """Two decimals, the sign in front."""
    yuan, _, cents = format_yuan(amount_fen).partition(".")

    assert str(abs(amount_fen)) == str(int(yuan.lstrip("-") + cents))
    assert (amount_fen < 0) is yuan.startswith("-")
