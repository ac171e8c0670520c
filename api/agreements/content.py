"""What a text says, as it is sealed, shown and hashed. Pure."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from api.agreements.terms import Always, Monthly, Once, Schedule, Spans, Term, Weekly


@dataclass(frozen=True, slots=True)
class Content:
    """The words of an agreement: main facts, what is in dispute, where and what is promised."""

    facts: str
    issues: str
    place: str
    terms: tuple[Term, ...]


def to_plain(content: Content) -> dict[str, Any]:
    """The content as JSON can hold it."""
    return {
        "facts": content.facts,
        "issues": content.issues,
        "place": content.place,
        "terms": [
            {
                "n": term.n,
                "party_id": str(term.party_id),
                "duty": term.duty,
                "what": term.what,
                "remind_days": term.remind_days,
                "schedule": plain_schedule(term.schedule),
            }
            for term in content.terms
        ],
    }


def from_plain(plain: dict[str, Any]) -> Content:
    """The content that was made plain."""
    return Content(
        plain["facts"],
        plain["issues"],
        plain["place"],
        tuple(
            Term(
                n=term["n"],
                party_id=UUID(term["party_id"]),
                duty=term["duty"],
                what=term["what"],
                schedule=_schedule(term["schedule"]),
                remind_days=term["remind_days"],
            )
            for term in plain["terms"]
        ),
    )


def dumped(content: Content) -> str:
    """The text that is sealed."""
    return json.dumps(to_plain(content), ensure_ascii=False, separators=(",", ":"))


def loaded(text: str) -> Content:
    """What was sealed; nothing, where the words were forgotten since."""
    return from_plain(json.loads(text)) if text else Content("", "", "", ())


def plain_schedule(schedule: Schedule) -> dict[str, Any]:
    """A schedule by the names of its parts."""
    match schedule:
        case Once(by):
            return {"kind": "once", "last": by.isoformat()}
        case Weekly(weekdays, first, last):
            return {
                "kind": "weekly",
                "weekdays": list(weekdays),
                "first": first.isoformat(),
                "last": last.isoformat(),
            }
        case Monthly(day, first, last):
            return {
                "kind": "monthly",
                "day": day,
                "first": first.isoformat(),
                "last": last.isoformat(),
            }
        case Spans(spans):
            return {
                "kind": "spans",
                "spans": [{"first": a.isoformat(), "last": b.isoformat()} for a, b in spans],
            }
        case Always(last):
            return {"kind": "always", "last": last.isoformat()}


def _schedule(plain: dict[str, Any]) -> Schedule:
    match plain["kind"]:
        case "once":
            return Once(date.fromisoformat(plain["last"]))
        case "weekly":
            return Weekly(tuple(plain["weekdays"]), _day(plain, "first"), _day(plain, "last"))
        case "monthly":
            return Monthly(plain["day"], _day(plain, "first"), _day(plain, "last"))
        case "spans":
            return Spans(tuple((_day(s, "first"), _day(s, "last")) for s in plain["spans"]))
        case _:
            return Always(_day(plain, "last"))


def _day(plain: dict[str, Any], name: str) -> date:
    return date.fromisoformat(plain[name])
