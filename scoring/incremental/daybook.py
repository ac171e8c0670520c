"""The orders of one runner and day, in whole centipoints: the best by household, then by day."""

from bisect import bisect_left, insort

from scoring.rules.model import OrderRules


class DayBook:
    """Keeps what the orders of a day are worth; an order costs a search in a short list."""

    __slots__ = ("_homes", "_pool", "_rules", "worth_cp")

    def __init__(self, rules: OrderRules) -> None:
        """Begin an empty day under one version of the rules."""
        self._rules = rules
        self._homes: dict[str | None, list[int]] = {}
        self._pool: list[int] = []  # The best of each household, sorted.
        self.worth_cp = 0

    def add(self, household: str | None, value_cp: int) -> None:
        """Count one more order."""
        home = self._homes.get(household)
        if home is None:
            home = self._homes[household] = []
        limit = self._rules.per_household_day
        if len(home) < limit:
            insort(self._pool, value_cp)
            self.worth_cp += value_cp
        elif limit and value_cp > (least := home[-limit]):
            del self._pool[bisect_left(self._pool, least)]
            insort(self._pool, value_cp)
            self.worth_cp += value_cp - least
        insort(home, value_cp)
        if len(self._pool) > self._rules.per_day:
            self._count()

    def remove(self, household: str | None, value_cp: int) -> None:
        """Take back an order that was counted."""
        home = self._homes[household]
        del home[bisect_left(home, value_cp)]
        limit = self._rules.per_household_day
        self._pool = sorted(cp for each in self._homes.values() for cp in _last(each, limit))
        self._count()

    def _count(self) -> None:
        self.worth_cp = sum(_last(self._pool, self._rules.per_day))


def _last(values: list[int], limit: int) -> list[int]:
    return values[-limit:] if limit else []
