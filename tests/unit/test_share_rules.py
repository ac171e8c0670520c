"""How much of a payment goes to its merchant."""

from hypothesis import given
from hypothesis import strategies as st

from api.shares.rules import return_fen, share_fen

_FEN = st.integers(0, 1_000_000)


@given(st.integers(1, 1_000_000), st.data(), _FEN, st.integers(0, 100), st.integers(0, 50_000))
def test_a_share_is_within_what_is_owed_the_limit_and_what_is_left(
    paid_fen: int, data: st.DataObject, owed_fen: int, percent: int, fee_ppm: int
) -> None:
    """Never a fen beyond any of the three; and the least of them, where it is."""
    refunded_fen = data.draw(st.integers(0, paid_fen))
    fen = share_fen(
        paid_fen=paid_fen, refunded_fen=refunded_fen, owed_fen=owed_fen, percent=percent,
        fee_ppm=fee_ppm,
    )  # fmt: skip
    after_fee = paid_fen * (1_000_000 - fee_ppm)

    assert 0 <= fen <= owed_fen
    assert fen * 100_000_000 <= after_fee * percent
    assert fen <= max(0, paid_fen - refunded_fen)
    if percent and owed_fen and not refunded_fen and fen < owed_fen:
        assert (fen + 2) * 100_000_000 > after_fee * percent - 100_000_000


def test_the_published_example_of_a_share() -> None:
    """Of 100 yuan paid, 0.60 yuan is the fee: 30 % of the rest are 29.82."""
    known = {"paid_fen": 10_000, "percent": 30, "fee_ppm": 6000}

    assert 2982 == share_fen(refunded_fen=0, owed_fen=9_000, **known)
    assert 1000 == share_fen(refunded_fen=0, owed_fen=1_000, **known)
    assert 440 == share_fen(refunded_fen=9_500, owed_fen=9_000, **known)
    assert 0 == share_fen(refunded_fen=10_000, owed_fen=9_000, **known)


def test_no_more_is_given_back_than_was_given() -> None:
    """In parts, too."""
    assert 40 == return_fen(borne_fen=40, shared_fen=100, returned_fen=0)
    assert 30 == return_fen(borne_fen=40, shared_fen=100, returned_fen=70)
    assert 0 == return_fen(borne_fen=40, shared_fen=100, returned_fen=100)
