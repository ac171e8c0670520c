"""When an agreement binds, how long a court may still confirm it, when somebody visits. Pure.

The articles are those of 人民调解法; see the facts that the design names.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from api.agreements.figures import Answer, Performance, Satisfaction
from api.agreements.states import ITEM_OPEN
from api.agreements.terms import Quiet, ends_at, midnight
from api.kit.clock import china
from api.kit.workdays import is_known, next_working_day
from api.notifications.rules import sendable_at

Form = Literal["written", "oral"]
Side = Literal["party", "mediator", "committee"]
How = Literal["app", "paper", "word", "seal"]
SplitOutcome = Literal["completed", "cancelled"]
VisitKind = Literal["week", "month", "extra"]
FORMS: tuple[Form, ...] = ("written", "oral")
HOWS: tuple[How, ...] = ("app", "paper", "word", "seal")
SPLIT_OUTCOMES: tuple[SplitOutcome, ...] = ("completed", "cancelled")
ANSWERS: tuple[Answer, ...] = ("solved", "unsolved")
SATISFACTIONS: tuple[Satisfaction, ...] = ("satisfied", "basically", "unsatisfied")
SIDES: tuple[Side, ...] = ("party", "mediator", "committee")

# Article 33: together, within 30 days of taking effect.
COURT_DAYS = 30
COURT_REMINDERS_DAYS = (20, 27)
VISIT_DAYS = (7, 30)
# After so many times that one side says "done" and the other "not", only a visit decides.
DENIALS_MAX = 3
_REMIND_HOUR = timedelta(hours=9)


@dataclass(frozen=True, slots=True)
class Signature:
    """A side's name under a text. ``signer_id``: the party, or the user who signed otherwise."""

    side: Side
    signer_id: UUID
    text_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """Since when an agreement binds, or which sides it still waits for and of which parties."""

    at: datetime | None
    missing: tuple[Side, ...] = ()
    party_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class CourtClock:
    """Until when both may apply, and when both are reminded that they may."""

    last_day: date
    closes_at: datetime
    remind_at: tuple[datetime, ...]
    # Not announced yet which days around the last one are off: it may move.
    is_provisional: bool


def text_hash(content: dict[str, Any]) -> str:
    """The fingerprint of what is signed: changing a word of it needs every name anew."""
    whole = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def effect_of(
    form: Form, *, party_ids: Sequence[UUID], of_text: str, signatures: Iterable[Signature]
) -> Effect:
    """Since when it binds: with the last of the names that its form asks for (articles 29, 30).

    A written one: all parties, a mediator, the committee's seal. An oral one: all parties, and the
    mediator who records it. A name under another text is none.
    """
    assert party_ids, "nobody agrees with nobody"
    valid = [s for s in signatures if s.text_hash == of_text]
    parties: dict[UUID, datetime] = {}
    others: dict[Side, datetime] = {}
    for name in sorted(valid, key=lambda s: s.at):
        if name.side != "party":
            others.setdefault(name.side, name.at)
        elif name.signer_id in party_ids:
            parties.setdefault(name.signer_id, name.at)
    open_ids = tuple(p for p in party_ids if p not in parties)
    needed: tuple[Side, ...] = ("mediator", "committee") if form == "written" else ("mediator",)
    missing: tuple[Side, ...] = tuple(side for side in needed if side not in others)
    if open_ids:
        missing = ("party", *missing)
    if missing:
        return Effect(None, missing, open_ids)
    return Effect(max([*parties.values(), *(others[side] for side in needed)]))


def court_clock(effective_at: datetime, *, quiet: Quiet) -> CourtClock:
    """The 30 days of article 33: the first is not counted, a last day off is the next worked."""
    on = china(effective_at).date()
    last = next_working_day(on + timedelta(days=COURT_DAYS))
    reminders = tuple(
        sendable_at(
            midnight(on + timedelta(days=days)) + _REMIND_HOUR,
            quiet_from=quiet.begins,
            quiet_until=quiet.ends,
            is_urgent=False,
        )
        for days in COURT_REMINDERS_DAYS
    )
    return CourtClock(last, ends_at(last), reminders, not is_known(last))


@dataclass(frozen=True, slots=True)
class Item:
    """What of a due item decides how a case stands."""

    state: str
    begins_on: date
    is_once: bool


def is_claimable(item: Item, *, denials: int, on: date) -> bool:
    """Whether its party may say on a day that it is done: what is done once also ahead of its day,
    what comes back or lasts once it has begun."""
    is_open = item.state in ITEM_OPEN and denials < DENIALS_MAX
    return is_open and (item.is_once or item.begins_on <= on)


def standing(items: Iterable[Item], *, on: date, is_month_over: bool) -> Performance | None:
    """How an agreement is performed, as far as it is known on a day; None: it still runs.

    One broken item breaks it. It is kept when each item was, or, once the visit of thirty days is
    recorded, each that has begun while nothing done only once is outstanding: what comes back for
    two years goes on being reminded of, and keeps no file open.
    """
    bound = [item for item in items if item.state != "void"]
    if any(item.state == "broken" for item in bound):
        return "broken"
    left = [item for item in bound if item.state != "kept"]
    if not left:
        return "kept"
    outstanding = any(item.is_once or item.begins_on <= on for item in left)
    return "kept" if is_month_over and not outstanding else None


def visits_due(effective_at: datetime) -> tuple[date, ...]:
    """The days of the two visits; the day of taking effect is not counted."""
    on = china(effective_at).date()
    return tuple(on + timedelta(days=days) for days in VISIT_DAYS)


def may_visit(
    user_id: UUID, *, mediator_ids: Iterable[UUID], party_user_ids: Iterable[UUID]
) -> bool:
    """Whether somebody may ask how it stands: neither who mediated nor who has a part in it."""
    return user_id not in {*mediator_ids, *party_user_ids}
