"""The book of one runner: which fact touches which bucket, and what all buckets are worth."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from scoring.history import (
    Appeal,
    FactIdReused,
    ReversalCycle,
    UnknownTarget,
    appeals_by_target,
)
from scoring.incremental.daybook import DayBook
from scoring.incremental.deeds import Deeds
from scoring.incremental.penaltybook import PenaltyBook
from scoring.orders import JudgedOrder, judge_order
from scoring.penalties import (
    CONDUCT,
    Conduct,
    lower,
    penalty_of_conduct,
    penalty_of_order,
)
from scoring.points import PointsTotal
from scoring.quality import Observation, Tally
from scoring.quality.observing import OrderSeen, of_conduct, of_order, of_week
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


class SpokenWeek:
    """What one household said in one week, and what it counts for."""

    __slots__ = ("observed", "voices", "worth_cp")

    def __init__(self) -> None:
        """Begin without a voice."""
        self.voices: list[Rating] = []
        self.worth_cp = 0
        self.observed: tuple[Observation, ...] = ()


class Book:
    """The state of one runner; it grows by a constant for each fact."""

    __slots__ = (
        "_conduct", "_days", "_deeds", "_facts", "_first_at", "_fresh", "_naming",
        "_orders_cp", "_penalties", "_ratings_cp", "_reversals", "_rules", "_tally",
        "_turns", "_voices", "_weeks",
    )  # fmt: skip

    def __init__(self, rules: Rules) -> None:
        """Begin without facts."""
        self._rules = rules
        self._first_at = rules.versions[0].effective_from
        self._facts: dict[str, AnyFact] = {}
        self._naming: dict[str, list[AnyFact]] = {}
        self._reversals: Counter[str] = Counter()
        self._conduct: dict[str, tuple[Observation, ...]] = {}
        self._days: dict[tuple[str, int], DayBook] = {}
        self._penalties = PenaltyBook(rules)
        self._voices: dict[str, Rating] = {}
        self._weeks: dict[HouseholdWeek, SpokenWeek] = {}
        self._deeds = Deeds(rules)
        self._orders_cp = self._ratings_cp = 0
        self._tally: Tally = Counter()
        self._fresh: list[Observation | OrderSeen] = []  # Seen, and not counted yet.
        self._turns: dict[type[Body], Callable[[Any, bool], None]] = {
            OrderCompleted: self._turn_order,
            ExcuseGranted: self._turn_excuse,
            RatingRevealed: self._turn_rating,
            AppealFiled: self._turn_filing,
            AppealDecided: self._turn_decision,
            TrainingCompleted: self._turn_training,
            RunnerJoined: self._penalties.turn_joined,
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
        turn = self._turns.get(type(fact.body))
        if turn is None:
            self._take_reversal(fact)
            return
        if fact.at < self._first_at and isinstance(fact.body, _SCORED):
            self._rules.in_force(fact.at)  # Refused before anything is changed.
        self._facts[fact.id] = fact
        turn(fact, True)

    def total(self) -> PointsTotal:
        """Return the points of all facts so far."""
        taken = self._penalties
        gained_cp = self._orders_cp + self._ratings_cp + self._deeds.worth_cp
        return PointsTotal(
            orders=self._orders_cp,
            ratings=self._ratings_cp,
            civic=self._deeds.worth_cp,
            late_penalty=taken.late_cp,
            other_penalty=taken.other_cp,
            offset=taken.offset_cp,
            total=gained_cp - taken.late_cp - taken.other_cp,
        )

    def tally(self) -> Tally:
        """Return what was seen so far, counted; not to be changed."""
        self._tally.update(self._fresh)
        self._fresh.clear()
        return self._tally

    def _take_reversal(self, fact: Fact[Any]) -> None:
        target = fact.body.target
        if target == fact.id:
            raise ReversalCycle(f"{fact.id} reverses itself")
        if target not in self._facts:
            raise UnknownTarget(f"no fact {target} to reverse")
        self._facts[fact.id] = fact
        self._reverse(target)

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
            self._naming.setdefault(target, []).append(fact)
        else:
            self._naming[target].remove(fact)

    def _named_by(self, target: str, body: type[Body]) -> list[Any]:
        """Return the active facts of a kind that name another, by (at, id)."""
        naming = self._naming.get(target)
        if not naming:
            return []
        named = [fact for fact in naming if type(fact.body) is body]
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

    # Orders and misconduct: judged from the fact and from what names it, so they are taken back
    # before something about them changes, and posted anew after it.

    def _turn_order(self, fact: Fact[OrderCompleted], is_on: bool) -> None:
        if is_on:
            self._post_order(fact)
        else:
            self._take_order_back(fact)
        if fact.id in self._naming:
            self._hear(fact.id)

    def _turn_conduct(self, fact: Fact[Conduct], is_on: bool) -> None:
        if is_on:
            self._post_conduct(fact)
        else:
            self._take_conduct_back(fact.id)

    def _say(self, about: str, target: str, fact: AnyFact, is_on: bool) -> None:
        """Let a fact name another, or no longer, and judge anew the fact that it is about."""
        posted = self._active(about)
        if posted is None:
            self._name(target, fact, is_on)
        elif isinstance(posted.body, OrderCompleted):
            self._take_order_back(posted)
            self._name(target, fact, is_on)
            self._post_order(posted)
        elif about in self._conduct:
            self._take_conduct_back(about)
            self._name(target, fact, is_on)
            self._post_conduct(posted)
        else:
            self._name(target, fact, is_on)

    def _active(self, fact_id: str) -> Fact[Any] | None:
        """Return a fact that is there and that nothing reverses."""
        return None if self._reversals.get(fact_id) else self._facts.get(fact_id)

    def _judged(
        self, fact: Fact[OrderCompleted]
    ) -> tuple[JudgedOrder, OrderSeen | None, Appeal | None]:
        """Return an order as it counts with what names it now, what it shows, and its appeal."""
        version = self._rules.in_force(fact.at)
        if fact.id in self._naming:
            appeal = self._appeal(fact.id)
            order = judge_order(fact, version, self._named_by(fact.id, ExcuseGranted), appeal)
        else:
            appeal, order = None, judge_order(fact, version)
        return order, of_order(order), appeal

    def _post_order(self, fact: Fact[OrderCompleted]) -> None:
        order, seen, appeal = self._judged(fact)
        if seen is None:
            return
        self._observe(seen)
        version = order.version
        key = (version.version, order.day)
        day = self._days.get(key)
        if day is None:
            day = self._days[key] = DayBook(version.order)
        self._orders_cp += day.add(fact.household, order.value_cp)
        if order.lateness.penalty_cp:
            trainings = self._named_by(fact.id, TrainingCompleted)
            self._penalties.punish(lower(penalty_of_order(order), appeal, trainings))

    def _take_order_back(self, fact: Fact[OrderCompleted]) -> None:
        order, seen, _ = self._judged(fact)
        if seen is None:
            return
        self._forget(seen)
        day = self._days[order.version.version, order.day]
        self._orders_cp += day.remove(fact.household, order.value_cp)
        self._penalties.pardon(fact)

    def _post_conduct(self, fact: Fact[Conduct]) -> None:
        version, appeal = self._rules.in_force(fact.at), self._appeal(fact.id)
        appeals = {fact.id: appeal} if appeal is not None else {}
        self._conduct[fact.id] = observed = tuple(of_conduct(fact, appeals, version))
        for seen in observed:
            self._observe(seen)
        trainings = self._named_by(fact.id, TrainingCompleted)
        self._penalties.punish(lower(penalty_of_conduct(fact, version), appeal, trainings))

    def _take_conduct_back(self, fact_id: str) -> None:
        for seen in self._conduct.pop(fact_id):
            self._forget(seen)
        self._penalties.pardon(self._facts[fact_id])

    # What is said about a fact.

    def _turn_excuse(self, fact: Fact[ExcuseGranted], is_on: bool) -> None:
        self._say(fact.body.order, fact.body.order, fact, is_on)

    def _turn_filing(self, fact: Fact[AppealFiled], is_on: bool) -> None:
        self._say(fact.body.target, fact.body.target, fact, is_on)
        self._hear_rating(fact.body.target)

    def _turn_decision(self, fact: Fact[AppealDecided], is_on: bool) -> None:
        filing = self._facts.get(fact.body.appeal)
        if filing is None or not isinstance(filing.body, AppealFiled):
            self._name(fact.body.appeal, fact, is_on)
            return
        self._say(filing.body.target, fact.body.appeal, fact, is_on)
        self._hear_rating(filing.body.target)

    def _hear_rating(self, fact_id: str) -> None:
        """Hear a rating anew, where that is what was appealed against."""
        fact = self._facts.get(fact_id)
        if fact is not None and isinstance(fact.body, RatingRevealed):
            self._hear(fact.body.order)

    def _turn_training(self, fact: Fact[TrainingCompleted], is_on: bool) -> None:
        self._deeds.turn(fact, is_on)
        offsets = fact.body.offsets
        if offsets is not None:
            self._say(offsets, offsets, fact, is_on)

    # Ratings: one voice per order, one per household and week.

    def _turn_rating(self, fact: Fact[RatingRevealed], is_on: bool) -> None:
        self._name(fact.body.order, fact, is_on)
        self._hear(fact.body.order)

    def _hear(self, order_id: str) -> None:
        """Let the latest valid rating of an order speak in its week."""
        before = self._voices.pop(order_id, None)
        if before is not None:
            week = self._weeks[household_week(before)]
            week.voices.remove(before)
            self._speak(week)
        order = self._active(order_id)
        if order is None or not isinstance(order.body, OrderCompleted):
            return
        version = self._rules.in_force(order.at)
        for fact in reversed(self._named_by(order_id, RatingRevealed)):
            voice = Rating(fact, order, version)
            if refusal_of(voice) is None:
                self._voices[order_id] = voice
                key = household_week(voice)
                week = self._weeks.get(key)
                if week is None:
                    week = self._weeks[key] = SpokenWeek()
                week.voices.append(voice)
                self._speak(week)
                return

    def _speak(self, week: SpokenWeek) -> None:
        """Count anew what a household said in a week."""
        self._ratings_cp -= week.worth_cp
        for seen in week.observed:
            self._forget(seen)
        week.worth_cp, week.observed = 0, ()
        voices = week.voices
        if not voices:
            return
        if len(voices) > 1:
            voices.sort(key=_by_time)
        appeals = {
            voice.fact.id: appeal
            for voice in voices
            if voice.fact.id in self._naming and (appeal := self._appeal(voice.fact.id)) is not None
        }
        week.worth_cp = max([each.worth_cp for each in voices])
        week.observed = of_week(voices, appeals)
        self._ratings_cp += week.worth_cp
        for seen in week.observed:
            self._observe(seen)

    def _observe(self, seen: Observation | OrderSeen) -> None:
        fresh = self._fresh
        fresh.append(seen)
        if len(fresh) >= _FRESH_MAX:
            self._tally.update(fresh)
            fresh.clear()

    def _forget(self, seen: Observation | OrderSeen) -> None:
        tally = self.tally()
        tally[seen] -= 1
        if not tally[seen]:
            del tally[seen]


def _by_time(voice: Rating) -> tuple[int, str]:
    return voice.fact.at, voice.fact.id
