"""What decides about appeals, without any store: times, who may answer, what follows.

Sources: facts "Appeal" (15 days; an answer in 3 working days, the second step in 7 days; late is
for the runner), 网络交易平台规则监督管理办法 (appeals are not answered by machine alone).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from api.kit.clock import china, unix_s
from scoring.days import day_end, day_of
from scoring.quality.observing import cell_of

Outcome = Literal["uphold", "reduce", "reverse"]

# What may cost points. An order is among them: it may have been late.
APPEALABLE = frozenset(
    {
        "order.completed", "order.released", "order.abandoned", "shift.no_show",
        "complaint.upheld", "fraud.confirmed",
    }
)  # fmt: skip
# What staff record of a runner: of what takes points away, and of what gives them.
RECORDED_BY_MANAGERS = frozenset({"complaint.upheld", "fraud.confirmed"})
RECORDABLE = RECORDED_BY_MANAGERS | {
    "volunteer.hours", "mediation.closed", "hazard.verified", "emergency.helped",
}  # fmt: skip
RECORD_DAYS = 30
# What is older weighs less than a five-hundredth in the estimate (a half-life of 60 days).
SEEN_DAYS = 540
# Emergencies that are weather.
SEVERE_WEATHER = frozenset({"heat", "storm"})
TIER_RANKS = {"trainee": 0, "runner": 1, "lead": 2}
STARS_BEST = 5
# When most meals are carried, as clocks in China show it.
PEAK_HOURS = (11, 12, 17, 18)
STEPS = 2
WORKING_DAYS = 3
SECOND_STEP_DAYS = 7
# Who was not given all that was asked for may ask once more.
OPEN_TO_SECOND_STEP = frozenset({"upheld", "reduced"})
_SATURDAY = 5
# How the replay of the ledger calls what was decided; no answer in time is one for the runner.
OUTCOME_OF_STATE = {
    "upheld": "upheld", "reduced": "reduced", "reversed": "reversed", "lapsed": "reversed",
}  # fmt: skip


def rater_weight(*, has_home: bool, orders: int, days: int, is_mutual: bool) -> int:
    """How much a rating weighs, in thousandths, by how well its rater is known.

    ``days`` since their first order; ``is_mutual``: the runner rates them too, as a runner. Facts
    "Trust of a rater".
    """
    if is_mutual:
        return 250
    return 1_000 if has_home and orders >= 3 and days >= 14 else 500


def cell_at(delivered_at: datetime, *, weather: int, weight_g: int, floors_no_lift: int) -> str:
    """The conditions of an order for the estimate."""
    is_peak = china(delivered_at).hour in PEAK_HOURS
    return cell_of(
        weather=weather, weight_g=weight_g, is_peak=is_peak, floors_no_lift=floors_no_lift
    )


def excuse_of(emergency: str) -> str:
    """The cause by which an emergency excuses a delay as a whole (scoring/types.py)."""
    return "severe_weather" if emergency in SEVERE_WEATHER else "platform_fault"


def weather_of(emergency: str | None, *, promised: int) -> int:
    """The weather of an order: severe while such an emergency was on, else as it was promised."""
    return 2 if emergency in SEVERE_WEATHER else promised


def may_contest(kind: str, fact: Mapping[str, Any]) -> bool:
    """Whether a fact that costs nothing can be appealed against: a rating below the best."""
    return kind == "rating.revealed" and fact["data"]["stars"] < STARS_BEST


def appeal_until(*, at: datetime, recorded_at: datetime, within_days: int) -> datetime:
    """The last second for an appeal: whole local days after it happened, or was recorded later."""
    day = day_of(unix_s(max(at, recorded_at)))
    return datetime.fromtimestamp(day_end(day + within_days), UTC)


def answer_due(filed_at: datetime, *, step: int) -> datetime:
    """Until when somebody has to answer: the end of a local day.

    Working days are Monday to Friday; public holidays are not known, so an answer is due earlier
    than the law asks for, never later.
    """
    days = SECOND_STEP_DAYS if step > 1 else _calendar_days(filed_at, WORKING_DAYS)
    return datetime.fromtimestamp(day_end(day_of(unix_s(filed_at)) + days), UTC)


def _calendar_days(since: datetime, working_days: int) -> int:
    day, days = china(since), 0
    while working_days:
        days += 1
        working_days -= (day + timedelta(days=days)).weekday() < _SATURDAY
    return days


@dataclass(frozen=True, slots=True)
class Involved:
    """Who had a hand in it: the runner, its author, who filed, who answered before."""

    runner_id: UUID
    author_id: UUID | None
    filed_by_id: UUID
    answered_ids: Collection[UUID] = ()

    def may_answer(self, user_id: UUID) -> bool:
        """Whether somebody is none of them."""
        parts = {self.runner_id, self.author_id, self.filed_by_id, *self.answered_ids}
        return user_id not in parts
