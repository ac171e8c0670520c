"""A set of facts of one runner, made ready to be scored: deduplicated, corrected, indexed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from scoring.days import day_of
from scoring.types import (
    AnyFact,
    AppealDecided,
    AppealFiled,
    Body,
    EntryReversed,
    ExcuseGranted,
    Fact,
    RunnerJoined,
    ScoringError,
    TrainingCompleted,
)

B = TypeVar("B", bound=Body)


class FactIdReused(ScoringError):
    """Two different facts carry the same id."""


class FactsOfSeveralRunners(ScoringError):
    """The facts belong to more than one runner."""


class ReversalCycle(ScoringError):
    """Reversals name each other in a circle, so that none of them can be decided."""


class UnknownTarget(ScoringError):
    """A reversal names a fact that was not recorded before it."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """Where the appeals against one penalty stand, over all filings."""

    facts: tuple[str, ...]
    is_pending: bool
    is_cleared: bool
    limit_cp: int | None

    def lower(self, penalty_cp: int) -> int:
        """Return what is left of a penalty; an appeal never makes it larger."""
        if self.is_pending or self.is_cleared:
            return 0
        return penalty_cp if self.limit_cp is None else min(penalty_cp, self.limit_cp)


@dataclass(frozen=True, slots=True)
class History:
    """The active facts by kind, each by (at, id), and the amendments by the fact they amend."""

    by_body: Mapping[type[Body], Sequence[AnyFact]]
    excuses: Mapping[str, Sequence[Fact[ExcuseGranted]]]
    appeals: Mapping[str, Appeal]
    trainings: Mapping[str, Sequence[Fact[TrainingCompleted]]]
    joined_day: int | None

    def of(self, body: type[B]) -> Sequence[Fact[B]]:
        """Return the active facts of one kind, by (at, id)."""
        return _of(self.by_body, body)


def gather(facts: Iterable[AnyFact]) -> History:
    """Make a history of facts in any order; the same fact twice is one fact.

    Excuses, ratings and appeals about a fact that is not there wait for it and change nothing.

    Raises:
        FactIdReused: two different facts share an id.
        FactsOfSeveralRunners: not all facts are of one runner.
        ReversalCycle: reversals name each other in a circle.
    """
    by_id = distinct(facts)
    if len({fact.runner for fact in by_id.values()}) > 1:
        raise FactsOfSeveralRunners("points are counted for one runner at a time")
    reversed_ids = _reversed_ids(_of(_by_body(by_id.values()), EntryReversed))
    active = (fact for fact in by_id.values() if fact.id not in reversed_ids)
    by_body = _by_body(sorted(active, key=lambda fact: (fact.at, fact.id)))
    excuses: defaultdict[str, list[Fact[ExcuseGranted]]] = defaultdict(list)
    for excuse in _of(by_body, ExcuseGranted):
        excuses[excuse.body.order].append(excuse)
    trainings: defaultdict[str, list[Fact[TrainingCompleted]]] = defaultdict(list)
    for training in _of(by_body, TrainingCompleted):
        if training.body.offsets is not None:
            trainings[training.body.offsets].append(training)
    joined = _of(by_body, RunnerJoined)
    return History(
        by_body=by_body,
        excuses=excuses,
        appeals=appeals_by_target(_of(by_body, AppealFiled), _of(by_body, AppealDecided)),
        trainings=trainings,
        joined_day=day_of(joined[0].at) if joined else None,
    )


def recorded_by(facts: Iterable[AnyFact], as_of: int) -> list[AnyFact]:
    """Return the facts that were on record at a unix second."""
    return [fact for fact in facts if fact.known_from <= as_of]


def _by_body(facts: Iterable[AnyFact]) -> dict[type[Body], list[AnyFact]]:
    by_body: dict[type[Body], list[AnyFact]] = {}
    for fact in facts:
        by_body.setdefault(type(fact.body), []).append(fact)
    return by_body


def _of(by_body: Mapping[type[Body], Sequence[AnyFact]], body: type[B]) -> Sequence[Fact[B]]:
    # The key is the type of the body, which a type checker cannot know.
    return cast("Sequence[Fact[B]]", by_body.get(body, ()))


def distinct(facts: Iterable[AnyFact]) -> dict[str, AnyFact]:
    """Return the facts by id; the same fact twice is one, on record since the earlier time.

    Raises:
        FactIdReused: two different facts share an id.
    """
    by_id: dict[str, AnyFact] = {}
    for fact in facts:
        known = by_id.setdefault(fact.id, fact)
        if known != fact:
            raise FactIdReused(f"fact {fact.id} is already there with another content")
        if fact.known_from < known.known_from:
            by_id[fact.id] = fact
    return by_id


def _reversed_ids(reversals: Sequence[Fact[EntryReversed]]) -> set[str]:
    """Return the ids that an active reversal names.

    A reversal is decided once all reversals that name it are: the unnamed ones are active, and
    so on down the chains. Those never reached stand in a circle. No recursion: chains may be long.
    """
    undecided = {reversal.id: 0 for reversal in reversals}
    for reversal in reversals:
        if reversal.body.target in undecided:
            undecided[reversal.body.target] += 1
    by_id = {reversal.id: reversal for reversal in reversals}
    ready = [by_id[each] for each, named_by in undecided.items() if named_by == 0]
    reversed_ids: set[str] = set()
    decided = 0
    while ready:
        reversal = ready.pop()
        decided += 1
        target = reversal.body.target
        if reversal.id not in reversed_ids:
            reversed_ids.add(target)
        if target in undecided:
            undecided[target] -= 1
            if undecided[target] == 0:
                ready.append(by_id[target])
    if decided < len(reversals):
        raise ReversalCycle("reversals name each other in a circle")
    return reversed_ids


def appeals_by_target(
    filings: Sequence[Fact[AppealFiled]], decisions: Sequence[Fact[AppealDecided]]
) -> dict[str, Appeal]:
    """Return the appeals by the fact they are against; both lists come by (at, id).

    Of several decisions of one filing the latest counts. Of several filings each may lower the
    penalty and none raises it again: "as before filing" is what the earlier ones left.
    """
    latest = {decision.body.appeal: decision for decision in decisions}
    by_target: defaultdict[str, list[Fact[AppealFiled]]] = defaultdict(list)
    for filing in filings:
        by_target[filing.body.target].append(filing)
    appeals: dict[str, Appeal] = {}
    for target, filed in by_target.items():
        decided = [latest[filing.id] for filing in filed if filing.id in latest]
        outcomes = [decision.body.outcome for decision in decided]
        limits = [each.body.new_cp for each in decided if each.body.outcome == "reduced"]
        appeals[target] = Appeal(
            facts=(*(filing.id for filing in filed), *(decision.id for decision in decided)),
            is_pending=len(decided) < len(filed),
            is_cleared="reversed" in outcomes,
            limit_cp=min(limits, default=None),
        )
    return appeals
