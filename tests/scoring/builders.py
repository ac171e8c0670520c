"""Facts of runner r1 for the tests of the calculator, built through the same door as stored ones.

Day 0 is Monday 2026-03-02 at +08:00; events are at ten in the morning unless told otherwise.
This folder has no `__init__.py` on purpose: as a package it could shadow the real `scoring`.
"""

from dataclasses import asdict
from typing import Any

from scoring.parsing import parse_fact
from scoring.points import points_total
from scoring.rules import Rules, load_rules, shipped_rules
from scoring.types import AnyFact

DAY_0 = 1_772_380_800
DAY_S = 86_400
TEN_O_CLOCK_S = 36_000
RULES = load_rules(shipped_rules("2026.1"))


def moment(day: int, second: int = TEN_O_CLOCK_S) -> int:
    """Return the unix second of a local day and a second within it."""
    return DAY_0 + day * DAY_S + second


def fact(
    fact_id: str,
    kind: str,
    day: int = 0,
    *,
    second: int = TEN_O_CLOCK_S,
    household: str | None = None,
    **data: Any,
) -> AnyFact:
    """Build a fact from its stored form."""
    source: dict[str, object] = {
        "id": fact_id,
        "kind": kind,
        "runner": "r1",
        "at": moment(day, second),
        "household": household,
        "data": data,
    }
    return parse_fact(source)


def order(fact_id: str, day: int = 0, household: str | None = None, **data: Any) -> AnyFact:
    """Build a delivered order, of a household of its own unless told otherwise."""
    return fact(
        fact_id, "order.completed", day, household=household or f"home of {fact_id}", **data
    )


def rating(
    fact_id: str, of: str, stars: int, day: int = 0, household: str | None = None, **data: Any
) -> AnyFact:
    """Build a rating of the order `of`."""
    home = household or f"home of {of}"
    return fact(fact_id, "rating.revealed", day, household=home, order=of, stars=stars, **data)


def release(fact_id: str, day: int = 0, after_s: int = 480, **data: Any) -> AnyFact:
    """Build an order given back before pickup."""
    return fact(fact_id, "order.released", day, after_accept_s=after_s, **data)


def reversal(fact_id: str, of: str, day: int = 0) -> AnyFact:
    """Build a reversal of the fact `of`."""
    return fact(fact_id, "entry.reversed", day, target=of, reason="recorded by mistake")


def training(fact_id: str, day: int, offsets: str | None = None, course: str = "road") -> AnyFact:
    """Build a completed course."""
    return fact(fact_id, "training.completed", day, course=course, offsets=offsets)


def excuse(fact_id: str, of: str, cause: str, minutes: int = 0, day: int = 0) -> AnyFact:
    """Build an excuse granted for the order `of`."""
    return fact(fact_id, "excuse.granted", day, order=of, cause=cause, min=minutes)


def filed(fact_id: str, against: str, day: int = 1) -> AnyFact:
    """Build an appeal against the penalty of a fact."""
    return fact(fact_id, "appeal.filed", day, target=against)


def decided(fact_id: str, appeal: str, outcome: str, day: int = 2, **data: Any) -> AnyFact:
    """Build the answer to an appeal."""
    return fact(fact_id, "appeal.decided", day, appeal=appeal, outcome=outcome, **data)


def stored(each: AnyFact) -> dict[str, object]:
    """Return the stored form of a fact, as a file or a database holds it."""
    data = asdict(each.body)
    for excuse_data in (*data.get("excuses", ()), data.get("excuse", {})):
        if excuse_data:
            excuse_data["min"] = excuse_data.pop("minutes")
    data |= data.pop("excuse", {})
    return {
        "id": each.id,
        "kind": each.kind,
        "runner": each.runner,
        "at": each.at,
        "recorded_at": each.recorded_at,
        "household": each.household,
        "data": data,
    }


def total_cp(*facts: AnyFact, rules: Rules = RULES) -> int:
    """Return the total of some facts in centipoints."""
    return points_total(rules, facts).total
