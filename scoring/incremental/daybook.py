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
        self._pool: list[int] = []  # The best of each household.
        self.worth_cp = 0

    def add(self, household: str | None, value_cp: int) -> int:
        """Count one more order; return by how much the day is worth more."""
        home = self._homes.get(household)
        if home is None:
            home = self._homes[household] = []
        before_cp, rules = self.worth_cp, self._rules
        if len(home) < rules.per_household_day and len(self._pool) < rules.per_day:
            # Nearly always; sorted once there is something to choose from.
            home.append(value_cp)
            self._pool.append(value_cp)
            self.worth_cp = before_cp + value_cp
            return value_cp
        self._add_over_limit(home, value_cp)
        return self.worth_cp - before_cp

    def remove(self, household: str | None, value_cp: int) -> int:
        """Take back an order that was counted; return by how much the day is worth more."""
        home, before_cp = self._homes[household], self.worth_cp
        home.remove(value_cp)
        limit = self._rules.per_household_day
        self._pool = sorted(
            cp for each in self._homes.values() for cp in _last(sorted(each), limit)
        )
        self._count()
        return self.worth_cp - before_cp

    def _add_over_limit(self, home: list[int], value_cp: int) -> None:
        """Count an order where the best of its household, or of the day, are full."""
        limit = self._rules.per_household_day
        home.sort()
        self._pool.sort()
        if len(home) < limit:
            insort(self._pool, value_cp)
        elif limit and value_cp > (least := home[-limit]):
            del self._pool[bisect_left(self._pool, least)]
            insort(self._pool, value_cp)
        insort(home, value_cp)
        self._count()

    def _count(self) -> None:
        self.worth_cp = sum(_last(self._pool, self._rules.per_day))


def _last(values: list[int], limit: int) -> list[int]:
    return values[-limit:] if limit else []
