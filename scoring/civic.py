"""Points for what a runner does for the neighbourhood, each under its own cap."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from scoring.days import day_of, month_of, quarter_of
from scoring.history import History
from scoring.items import Item, grouped
from scoring.rules.model import CivicRules, Rules, RuleVersion
from scoring.types import (
    Body,
    EmergencyHelped,
    Fact,
    HazardVerified,
    MediationClosed,
    MenteeGraduated,
    TrainingCompleted,
    VolunteerHours,
)

B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True)
class _Deed(Generic[B]):
    """One fact, what it is worth, and how many of its group count."""

    fact: Fact[B]
    rule: str
    version: str
    worth_cp: int
    limit: int


def civic_items(history: History, rules: Rules) -> list[Item]:
    """Return one item per deed; volunteering is one item per month, because it is rounded there.

    A period in which the rules change counts as two, one for each version; what counts only
    once (a course in a quarter, a mentee) counts once across versions.
    """

    def deeds(
        body: type[B], rule: str, worth: Callable[[CivicRules], tuple[int, int]]
    ) -> list[_Deed[B]]:
        return [_deed(fact, rule, rules.in_force(fact.at), worth) for fact in history.of(body)]

    mediations = deeds(
        MediationClosed, "mediation", lambda of: (of.mediation_cp, of.mediations_per_month)
    )
    hazards = deeds(HazardVerified, "hazard", lambda of: (of.hazard_cp, of.hazards_per_day))
    emergencies = deeds(EmergencyHelped, "emergency", lambda of: (of.emergency_cp, 1))
    mentees = deeds(MenteeGraduated, "mentee", lambda of: (of.mentee_cp, 1))
    return [
        *_best(_trainings(history, rules), _course_and_quarter),
        *_volunteering(history.of(VolunteerHours), rules),
        *_best(mediations, lambda deed: (deed.version, month_of(deed.fact.at))),
        *_best(hazards, lambda deed: (deed.version, day_of(deed.fact.at))),
        *_best(emergencies, lambda deed: deed.fact.id),
        *_best(mentees, lambda deed: deed.fact.body.mentee),
    ]


def _deed(
    fact: Fact[B],
    rule: str,
    version: RuleVersion,
    worth: Callable[[CivicRules], tuple[int, int]],
) -> _Deed[B]:
    worth_cp, limit = worth(version.civic)
    return _Deed(fact=fact, rule=rule, version=version.version, worth_cp=worth_cp, limit=limit)


def _trainings(history: History, rules: Rules) -> list[_Deed[TrainingCompleted]]:
    return [
        _Deed(
            fact=fact,
            rule="training",
            version=rules.in_force(fact.at).version,
            worth_cp=rules.in_force(fact.at).training.points_cp,
            limit=1,
        )
        for fact in history.of(TrainingCompleted)
    ]


def _course_and_quarter(deed: _Deed[TrainingCompleted]) -> Hashable:
    return deed.fact.body.course, quarter_of(deed.fact.at)


def _best(deeds: list[_Deed[B]], group_of: Callable[[_Deed[B]], Hashable]) -> list[Item]:
    """Count the best deeds of each group up to its limit, the earliest first among equals."""
    items: list[Item] = []
    best_first = sorted(deeds, key=lambda deed: (-deed.worth_cp, deed.fact.at, deed.fact.id))
    for group in grouped((group_of(deed), deed) for deed in best_first):
        for rank, deed in enumerate(group, start=1):
            counts = rank <= deed.limit
            cp = deed.worth_cp if counts else 0
            items.append(
                Item(
                    key=f"civic:{deed.fact.id}",
                    bucket="civic",
                    rule=deed.rule,
                    version=deed.version,
                    at=deed.fact.at,
                    facts=(deed.fact.id,),
                    cp=cp,
                    cap="counted" if counts else "limit_reached",
                    arithmetic=f"{rank} of at most {deed.limit}: {cp}",
                    inputs={"worth_cp": deed.worth_cp, "limit": deed.limit},
                )
            )
    return items


def _volunteering(facts: Iterable[Fact[VolunteerHours]], rules: Rules) -> list[Item]:
    months = grouped(((rules.in_force(fact.at).version, month_of(fact.at)), fact) for fact in facts)
    return [_volunteer_month(month, rules.in_force(month[0].at)) for month in months]


def _volunteer_month(facts: list[Fact[VolunteerHours]], version: RuleVersion) -> Item:
    """Count one month: capped by day, then by month, rounded down once."""
    rules = version.civic
    minutes = [
        sum(fact.body.minutes for fact in day)
        for day in grouped((day_of(fact.at), fact) for fact in facts)
    ]
    daily_min = sum(min(each, rules.volunteer_day_min) for each in minutes)
    counted_min = min(daily_min, rules.volunteer_month_min)
    cp = counted_min * rules.volunteer_hour_cp // 60
    is_capped = counted_min < sum(minutes)
    return Item(
        key=f"volunteer:{version.version}:{month_of(facts[0].at)}",
        bucket="civic",
        rule="volunteer",
        version=version.version,
        at=facts[0].at,
        facts=tuple(fact.id for fact in facts),
        cp=cp,
        cap="limit_reached" if is_capped else "counted",
        arithmetic=(
            f"min({daily_min}, {rules.volunteer_month_min}) * {rules.volunteer_hour_cp} // 60"
            f" = {cp}"
        ),
        inputs={"volunteer_min": sum(minutes), "counted_min": counted_min},
    )
