"""Replays a runner's stored ledger from the first entry, and names where it says otherwise.

Two calculators look at each entry: the incremental book tells the difference to the total from all
facts, and a posting tells it line by line from the facts that it needs. So a ledger that passes was
written from enough facts, by these rules, and in this order.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.incremental.book import Book
from scoring.points import PointsTotal
from scoring.postings import LIFELONG_KINDS, facts_needed_from, named_by, posting
from scoring.quality import Tally
from scoring.rules.model import Rules
from scoring.types import AnyFact, RatingRevealed, ScoringError


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the ledger has it; `lines` are those of `Posting.as_json`."""

    seq: int
    fact: AnyFact
    delta_cp: int
    balance_cp: int
    lines: Sequence[object]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What an entry says and what the replay says, in a word each (centipoints in numbers)."""

    seq: int
    what: str
    stored: str
    replayed: str


class Replayer:
    """The ledger of one runner, entry by entry; holds that runner's facts and no more."""

    def __init__(self, rules: Rules) -> None:
        """Begin before the first entry."""
        self._rules = rules
        self._book = Book(rules)
        self._recent = RecentFacts(rules)
        self._seq = 0
        self._total_cp = 0

    def replay(self, entry: StoredEntry) -> Mismatch | None:
        """Replay the next entry; return the first thing that differs, if any does."""
        try:
            before = self._recent.needed_for(entry.fact)
            lines = posting(self._rules, before, entry.fact).as_json()
            self._book.apply(entry.fact)
        except ScoringError as error:
            return Mismatch(entry.seq, "fact", entry.fact.id, str(error))
        self._recent.add(entry.fact)
        self._seq += 1
        total_cp = self._book.total().total
        delta_cp, self._total_cp = total_cp - self._total_cp, total_cp
        if entry.seq != self._seq:
            return Mismatch(entry.seq, "seq", str(entry.seq), str(self._seq))
        if entry.delta_cp != delta_cp:
            return Mismatch(entry.seq, "delta_cp", str(entry.delta_cp), str(delta_cp))
        if entry.balance_cp != total_cp:
            return Mismatch(entry.seq, "balance_cp", str(entry.balance_cp), str(total_cp))
        if list(entry.lines) != lines:
            return Mismatch(entry.seq, "lines", str(list(entry.lines)), str(lines))
        return None

    def total(self) -> PointsTotal:
        """Return the points of all entries so far."""
        return self._book.total()

    def tally(self) -> Tally:
        """Return what was observed so far."""
        return self._book.tally()


class RecentFacts:
    """A runner's facts, and of them those that the posting of one more needs."""

    def __init__(self, rules: Rules) -> None:
        """Begin without facts."""
        self._rules = rules
        self._by_id: dict[str, AnyFact] = {}
        self._times: list[tuple[int, str]] = []
        self._lifelong: list[AnyFact] = []

    def add(self, fact: AnyFact) -> None:
        """Keep one more fact."""
        self._by_id[fact.id] = fact
        insort(self._times, (fact.at, fact.id))
        if fact.kind in LIFELONG_KINDS:
            self._lifelong.append(fact)

    def needed_for(self, new: AnyFact) -> list[AnyFact]:
        """Return the facts since the oldest that `new` leads to, with what lasts for life."""
        since = facts_needed_from(self._rules, self._oldest_at(new))
        first = bisect_left(self._times, (since, ""))
        needed = {fact_id: self._by_id[fact_id] for _, fact_id in self._times[first:]}
        for fact in tuple(needed.values()):
            if isinstance(fact.body, RatingRevealed) and fact.body.order in self._by_id:
                needed[fact.body.order] = self._by_id[fact.body.order]
        needed.update((fact.id, fact) for fact in self._lifelong)
        return list(needed.values())

    def _oldest_at(self, new: AnyFact) -> int:
        at, seen = new.at, {new.id}
        name = named_by(new.body)
        while name is not None and name not in seen and name in self._by_id:
            fact = self._by_id[name]
            at, name = min(at, fact.at), named_by(fact.body)
            seen.add(fact.id)
        return at
