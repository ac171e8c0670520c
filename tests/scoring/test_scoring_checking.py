"""The replay of a stored ledger: what was written by postings stands, anything else is named."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.checking import Replayer, StoredEntry
from scoring.history import ReversalCycle
from scoring.postings import posting
from scoring.types import AnyFact
from tests.scoring.builders import RULES, excuse, filed, order, release, reversal
from tests.scoring.strategies import histories

LATE = order("o", late_s=1_500)


def ledger(facts: Sequence[AnyFact]) -> list[StoredEntry]:
    """Post the facts one after another, each knowing all before it."""
    entries: list[StoredEntry] = []
    balance_cp = 0
    for seq, fact in enumerate(facts, start=1):
        posted = posting(RULES, facts[: seq - 1], fact)
        balance_cp += posted.delta_cp
        entries.append(StoredEntry(seq, fact, posted.delta_cp, balance_cp, posted.as_json()))
    return entries


def differing(entries: Sequence[StoredEntry]) -> list[str]:
    """What the replay finds, by the word for it."""
    replayer = Replayer(RULES)
    return [found.what for each in entries if (found := replayer.replay(each)) is not None]


@settings(max_examples=60)
@given(histories(far=True))
def test_a_ledger_that_was_posted_stands(facts: list[AnyFact]) -> None:
    """Whatever happened in ten weeks: by few facts or by all, every line is the same."""
    try:
        entries = ledger(facts)
    except ReversalCycle:
        return

    assert [] == differing(entries)


def test_an_excuse_for_an_order_of_the_month_before_still_counts() -> None:
    """What is needed reaches back to the order, not only to the month of the excuse."""
    facts = [LATE, excuse("e", of="o", cause="platform_fault", day=45)]
    entries = ledger(facts)

    assert entries[1].delta_cp > 0
    assert [] == differing(entries)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"delta_cp": 1}, "delta_cp"),
        ({"balance_cp": 1}, "balance_cp"),
        ({"seq": 9}, "seq"),
        ({"lines": []}, "lines"),
        ({"fact": reversal("r", of="elsewhere")}, "fact"),
        ({"fact": order("o", late_s=1_501)}, "lines"),
    ],
)
def test_whatever_was_changed_is_named(change: dict[str, object], what: str) -> None:
    """One digit of an entry, one second of its fact."""
    first, *others = ledger([LATE, release("a"), filed("f", against="o")])

    assert what == differing([replace(first, **change), *others])[0]  # pyright: ignore[reportArgumentType]


@given(st.integers(1, 3))
def test_a_missing_entry_is_named(missing: int) -> None:
    """Without any one of its entries, the ledger does not stand."""
    entries = ledger([LATE, release("a"), filed("f", against="o"), order("p", late_s=2_000)])
    del entries[missing - 1]

    assert [] != differing(entries)
