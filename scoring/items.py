"""One scored fact or group of facts: what it counts for now, by which rule, and why."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar, get_args

Bucket = Literal["orders", "ratings", "civic", "late", "other"]

Cap = Literal[
    "counted",
    "limit_reached",
    "own_household",
    "household_day_full",
    "day_full",
    "household_week_full",
    "void",
    "superseded",
    "other_household",
    "excused",
    "small",
    "suspended",
    "cleared",
    "offset",
    "week_free",
    "day_limited",
    "newcomer",
    "withdrawn",
]
BUCKETS: tuple[Bucket, ...] = get_args(Bucket)
CAPS: tuple[Cap, ...] = get_args(Cap)


@dataclass(frozen=True, slots=True)
class Item:
    """A contribution to the total, in centipoints; penalties are negative.

    `key` names the same contribution before and after one more fact. `facts` begins with the
    base fact, whose time is `at` and decides the rule version. `offset_cp` is what trainings
    lifted from a penalty, already out of `cp`. The two dates are unix seconds, None where there
    is nothing to appeal or to recover.
    """

    key: str
    bucket: Bucket
    rule: str
    version: str
    at: int
    facts: tuple[str, ...]
    cp: int
    cap: Cap
    arithmetic: str
    inputs: Mapping[str, int] = field(default_factory=dict[str, int])
    offset_cp: int = 0
    appeal_until: int | None = None
    recover_by: int | None = None


Member = TypeVar("Member")


def grouped(pairs: Iterable[tuple[Hashable, Member]]) -> list[list[Member]]:
    """Return the members of each group, in the order of their arrival."""
    groups: dict[Hashable, list[Member]] = {}
    for key, member in pairs:
        groups.setdefault(key, []).append(member)
    return list(groups.values())
