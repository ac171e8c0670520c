"""The penalties of one runner, and what the limits by day and week leave of them."""

from scoring.days import day_of, week_of
from scoring.penalties import Penalty, settle, settled_cp
from scoring.rules.model import Rules
from scoring.types import AnyFact, Fact, RunnerJoined


class PenaltyBook:
    """Keeps penalties by week; a week stands alone, but a newcomer's first weeks go together."""

    __slots__ = ("_by_week", "_joined", "_rules", "_settled", "late_cp", "offset_cp", "other_cp")

    def __init__(self, rules: Rules) -> None:
        """Begin without penalties."""
        self._rules = rules
        self._by_week: dict[int, dict[str, Penalty]] = {}
        self._settled: dict[int, tuple[int, int]] = {}
        self._joined: dict[str, int] = {}
        self.late_cp = self.other_cp = self.offset_cp = 0

    def punish(self, penalty: Penalty) -> None:
        """Count a penalty."""
        week = week_of(penalty.base.at)
        self._by_week.setdefault(week, {})[penalty.base.id] = penalty
        self.offset_cp += penalty.offset_cp
        self._settle(week)

    def pardon(self, fact: AnyFact) -> None:
        """Take back the penalty that a fact had, if it had one."""
        week = week_of(fact.at)
        penalty = self._by_week.get(week, {}).pop(fact.id, None)
        if penalty is not None:
            self.offset_cp -= penalty.offset_cp
            self._settle(week)

    def turn_joined(self, fact: Fact[RunnerJoined], is_on: bool) -> None:
        """Note when the runner joined, or that they did not."""
        weeks = set(self._first_weeks())
        if is_on:
            self._joined[fact.id] = day_of(fact.at)
        else:
            del self._joined[fact.id]
        weeks.update(self._first_weeks())
        for week in weeks:
            self._unsettle(week)
        for week in weeks:
            self._settle(week)

    def _first_weeks(self) -> range:
        """Return the weeks that hold the newcomer's first days; none before they joined."""
        if not self._joined:
            return range(0)
        joined_day = min(self._joined.values())
        days = max(version.newcomer.days for version in self._rules.versions)
        return range((joined_day + 3) // 7, (joined_day + days + 2) // 7 + 1)

    def _settle(self, week: int) -> None:
        first_weeks = self._first_weeks()
        if week in first_weeks:
            key = first_weeks[0]
            penalties = [
                each for one in first_weeks for each in self._by_week.get(one, {}).values()
            ]
            left = settle(penalties, min(self._joined.values()))
            late_cp = sum(each.cp for each in left if each.sort == "late")
            other_cp = sum(each.cp for each in left) - late_cp
        else:
            key = week
            late_cp, other_cp = settled_cp(self._by_week.get(week, {}).values())
        self._unsettle(key)
        self._settled[key] = (late_cp, other_cp)
        self.late_cp += late_cp
        self.other_cp += other_cp

    def _unsettle(self, week: int) -> None:
        late_cp, other_cp = self._settled.pop(week, (0, 0))
        self.late_cp -= late_cp
        self.other_cp -= other_cp
