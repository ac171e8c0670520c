"""The facts that are measured with: a neighbourhood's months, as the ledger stores them."""

from collections.abc import Iterator
from random import Random

import orjson

from scoring.days import DAY_S, day_start

DAY_0 = 20_514  # 2026-03-02, the first Monday under the rules.
ORDERS_PER_DAY = 30
_CAUSES = ("merchant_wait", "access_blocked", "customer_unreachable", "severe_weather")


def stored_facts(count: int, *, runners: int, seed: int = 1) -> list[bytes]:
    """Return so many facts as lines of JSON, day by day, of all runners in turn.

    Nine in ten are orders and ratings; the rest is what changes something said before.
    """
    chance = Random(seed)  # noqa: S311  (a measurement, no secret)
    lines: list[bytes] = []
    day = 0
    while len(lines) < count:
        lines += [orjson.dumps(fact) for fact in _day(chance, day, runners)]
        day += 1
    return lines[:count]


def _day(chance: Random, day: int, runners: int) -> Iterator[dict[str, object]]:
    begin = day_start(DAY_0 + day)
    for number in range(ORDERS_PER_DAY * runners):
        runner, at = f"r{number % runners}", begin + number * DAY_S // (ORDERS_PER_DAY * runners)
        name = f"{day}-{number}"
        household = f"h{chance.randrange(1_500)}"
        yield _order(chance, f"o{name}", runner, at, household)
        for kind, data in _about(chance, name):
            yield {
                "id": f"{kind}{name}",
                "kind": kind,
                "runner": runner,
                "at": at + 60,
                "household": household,
                "data": data,
            }


def _order(chance: Random, name: str, runner: str, at: int, household: str) -> dict[str, object]:
    excuses = [{"cause": chance.choice(_CAUSES), "min": 10}] if chance.random() < 0.08 else []
    floors = chance.randrange(7) if chance.random() < 0.45 else 0
    return {
        "id": name,
        "kind": "order.completed",
        "runner": runner,
        "at": at,
        "household": household,
        "data": {
            "late_s": round(chance.gauss(-300, 420)),
            "excuses": excuses,
            "weather": chance.choices((0, 1, 2), (0.8, 0.16, 0.04))[0],
            "weight_g": chance.randrange(500, 24_000),
            "floors_no_lift": floors,
            "care": chance.random() < 0.05,
            "proof_required": 1,
            "proof_given": int(chance.random() < 0.95),
            "cell": f"{chance.randrange(48)}",
            "building": f"b{chance.randrange(30)}",
        },
    }


def _about(chance: Random, name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what follows an order: stars, excuses, appeals, reversals, and other facts."""
    drawn = chance.random()
    if drawn < 0.30:
        yield "rating.revealed", {"order": f"o{name}", "stars": chance.choice((5, 5, 5, 4, 2))}
    elif drawn < 0.32:
        yield "excuse.granted", {"order": f"o{name}", "cause": "merchant_wait", "min": 15}
    elif drawn < 0.33:
        yield "appeal.filed", {"target": f"o{name}"}
        yield "appeal.decided", {"appeal": f"appeal.filed{name}", "outcome": "reversed"}
    elif drawn < 0.335:
        yield "entry.reversed", {"target": f"o{name}", "reason": "recorded by mistake"}
    elif drawn < 0.355:
        yield "order.released", {"after_accept_s": 480}
    elif drawn < 0.36:
        yield "volunteer.hours", {"minutes": 40}
    elif drawn < 0.362:
        yield "training.completed", {"course": "road", "offsets": f"o{name}"}
