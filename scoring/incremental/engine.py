"""All runners at once: dispatches each fact to the book of its runner."""

from collections.abc import Iterable

from scoring.days import day_of
from scoring.incremental.book import Book
from scoring.points import PointsTotal
from scoring.quality import NEUTRAL, Calibration, Quality, estimate
from scoring.rules.model import Rules
from scoring.types import AnyFact


class Engine:
    """Points and quality of many runners, kept up to date fact by fact."""

    def __init__(self, rules: Rules) -> None:
        """Begin without facts."""
        self._rules = rules
        self._books: dict[str, Book] = {}

    def apply(self, fact: AnyFact) -> None:
        """Take one fact in; safe to repeat. Raises as `Book.apply`."""
        book = self._books.get(fact.runner)
        if book is None:
            book = self._books[fact.runner] = Book(self._rules)
        book.apply(fact)

    def apply_all(self, facts: Iterable[AnyFact]) -> None:
        """Take facts in, one after another."""
        for fact in facts:
            self.apply(fact)

    def runners(self) -> tuple[str, ...]:
        """Return the runners that any fact was about, sorted."""
        return tuple(sorted(self._books))

    def points(self, runner: str) -> PointsTotal:
        """Return the points of all facts so far; of an unknown runner none."""
        return self._books.get(runner, Book(self._rules)).total()

    def quality(self, runner: str, *, as_of: int, calibration: Calibration = NEUTRAL) -> Quality:
        """Return the quality of all facts so far, weighed as of a unix second."""
        book = self._books.get(runner, Book(self._rules))
        rules = self._rules.in_force(as_of).quality
        return estimate(rules, book.tally(), day_of(as_of), calibration)
