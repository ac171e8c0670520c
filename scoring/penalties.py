"""What takes points away: verified facts only, lowered in four steps whose order matters."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import get_args

from scoring.days import day_end, day_of, week_of
from scoring.history import Appeal, History
from scoring.items import Cap, Item, grouped
from scoring.orders import JudgedOrder
from scoring.rules.model import Rules, RuleVersion
from scoring.types import (
    AnyFact,
    ComplaintUpheld,
    Fact,
    FraudConfirmed,
    OrderAbandoned,
    OrderReleased,
    ShiftNoShow,
    TrainingCompleted,
)

Conduct = OrderReleased | OrderAbandoned | ShiftNoShow | ComplaintUpheld | FraudConfirmed
CONDUCT: tuple[type[Conduct], ...] = get_args(Conduct)


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty on its way through the steps; `cp` is what is left of it, never negative."""

    base: AnyFact
    sort: str
    rule: str
    version: RuleVersion
    gross_cp: int
    cp: int
    cap: Cap = "counted"
    offset_cp: int = 0
    facts: tuple[str, ...] = ()
    inputs: Mapping[str, int] = field(default_factory=dict[str, int])


def penalty_items(history: History, rules: Rules, orders: Iterable[JudgedOrder]) -> list[Item]:
    """Return one item per penalty, also where nothing is left of it.

    Random testing found histories in which, with the steps in another order, an excuse costs
    points. Each step maps smaller penalties to smaller rests, so no lowering ever backfires.
    """
    late = [penalty_of_order(order) for order in orders if is_late(order)]
    conduct = [
        penalty_of_conduct(fact, rules.in_force(fact.at))
        for body in CONDUCT
        for fact in history.of(body)
    ]
    lowered = [
        lower(
            penalty,
            history.appeals.get(penalty.base.id),
            history.trainings.get(penalty.base.id, ()),
        )
        for penalty in (*late, *conduct)
    ]
    return [_item(penalty) for penalty in settle(lowered, history.joined_day)]


def lower(
    penalty: Penalty, appeal: Appeal | None, trainings: Iterable[Fact[TrainingCompleted]]
) -> Penalty:
    """Return what appeals and trainings, by (at, id), leave of a penalty taken for itself."""
    penalty = _appealed(penalty, appeal)
    for training in trainings:
        penalty = _offset(penalty, training)
    return penalty


def settle(penalties: Iterable[Penalty], joined_day: int | None) -> list[Penalty]:
    """Return what the limits by week and day and the newcomer's waiver leave of penalties.

    The weeks of a newcomer's first days belong together; any other week stands alone.
    """
    left = _limit_late_per_day(_free_releases(list(penalties)))
    return _waive_for_newcomer(left, joined_day)


def settled_cp(penalties: Iterable[Penalty]) -> tuple[int, int]:
    """Return what `settle` leaves of one week's penalties: of lateness, and of the rest.

    Of somebody whose first days are over, and as sums only: which of equal ones count does not
    show in them.
    """
    late: dict[tuple[str, int], list[int]] = {}
    released: dict[str, list[int]] = {}
    versions: dict[str, RuleVersion] = {}
    other_cp = 0
    for each in penalties:
        name = each.version.version
        if each.sort == "late":
            late.setdefault((name, day_of(each.base.at)), []).append(each.cp)
        elif each.sort == "release":
            released.setdefault(name, []).append(each.cp)
        else:
            other_cp += each.cp
            continue
        versions[name] = each.version
    late_cp = 0
    for (name, _), day in late.items():
        limit = versions[name].late.per_day
        late_cp += sum(day) if len(day) <= limit else sum(sorted(day, reverse=True)[:limit])
    for name, week in released.items():
        free = versions[name].penalty.release_free_per_week
        other_cp += sum(sorted(week, reverse=True)[free:])
    return late_cp, other_cp


def is_late(order: JudgedOrder) -> bool:
    """Return whether an order came later than promised, by whomever's fault."""
    return order.lateness.late_s > 0 and not order.fact.body.own_household


def penalty_of_order(order: JudgedOrder) -> Penalty:
    """Return the penalty of a late order before anything lowers it; it may be 0."""
    late = order.lateness
    excused_min = {f"{cause}_min": minutes for cause, minutes in late.excused_min.items()}
    return Penalty(
        base=order.fact,
        sort="late",
        rule=f"late.{late.band}",
        version=order.version,
        gross_cp=late.penalty_cp,
        cp=late.penalty_cp,
        cap="counted" if late.penalty_cp else "small" if late.attributable_s else "excused",
        facts=order.excuses,
        inputs={
            "late_s": late.late_s,
            **dict(sorted(excused_min.items())),
            "grace_s": late.grace_s,
            "is_whole": int(late.is_whole),
            "attributable_s": late.attributable_s,
            "on_time_cp": order.version.order.on_time_cp,
        },
    )


def penalty_of_conduct(fact: Fact[Conduct], version: RuleVersion) -> Penalty:
    """Return the penalty of a fact that is not a delivered order."""
    rules, body = version.penalty, fact.body
    match body:
        case OrderReleased():
            is_quick = body.after_accept_s <= rules.release_free_s
            cp = 0 if is_quick or body.excused else rules.release_cp
            return Penalty(
                base=fact,
                sort="release",
                rule="release",
                version=version,
                gross_cp=cp,
                cp=cp,
                cap="small" if is_quick else "excused" if body.excused else "counted",
                inputs={"after_accept_s": body.after_accept_s, "free_s": rules.release_free_s},
            )
        case OrderAbandoned():
            return _plain(fact, version, "abandoned", rules.abandoned_cp, body.excused)
        case ShiftNoShow():
            return _plain(fact, version, "no_show", rules.no_show_cp, body.excused)
        case ComplaintUpheld():
            cp = rules.complaint_cp[body.severity]
            return _plain(fact, version, f"complaint.{body.severity}", cp, is_excused=False)
        case FraudConfirmed():
            return _plain(fact, version, "fraud", rules.fraud_cp, is_excused=False)


def _plain(fact: AnyFact, version: RuleVersion, sort: str, cp: int, is_excused: bool) -> Penalty:
    cp = 0 if is_excused else cp
    cap: Cap = "excused" if is_excused else "counted"
    return Penalty(base=fact, sort=sort, rule=sort, version=version, gross_cp=cp, cp=cp, cap=cap)


def _appealed(penalty: Penalty, appeal: Appeal | None) -> Penalty:
    if appeal is None or not penalty.cp:
        return penalty
    cap: Cap = "suspended" if appeal.is_pending else "cleared" if appeal.is_cleared else "counted"
    facts = (*penalty.facts, *appeal.facts)
    return replace(penalty, cp=appeal.lower(penalty.cp), cap=cap, facts=facts)


def _offset(penalty: Penalty, training: Fact[TrainingCompleted]) -> Penalty:
    """Step 1: a training lifts a part of the one penalty it names, never more than is left."""
    rules = penalty.version.training
    days = day_of(training.at) - day_of(penalty.base.at)
    is_in_time = penalty.base.at <= training.at and days <= rules.offset_within_days
    lifted_cp = min(rules.offset_cp, penalty.cp)
    if penalty.sort not in rules.offsets or not is_in_time or not lifted_cp:
        return penalty
    return replace(
        penalty,
        cp=penalty.cp - lifted_cp,
        offset_cp=penalty.offset_cp + lifted_cp,
        cap="offset" if lifted_cp == penalty.cp else penalty.cap,
        facts=(*penalty.facts, training.id),
    )


def _free_releases(penalties: list[Penalty]) -> list[Penalty]:
    """Step 2: the largest releases of a week are free."""

    def free(group: list[Penalty]) -> list[Penalty]:
        return group[: group[0].version.penalty.release_free_per_week]

    return _waive(penalties, ["release"], week_of, free, "week_free")


def _limit_late_per_day(penalties: list[Penalty]) -> list[Penalty]:
    """Step 3: only the largest latenesses of a day count."""

    def over(group: list[Penalty]) -> list[Penalty]:
        return group[group[0].version.late.per_day :]

    return _waive(penalties, ["late"], day_of, over, "day_limited")


def _waive_for_newcomer(penalties: list[Penalty], joined_day: int | None) -> list[Penalty]:
    """Step 4: the largest penalties left in the first days after joining are waived."""
    if joined_day is None:
        return penalties

    def is_new(penalty: Penalty) -> bool:
        rules = penalty.version.newcomer
        days = day_of(penalty.base.at) - joined_day
        return penalty.sort in rules.waives and 0 <= days < rules.days

    def largest(group: list[Penalty]) -> list[Penalty]:
        return group[: group[0].version.newcomer.waived]

    new = [penalty for penalty in penalties if is_new(penalty)]
    old = [penalty for penalty in penalties if not is_new(penalty)]
    sorts = {penalty.sort for penalty in new}
    return old + _waive(new, sorts, lambda _: None, largest, "newcomer")


def _waive(
    penalties: list[Penalty],
    sorts: Collection[str],
    period_of: Callable[[int], Hashable],
    choose: Callable[[list[Penalty]], list[Penalty]],
    cap: Cap,
) -> list[Penalty]:
    """Set to 0 what `choose` picks of each group of one period and version, largest first."""
    ranked = sorted(
        (penalty for penalty in penalties if penalty.sort in sorts and penalty.cp),
        key=lambda penalty: (-penalty.cp, penalty.base.at, penalty.base.id),
    )
    groups = grouped(((each.version.version, period_of(each.base.at)), each) for each in ranked)
    waived = {penalty.base.id for group in groups for penalty in choose(group)}
    return [
        replace(penalty, cp=0, cap=cap) if penalty.base.id in waived else penalty
        for penalty in penalties
    ]


def _item(penalty: Penalty) -> Item:
    day = day_of(penalty.base.at)
    training = penalty.version.training
    may_recover = penalty.cp > 0 and penalty.sort in training.offsets and not penalty.offset_cp
    appeal_until = day_end(day + penalty.version.appeal_within_days)
    recover_by = day_end(day + training.offset_within_days)
    return Item(
        key=f"penalty:{penalty.base.id}",
        bucket="late" if penalty.sort == "late" else "other",
        rule=penalty.rule,
        version=penalty.version.version,
        at=penalty.base.at,
        facts=(penalty.base.id, *penalty.facts),
        cp=-penalty.cp,
        cap=penalty.cap,
        arithmetic=_arithmetic(penalty),
        inputs={
            **penalty.inputs,
            "gross_cp": penalty.gross_cp,
            "offset_cp": penalty.offset_cp,
            "offset_within_days": training.offset_within_days,
        },
        offset_cp=penalty.offset_cp,
        appeal_until=appeal_until if penalty.cp else None,
        recover_by=recover_by if may_recover else None,
    )


def _arithmetic(penalty: Penalty) -> str:
    steps = f"{penalty.gross_cp} - {penalty.offset_cp} offset, {penalty.cap}: -{penalty.cp}"
    if penalty.sort != "late":
        return steps
    inputs = penalty.inputs
    if inputs["is_whole"]:
        return f"{inputs['late_s']} s, all excused = 0 s; {steps}"
    excused_s = 60 * sum(minutes for key, minutes in inputs.items() if key.endswith("_min"))
    return (
        f"max(0, {inputs['late_s']} - {excused_s} - {inputs['grace_s']})"
        f" = {inputs['attributable_s']} s; {steps}"
    )
