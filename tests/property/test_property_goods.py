"""The money for goods: every fen that is paid is spent or goes back, whatever the sums are."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.orders.goods import difference_fen, due_fen, extra_fen, owed_fen
from api.payments.rules import Left, spread

FEN = st.integers(min_value=0, max_value=1_000_000)
LEFTS = st.lists(FEN, min_size=0, max_size=5)


@given(fee=FEN, ceiling=FEN, wanted=FEN, share=st.fractions(min_value=0, max_value=1))
def test_every_fen_paid_is_the_fee_is_spent_or_goes_back(
    fee: int, ceiling: int, wanted: int, share: float
) -> None:
    """With and without a raised ceiling, for every receipt that it allows."""
    extra = max(0, extra_fen(goods_fen=ceiling, wanted_fen=wanted))
    goods = ceiling + extra
    paid = due_fen(fee_fen=fee, goods_fen=ceiling) + extra
    spent = int(goods * share)

    back = difference_fen(goods_fen=goods, spent_fen=spent)

    assert 0 <= back <= goods
    assert goods == max(ceiling, wanted)
    assert paid == owed_fen(fee_fen=fee, spent_fen=spent) + back


@given(left=LEFTS, share=st.fractions(min_value=0, max_value=1))
def test_a_sum_goes_back_whole_and_no_payment_gives_more_than_it_has(
    left: list[int], share: float
) -> None:
    """Over however many payments it was paid."""
    payments = [Left(UUID(int=n), fen) for n, fen in enumerate(left)]
    refund = int(sum(left) * share)

    parts = spread(refund, payments)

    assert refund == sum(p.amount_fen for p in parts)
    assert all(0 < p.amount_fen <= left[p.payment_id.int] for p in parts)
    assert len(parts) == len({p.payment_id for p in parts})


@given(first=FEN, second=FEN, share=st.fractions(min_value=0, max_value=1))
def test_what_was_added_last_goes_back_first(first: int, second: int, share: float) -> None:
    """The payment for the order itself is touched only once the extra one is used up."""
    refund = int((first + second) * share)

    parts = {
        p.payment_id.int: p.amount_fen
        for p in spread(refund, [Left(UUID(int=1), first), Left(UUID(int=2), second)])
    }

    assert min(refund, second) == parts.get(2, 0)
    assert max(0, refund - second) == parts.get(1, 0)
