"""The book of one runner: which fact touches which bucket, and what all buckets are worth."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from scoring.days import day_of, week_of
from scoring.history import (
    Appeal,
    FactIdReused,
    ReversalCycle,
    UnknownTarget,
    appeals_by_target,
)
from scoring.incremental.daybook import DayBook
from scoring.incremental.deeds import Deeds
from scoring.orders import JudgedOrder, judge_order
from scoring.penalties import (
    CONDUCT,
    Conduct,
    Penalty,
    lower,
    penalty_of_conduct,
    penalty_of_order,
    settle,
)
from scoring.points import PointsTotal
from scoring.quality import Observation, Tally
from scoring.quality.observing import of_conduct, of_order, of_week
from scoring.ratings import HouseholdWeek, Rating, household_week, refusal_of
from scoring.rules.model import Rules
from scoring.types import (
    AnyFact,
    AppealDecided,
    AppealFiled,
    Body,
    EmergencyHelped,
    EntryReversed,
    ExcuseGranted,
    Fact,
    HazardVerified,
    LeaveEnded,
    LeaveStarted,
    MediationClosed,
    MenteeGraduated,
    OrderCompleted,
    PointsRedeemed,
    RatingRevealed,
    RunnerJoined,
    TrainingCompleted,
    VolunteerHours,
)

_CIVIC = (MediationClosed, HazardVerified, EmergencyHelped, VolunteerHours, MenteeGraduated)
_STILL = (LeaveStarted, LeaveEnded, PointsRedeemed)
_SCORED = (OrderCompleted, *CONDUCT, *_CIVIC, TrainingCompleted)
_FRESH_MAX = 64  # Counting many at once costs half as much each.


class Book:
    """The state of one runner; it grows by a constant for each fact."""

    def __init__(self, rules: Rules) -> None:
        """Begin without facts."""
        self._rules = rules
        self._facts: dict[str, AnyFact] = {}
        self._naming: dict[str, dict[str, AnyFact]] = {}
        self._reversals: Counter[str] = Counter()
        self._orders: dict[str, JudgedOrder] = {}
        self._conduct: dict[str, tuple[Observation, ...]] = {}
        self._days: dict[tuple[str, int], DayBook] = {}
        self._penalties: dict[int, dict[str, Penalty]] = {}
        self._settled: dict[int, tuple[int, int]] = {}
        self._joined: dict[str, int] = {}
        self._voices: dict[str, Rating] = {}
        self._weeks: dict[HouseholdWeek, dict[str, Rating]] = {}
        self._spoken: dict[HouseholdWeek, tuple[int, tuple[Observation, ...]]] = {}
        self._deeds = Deeds(rules)
        self._sums: Counter[str] = Counter()
        self._tally: Tally = Counter()
        self._fresh: list[Observation] = []  # Seen, and not counted yet.
        self._turns: dict[type[Body], Callable[[Any, bool], None]] = {
            OrderCompleted: self._turn_order,
            ExcuseGranted: self._turn_excuse,
            RatingRevealed: self._turn_rating,
            AppealFiled: self._turn_filing,
            AppealDecided: self._turn_decision,
            TrainingCompleted: self._turn_training,
            RunnerJoined: self._turn_joined,
            **dict.fromkeys(CONDUCT, self._turn_conduct),
            **dict.fromkeys(_CIVIC, self._deeds.turn),
            **dict.fromkeys(_STILL, lambda fact, is_on: None),  # pyright: ignore[reportUnknownLambdaType]
        }

    def apply(self, fact: AnyFact) -> None:
        """Take one fact in; the same fact again changes nothing.

        Raises:
            FactIdReused: another fact has this id.
            UnknownTarget: a reversal names a fact that is not there yet.
            ReversalCycle: a reversal names itself.
            NoRulesInForce: the fact is older than the first version of the rules.
        """
        known = self._facts.get(fact.id)
        if known is not None:
            if known != fact:
                raise FactIdReused(f"fact {fact.id} is already there with another content")
            return
        body = fact.body
        if isinstance(body, EntryReversed):
            if body.target == fact.id:
                raise ReversalCycle(f"{fact.id} reverses itself")
            if body.target not in self._facts:
                raise UnknownTarget(f"no fact {body.target} to reverse")
            self._facts[fact.id] = fact
            self._reverse(body.target)
            return
        if isinstance(body, _SCORED):
            self._rules.in_force(fact.at)  # Refused before anything is changed.
        self._facts[fact.id] = fact
        self._turns[type(body)](fact, True)

    def total(self) -> PointsTotal:
        """Return the points of all facts so far."""
        sums = self._sums
        gained = sums["orders"] + sums["ratings"] + self._deeds.worth_cp
        return PointsTotal(
            orders=sums["orders"],
            ratings=sums["ratings"],
            civic=self._deeds.worth_cp,
            late_penalty=sums["late"],
            other_penalty=sums["other"],
            offset=sums["offset"],
            total=gained - sums["late"] - sums["other"],
        )

    def tally(self) -> Tally:
        """Return what was seen so far, counted; not to be changed."""
        self._tally.update(self._fresh)
        self._fresh.clear()
        return self._tally

    def _reverse(self, target: str) -> None:
        """Let a new reversal take effect; of a chain of reversals every second link turns."""
        step = 1
        while True:
            was = self._reversals[target]
            self._reversals[target] = was + step
            if (was == 0) == (was + step == 0):
                return  # Others still reverse it.
            fact = self._facts[target]
            if not isinstance(fact.body, EntryReversed):
                self._turns[type(fact.body)](fact, step < 0)
                return
            target, step = fact.body.target, -step

    # What names another fact, by the fact it names.

    def _name(self, target: str, fact: AnyFact, is_on: bool) -> None:
        if is_on:
            self._naming.setdefault(target, {})[fact.id] = fact
        else:
            del self._naming[target][fact.id]

    def _named_by(self, target: str, body: type[Body]) -> list[Any]:
        """Return the active facts of a kind that name another, by (at, id)."""
        naming = self._naming.get(target)
        if not naming:
            return []
        named = [fact for fact in naming.values() if isinstance(fact.body, body)]
        if len(named) > 1:
            named.sort(key=lambda fact: (fact.at, fact.id))
        return named

    def _appeal(self, target: str) -> Appeal | None:
        filings: list[Fact[AppealFiled]] = self._named_by(target, AppealFiled)
        if not filings:
            return None
        decisions: list[Fact[AppealDecided]] = sorted(
            (each for filing in filings for each in self._named_by(filing.id, AppealDecided)),
            key=lambda fact: (fact.at, fact.id),
        )
        return appeals_by_target(filings, decisions)[target]

    # Orders and misconduct: taken back and posted anew when something about them changes.

    def _turn_order(self, fact: Fact[OrderCompleted], is_on: bool) -> None:
        if is_on:
            self._post_order(fact)
        else:
            self._take_order_back(fact.id)
        if fact.id in self._naming:
            self._hear(fact.id)

    def _turn_conduct(self, fact: Fact[Conduct], is_on: bool) -> None:
        if is_on:
            self._post_conduct(fact)
        else:
            self._take_conduct_back(fact.id)

    def _refresh(self, fact_id: str) -> None:
        """Judge an order or a misconduct anew, after something about it changed."""
        if (order := self._orders.get(fact_id)) is not None:
            self._take_order_back(fact_id)
            self._post_order(order.fact)
        elif fact_id in self._conduct:
            self._take_conduct_back(fact_id)
            self._post_conduct(self._facts[fact_id])  # pyright: ignore[reportArgumentType]

    def _post_order(self, fact: Fact[OrderCompleted]) -> None:
        version = self._rules.in_force(fact.at)
        if fact.id in self._naming:
            appeal = self._appeal(fact.id)
            order = judge_order(fact, version, self._named_by(fact.id, ExcuseGranted), appeal)
        else:
            appeal, order = None, judge_order(fact, version)
        self._orders[fact.id] = order
        self._observe(of_order(order))
        if fact.body.own_household:
            return
        key = (version.version, day_of(fact.at))
        day = self._days.get(key)
        if day is None:
            day = self._days[key] = DayBook(version.order)
        before_cp = day.worth_cp
        day.add(fact.household, order.value_cp)
        self._sums["orders"] += day.worth_cp - before_cp
        if order.lateness.penalty_cp:
            trainings = self._named_by(fact.id, TrainingCompleted)
            self._punish(lower(penalty_of_order(order), appeal, trainings))

    def _take_order_back(self, fact_id: str) -> None:
        order = self._orders.pop(fact_id)
        fact = order.fact
        self._forget(of_order(order))
        if fact.body.own_household:
            return
        day = self._days[order.version.version, day_of(fact.at)]
        before_cp = day.worth_cp
        day.remove(fact.household, order.value_cp)
        self._sums["orders"] += day.worth_cp - before_cp
        self._pardon(fact)

    def _post_conduct(self, fact: Fact[Conduct]) -> None:
        version, appeal = self._rules.in_force(fact.at), self._appeal(fact.id)
        appeals = {fact.id: appeal} if appeal is not None else {}
        self._conduct[fact.id] = observed = tuple(of_conduct(fact, appeals, version))
        self._observe(observed)
        trainings = self._named_by(fact.id, TrainingCompleted)
        self._punish(lower(penalty_of_conduct(fact, version), appeal, trainings))

    def _take_conduct_back(self, fact_id: str) -> None:
        self._forget(self._conduct.pop(fact_id))
        self._pardon(self._facts[fact_id])

    def _punish(self, penalty: Penalty) -> None:
        week = week_of(penalty.base.at)
        self._penalties.setdefault(week, {})[penalty.base.id] = penalty
        self._sums["offset"] += penalty.offset_cp
        self._settle(week)

    def _pardon(self, fact: AnyFact) -> None:
        week = week_of(fact.at)
        penalty = self._penalties.get(week, {}).pop(fact.id, None)
        if penalty is not None:
            self._sums["offset"] -= penalty.offset_cp
            self._settle(week)

    # Penalties: a week stands alone, but the weeks of a newcomer's first days belong together.

    def _turn_joined(self, fact: Fact[RunnerJoined], is_on: bool) -> None:
        weeks = set(self._block(None))
        if is_on:
            self._joined[fact.id] = day_of(fact.at)
        else:
            del self._joined[fact.id]
        weeks.update(self._block(None))
        for week in weeks:
            self._unsettle(week)
        for week in weeks:
            self._settle(week)

    def _joined_day(self) -> int | None:
        return min(self._joined.values(), default=None)

    def _block(self, week: int | None) -> range:
        """Return the weeks that are settled with one; None asks for those of the newcomer."""
        joined_day = self._joined_day()
        if joined_day is not None:
            days = max(version.newcomer.days for version in self._rules.versions)
            first, last = (joined_day + 3) // 7, (joined_day + days + 2) // 7
            if week is None or first <= week <= last:
                return range(first, last + 1)
        return range(0) if week is None else range(week, week + 1)

    def _settle(self, week: int) -> None:
        block = self._block(week)
        self._unsettle(block[0])
        penalties = [each for one in block for each in self._penalties.get(one, {}).values()]
        left = settle(penalties, self._joined_day())
        late_cp = sum(each.cp for each in left if each.sort == "late")
        other_cp = sum(each.cp for each in left) - late_cp
        self._settled[block[0]] = (late_cp, other_cp)
        self._sums["late"] += late_cp
        self._sums["other"] += other_cp

    def _unsettle(self, week: int) -> None:
        late_cp, other_cp = self._settled.pop(week, (0, 0))
        self._sums["late"] -= late_cp
        self._sums["other"] -= other_cp

    # What is said about a fact.

    def _turn_excuse(self, fact: Fact[ExcuseGranted], is_on: bool) -> None:
        self._name(fact.body.order, fact, is_on)
        self._refresh(fact.body.order)

    def _turn_filing(self, fact: Fact[AppealFiled], is_on: bool) -> None:
        self._name(fact.body.target, fact, is_on)
        self._appealed(fact.body.target)

    def _turn_decision(self, fact: Fact[AppealDecided], is_on: bool) -> None:
        self._name(fact.body.appeal, fact, is_on)
        filing = self._facts.get(fact.body.appeal)
        if filing is not None and isinstance(filing.body, AppealFiled):
            self._appealed(filing.body.target)

    def _appealed(self, target: str) -> None:
        self._refresh(target)
        fact = self._facts.get(target)
        if fact is not None and isinstance(fact.body, RatingRevealed):
            self._hear(fact.body.order)

    def _turn_training(self, fact: Fact[TrainingCompleted], is_on: bool) -> None:
        self._deeds.turn(fact, is_on)
        if fact.body.offsets is not None:
            self._name(fact.body.offsets, fact, is_on)
            self._refresh(fact.body.offsets)

    # Ratings: one voice per order, one per household and week.

    def _turn_rating(self, fact: Fact[RatingRevealed], is_on: bool) -> None:
        self._name(fact.body.order, fact, is_on)
        self._hear(fact.body.order)

    def _hear(self, order_id: str) -> None:
        """Let the latest valid rating of an order speak in its week."""
        before = self._voices.pop(order_id, None)
        if before is not None:
            week = household_week(before)
            del self._weeks[week][order_id]
            self._speak(week)
        order = self._orders.get(order_id)
        if order is None:
            return
        for fact in reversed(self._named_by(order_id, RatingRevealed)):
            voice = Rating(fact, order)
            if refusal_of(voice) is None:
                self._voices[order_id] = voice
                week = household_week(voice)
                self._weeks.setdefault(week, {})[order_id] = voice
                self._speak(week)
                return

    def _speak(self, week: HouseholdWeek) -> None:
        """Count anew what a household said in a week."""
        worth_cp, observed = self._spoken.pop(week, (0, ()))
        self._sums["ratings"] -= worth_cp
        self._forget(observed)
        voices = list(self._weeks[week].values())
        if not voices:
            return
        voices.sort(key=_by_time)
        appeals = {
            voice.fact.id: appeal
            for voice in voices
            if voice.fact.id in self._naming and (appeal := self._appeal(voice.fact.id)) is not None
        }
        worth_cp, observed = max([each.worth_cp for each in voices]), of_week(voices, appeals)
        self._spoken[week] = worth_cp, observed
        self._sums["ratings"] += worth_cp
        self._observe(observed)

    def _observe(self, observed: Iterable[Observation]) -> None:
        fresh = self._fresh
        fresh += observed
        if len(fresh) >= _FRESH_MAX:
            self._tally.update(fresh)
            fresh.clear()

    def _forget(self, observed: Iterable[Observation]) -> None:
        tally = self.tally()
        for seen in observed:
            tally[seen] -= 1
            if not tally[seen]:
                del tally[seen]


def _by_time(voice: Rating) -> tuple[int, str]:
    return voice.fact.at, voice.fact.id
