"""Civic deeds of one runner; those of a group are few, so they are counted anew together."""

from scoring.civic import civic_items
from scoring.days import day_of, month_of, quarter_of
from scoring.history import gather
from scoring.rules.model import Rules
from scoring.types import (
    AnyFact,
    MediationClosed,
    MenteeGraduated,
    TrainingCompleted,
    VolunteerHours,
)


class Deeds:
    """Keeps what civic deeds are worth; no cap reaches beyond a group."""

    __slots__ = ("_by_group", "_group_cp", "_rules", "worth_cp")

    def __init__(self, rules: Rules) -> None:
        """Begin without deeds."""
        self._rules = rules
        self._by_group: dict[object, dict[str, AnyFact]] = {}
        self._group_cp: dict[object, int] = {}
        self.worth_cp = 0

    def turn(self, fact: AnyFact, is_on: bool) -> None:
        """Count a deed, or take it back."""
        group = _group(fact)
        deeds = self._by_group.setdefault(group, {})
        if is_on:
            deeds[fact.id] = fact
        else:
            del deeds[fact.id]
        now_cp = sum(item.cp for item in civic_items(gather(deeds.values()), self._rules))
        self.worth_cp += now_cp - self._group_cp.get(group, 0)
        self._group_cp[group] = now_cp


def _group(fact: AnyFact) -> object:
    match fact.body:
        case MenteeGraduated(mentee=mentee):
            return fact.kind, mentee
        case TrainingCompleted(course=course):
            return fact.kind, course, quarter_of(fact.at)
        case VolunteerHours() | MediationClosed():
            return fact.kind, month_of(fact.at)
        case _:
            return fact.kind, day_of(fact.at)
