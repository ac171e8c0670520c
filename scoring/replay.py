"""The same facts under other rules: the comparison that is published before rules change."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scoring.items import Bucket, Item
from scoring.points import PointsTotal, points_items, total_of
from scoring.quality import Quality, quality
from scoring.rules.model import Rules, RuleVersion
from scoring.types import AnyFact


@dataclass(frozen=True, slots=True)
class Change:
    """One contribution that counts otherwise; `fact` is the fact it is about, cp as in the total.

    A rule is empty where the contribution does not exist under it.
    """

    bucket: Bucket
    fact: str
    rule_before: str
    rule_after: str
    before_cp: int
    after_cp: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What other rules would make of one runner's facts."""

    points_before: PointsTotal
    points_after: PointsTotal
    quality_before: Quality
    quality_after: Quality
    changes: tuple[Change, ...]

    @property
    def delta_cp(self) -> int:
        """Return what the total gains; the changes sum to it."""
        return self.points_after.total - self.points_before.total


def as_if_always(version: RuleVersion) -> Rules:
    """Return rules under which one version was in force from the beginning."""
    return Rules(versions=(replace(version, effective_from=0),))


def compare(facts: Iterable[AnyFact], before: Rules, after: Rules, *, as_of: int) -> Difference:
    """Replay the facts of one runner under two sets of rules and tell the difference.

    Raises:
        FactIdReused, FactsOfSeveralRunners, ReversalCycle: the facts are not one history.
        NoRulesInForce: a fact or `as_of` is older than the first version of either.
    """
    facts = tuple(facts)
    was, now = points_items(before, facts), points_items(after, facts)
    return Difference(
        points_before=total_of(was),
        points_after=total_of(now),
        quality_before=quality(before, facts, as_of=as_of),
        quality_after=quality(after, facts, as_of=as_of),
        changes=_changes(was, now),
    )


def _changes(was: Iterable[Item], now: Iterable[Item]) -> tuple[Change, ...]:
    # Keys may hold the name of a version, so contributions are matched by what they are about.
    before: dict[tuple[Bucket, str], Item] = {(item.bucket, item.facts[0]): item for item in was}
    after: dict[tuple[Bucket, str], Item] = {(item.bucket, item.facts[0]): item for item in now}
    changes: list[Change] = []
    for bucket, fact in sorted(before.keys() | after.keys()):
        old, new = before.get((bucket, fact)), after.get((bucket, fact))
        change = Change(
            bucket=bucket,
            fact=fact,
            rule_before=old.rule if old else "",
            rule_after=new.rule if new else "",
            before_cp=old.cp if old else 0,
            after_cp=new.cp if new else 0,
        )
        if change.before_cp != change.after_cp:
            changes.append(change)
    return tuple(changes)
