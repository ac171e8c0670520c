"""The orders of one runner and day, in whole centipoints: the best by household, then by day."""

from scoring.rules.model import OrderRules


class DayBook:
    """Keeps what the orders of a day are worth; nearly every order is only added to it."""

    __slots__ = ("_counts", "_households", "_rules", "_values", "worth_cp")

    def __init__(self, rules: OrderRules) -> None:
        """Begin an empty day under one version of the rules."""
        self._rules = rules
        # Two flat lists and a number by household: a list for each household of a day would take
        # more memory than all else that is kept of an order.
        self._households: list[str | None] = []
        self._values: list[int] = []
        self._counts: dict[str | None, int] = {}
        self.worth_cp = 0

    def add(self, household: str | None, value_cp: int) -> int:
        """Count one more order; return by how much the day is worth more."""
        counts, values, rules = self._counts, self._values, self._rules
        before = counts.get(household, 0)
        counts[household] = before + 1
        self._households.append(household)
        values.append(value_cp)
        if before < rules.per_household_day and len(values) <= rules.per_day:
            self.worth_cp += value_cp
            return value_cp
        return self._count()

    def remove(self, household: str | None, value_cp: int) -> int:
        """Take back an order that was counted; return by how much the day is worth more."""
        pairs = enumerate(zip(self._households, self._values, strict=True))
        index = next(n for n, pair in pairs if pair == (household, value_cp))
        del self._households[index], self._values[index]
        self._counts[household] -= 1
        return self._count()

    def _count(self) -> int:
        """Choose anew, where there is something to choose from."""
        homes: dict[str | None, list[int]] = {}
        for household, value_cp in zip(self._households, self._values, strict=True):
            homes.setdefault(household, []).append(value_cp)
        rules, before_cp = self._rules, self.worth_cp
        left = [cp for home in homes.values() for cp in _best(home, rules.per_household_day)]
        self.worth_cp = sum(_best(left, rules.per_day))
        return self.worth_cp - before_cp


def _best(values: list[int], limit: int) -> list[int]:
    return values if len(values) <= limit else sorted(values, reverse=True)[:limit]
