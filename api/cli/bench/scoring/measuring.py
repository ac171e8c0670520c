"""Measures batch replay and the engine beside bare loops, taking turns over the same facts."""

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

import orjson

from api.cli.bench.scoring.facts import DAY_0, stored_facts
from scoring.batch import Replayed, replay_all
from scoring.days import day_end
from scoring.incremental import Engine
from scoring.parsing import parse_fact
from scoring.quality import estimate
from scoring.rules import Rules, published_rules
from scoring.types import AnyFact, Body

TARGET = 0.5
PAGE = 500  # As `linli points recompute` reads a ledger.
BATCH, READ_AND_SORT = "batch replay", "read and sort only"
ENGINE, DISPATCH = "incremental update", "dispatch only"


@dataclass(frozen=True, slots=True)
class ScoringPlan:
    """How much is done: so many facts of so many runners, in so many rounds."""

    facts: int = 60_000
    runners: int = 30
    rounds: int = 5


@dataclass(slots=True)
class Measured:
    """Seconds of processor time by what was run, round by round, and what else was found."""

    plan: ScoringPlan
    spent_s: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    are_equal: bool = False
    update_only_s: float = 0
    # Processor time and memory of one fact, in the first and the last quarter of a history.
    early_us: float = 0
    late_us: float = 0
    early_bytes: float = 0
    late_bytes: float = 0

    def per_s(self, kind: str) -> float:
        """Facts per second of processor time, as the median of the rounds."""
        return self.plan.facts / median(self.spent_s[kind])

    def ratio(self, kind: str, bare: str) -> float:
        """The median, over the rounds, of a rate in parts of the bare loop's."""
        pairs = zip(self.spent_s[bare], self.spent_s[kind], strict=True)
        return median(b / a for b, a in pairs)


def measure_scoring(plan: ScoringPlan) -> Measured:
    """Let all four take turns on the same stored facts, and compare what comes out."""
    rules = published_rules()
    lines = stored_facts(plan.facts, runners=plan.runners)
    found = Measured(plan)
    runs: dict[str, Callable[[], object]] = {
        READ_AND_SORT: lambda: _read_and_sort(lines),
        BATCH: lambda: replay_all(rules, _read_and_sort(lines)),
        DISPATCH: lambda: _dispatch(lines),
        ENGINE: lambda: _update(rules, lines),
    }
    found.spent_s = {kind: [] for kind in runs}
    for number in range(plan.rounds):
        # Each goes first as often as last, so that a drift favours none.
        for kind in list(runs) if number % 2 == 0 else reversed(runs):
            found.spent_s[kind].append(_spent_s(runs[kind]))
    facts = [parse_fact(orjson.loads(line)) for line in lines]
    found.update_only_s = _spent_s(lambda: _apply_all(Engine(rules), facts))
    found.are_equal = _are_equal(rules, facts, last_day=DAY_0 + plan.facts)
    _measure_growth(rules, facts, found)
    return found


def _read_and_sort(lines: list[bytes]) -> list[AnyFact]:
    """Read stored facts and bring them into the order of a replay, and no more."""
    facts = [parse_fact(orjson.loads(line)) for line in lines]
    facts.sort(key=lambda fact: (fact.runner, fact.at, fact.id))
    return facts


def _dispatch(lines: list[bytes]) -> object:
    """Read stored facts, drop repeated ones, find runner and handler of each, and no more."""
    handlers: dict[type[Body], Callable[[AnyFact], None]] = {}
    books: dict[str, dict[str, AnyFact]] = {}
    for page in _pages(lines):
        for fact in page:
            book = books.setdefault(fact.runner, {})
            if fact.id in book:
                continue
            book[fact.id] = fact
            handlers.get(type(fact.body), _ignore)(fact)
    return books


def _ignore(fact: AnyFact) -> None:
    pass


def _update(rules: Rules, lines: list[bytes]) -> Engine:
    engine = Engine(rules)
    for page in _pages(lines):
        for fact in page:
            engine.apply(fact)
    return engine


def _pages(lines: list[bytes]) -> Iterator[list[AnyFact]]:
    """Yield stored facts page by page, as a ledger is read."""
    for begin in range(0, len(lines), PAGE):
        yield [parse_fact(orjson.loads(line)) for line in lines[begin : begin + PAGE]]


def _apply_all(engine: Engine, facts: list[AnyFact]) -> None:
    for fact in facts:
        engine.apply(fact)


def _spent_s(run: Callable[[], object]) -> float:
    """Return the processor time of one run, without the collector, as `timeit` does it."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        kept = run()
        spent_s = time.process_time() - began
        del kept
        return spent_s
    finally:
        gc.enable()


def _are_equal(rules: Rules, facts: list[AnyFact], *, last_day: int) -> bool:
    """Return whether both ways give the same points, counts and floats, to the last bit."""
    engine = Engine(rules)
    _apply_all(engine, facts)
    replayed: dict[str, Replayed] = replay_all(rules, facts)
    as_of, of = day_end(last_day), rules.latest.quality
    return tuple(replayed) == engine.runners() and all(
        engine.points(runner) == each.points
        and engine.quality(runner, as_of=as_of) == estimate(of, each.tally, last_day)
        for runner, each in replayed.items()
    )


def _measure_growth(rules: Rules, facts: list[AnyFact], found: Measured) -> None:
    """Compare the first and the last quarter of one history; medians of short blocks for time."""
    quarter = len(facts) // 4
    engine = Engine(rules)
    found.early_us = _block_us(engine, facts[:quarter])
    _apply_all(engine, facts[quarter:-quarter])
    found.late_us = _block_us(engine, facts[-quarter:])
    tracemalloc.start()
    engine, sizes = Engine(rules), [0]
    for begin in range(0, 4 * quarter, quarter):
        _apply_all(engine, facts[begin : begin + quarter])
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    found.early_bytes = (sizes[1] - sizes[0]) / quarter
    found.late_bytes = (sizes[4] - sizes[3]) / quarter


def _block_us(engine: Engine, facts: list[AnyFact]) -> float:
    """Return the median cost of a fact over short blocks, so that a busy moment does not count."""
    size = max(1, len(facts) // 50)
    spent_us: list[float] = []
    gc.collect()
    gc.disable()
    for begin in range(0, len(facts), size):
        block = facts[begin : begin + size]
        began = time.process_time()
        _apply_all(engine, block)
        spent_us.append((time.process_time() - began) * 1e6 / len(block))
    gc.enable()
    return median(spent_us)
