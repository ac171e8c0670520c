"""Who may mediate, and who is asked first; how grave a quarrel is. Values in, values out.

人民调解法 leaves it to the parties whom they accept; the exclusions are those of facts/mediation.md
§4. Success rates are not known here, so that nobody is pressed to agree for the sake of a figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

Conflict = Literal[
    "party",  # of the quarrel, or who speaks for a group
    "household",  # of a party
    "unit",  # behind the same stairs as a party
    "employer",  # the same as a party's
    "author",  # of the post
    "commenter",  # below it
    "ties",  # runner, merchant or customer of a party in the last months
    "against",  # had a case against a party
    "apart",  # parted from a party by a block
    "property_staff",  # of a company that is a party
]
Unfit = Literal[
    "not_appointed",
    "suspended",
    "away",  # not available at the moment, by their own switch
    "under_age",
    "elsewhere",
    "category",
    "language",
    "hours",
    "load",
    "passed",  # did not want, or did not answer in time
    "objected",  # a party does not accept them
    "replaced",  # had the case, and could not go on
]
Risk = Literal["low", "medium", "high", "urgent"]
Source = Literal["post", "request", "order", "staff", "police", "court"]
PartyKind = Literal["person", "group", "company", "unregistered"]
# An escalation is recorded with its reason; contacts and sessions begin the work.
RecordKind = Literal["contact", "session", "escalation"]
RecordHow = Literal["visit", "phone", "meeting", "online", "note"]
# To whom a case goes that is not for mediation.
Into = Literal["property", "committee", "police", "department", "court"]
# Who may join with the consent of the sides (人民调解法 20).
GuestKind = Literal["relative", "neighbour", "colleague", "expert", "organisation"]
SuspendCode = Literal["evidence", "illness", "travel", "asked_by_party", "other"]
# Why somebody else mediates; unfit: suspended, ended it, or the term is over.
ReplaceCode = Literal["illness", "unreachable", "asked", "other"]
ReplaceWhy = Literal["unfit", "stepped_back", "illness", "unreachable", "asked", "other"]
EndedWhy = Literal["refused", "no_consent", "no_agreement", "period_over"]
Verdict = Literal["accepted", "refused", "no_consent"]
RISKS = Risk.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
SOURCES = Source.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
PARTY_KINDS = PartyKind.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
RECORD_KINDS = RecordKind.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
INTO = Into.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
GUEST_KINDS = GuestKind.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
ENDED_WHYS = EndedWhy.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
DAY = timedelta(days=1)
# Of one person in a day.
CASES_PER_DAY = 3
# People on all sides together.
PARTIES_MAX = 30
RECORDS_MAX = 200
# Of one case, whatever became of it.
GUESTS_MAX = 20
# Within so many days an order ties its people (a setting of the community may be longer).
TIES_DAYS = 180
_HIGH_VOICES, _MEDIUM_VOICES = 10, 3
_EMPTY: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Party:
    """One side, or one of those who stand on it. ``user_id`` none: somebody unregistered.

    ``company_id``: what the party is, where it is no person; ``tied_ids``: with whom they had an
    order within `TIES_DAYS`; ``against_ids``: with whom they had a case; ``apart_ids``: by a block.
    """

    user_id: UUID | None = None
    household_id: UUID | None = None
    unit_id: UUID | None = None
    employer_id: UUID | None = None
    company_id: UUID | None = None
    tied_ids: frozenset[UUID] = _EMPTY
    against_ids: frozenset[UUID] = _EMPTY
    apart_ids: frozenset[UUID] = _EMPTY


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be mediated. ``minute``: of the week, from Monday 0:00, at which they meet; none:
    not settled yet, so that nobody's hours speak against them."""

    place_path: Sequence[UUID]
    category: str
    parties: Sequence[Party]
    on: date
    minute: int | None = None
    # Of the posts that led to it.
    author_ids: frozenset[UUID] = _EMPTY
    commenter_ids: frozenset[UUID] = _EMPTY
    languages: frozenset[str] = frozenset({"zh"})
    passed_ids: frozenset[UUID] = _EMPTY
    objected_ids: frozenset[UUID] = _EMPTY
    replaced_ids: frozenset[UUID] = _EMPTY


@dataclass(frozen=True, slots=True)
class Mediator:
    """A volunteer whom a committee appointed, from the first day to the last.

    ``hours``: spans of minutes of the week, none: any time; ``place_path`` ends where they work:
    that place and all below it.
    """

    user_id: UUID
    is_adult: bool
    place_path: Sequence[UUID]
    appointed_on: date
    appointed_until: date
    categories: frozenset[str]
    languages: frozenset[str]
    hours: Sequence[tuple[int, int]]
    load: int
    load_max: int
    is_suspended: bool = False
    is_available: bool = True
    household_id: UUID | None = None
    unit_id: UUID | None = None
    employer_id: UUID | None = None
    # Property companies that employ them.
    company_ids: frozenset[UUID] = _EMPTY


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to ask, in this order, and why each of the others is not. Nobody: community staff."""

    order: tuple[UUID, ...]
    excluded: dict[UUID, tuple[Conflict | Unfit, ...]] = field(
        default_factory=dict[UUID, "tuple[Conflict | Unfit, ...]"]
    )


def conflicts(mediator: Mediator, matter: Matter) -> tuple[Conflict, ...]:
    """Every tie of a mediator to a matter, in the order of `Conflict`; empty: none is known."""
    who, parties = mediator.user_id, matter.parties
    found: dict[Conflict, bool] = {
        "party": any(p.user_id == who for p in parties),
        "household": _shares(mediator.household_id, (p.household_id for p in parties)),
        "unit": _shares(mediator.unit_id, (p.unit_id for p in parties)),
        "employer": _shares(mediator.employer_id, (p.employer_id for p in parties))
        or _shares(mediator.employer_id, (p.company_id for p in parties)),
        "author": who in matter.author_ids,
        "commenter": who in matter.commenter_ids,
        "ties": any(who in p.tied_ids for p in parties),
        "against": any(who in p.against_ids for p in parties),
        "apart": any(who in p.apart_ids for p in parties),
        "property_staff": any(p.company_id in mediator.company_ids for p in parties),
    }
    return tuple(conflict for conflict, is_there in found.items() if is_there)


def unfitness(mediator: Mediator, matter: Matter) -> tuple[Unfit, ...]:
    """Every reason that has nothing to do with the parties, in the order of `Unfit`."""
    found: dict[Unfit, bool] = {
        "not_appointed": not mediator.appointed_on <= matter.on <= mediator.appointed_until,
        "suspended": mediator.is_suspended,
        "away": not mediator.is_available,
        "under_age": not mediator.is_adult,
        "elsewhere": not _covers(mediator.place_path, matter.place_path),
        "category": matter.category not in mediator.categories,
        "language": not matter.languages <= mediator.languages,
        "hours": not _is_free(mediator.hours, matter.minute),
        "load": mediator.load >= mediator.load_max,
        "passed": mediator.user_id in matter.passed_ids,
        "objected": mediator.user_id in matter.objected_ids,
        "replaced": mediator.user_id in matter.replaced_ids,
    }
    return tuple(reason for reason, is_there in found.items() if is_there)


def choose(mediators: Iterable[Mediator], matter: Matter) -> Choice:
    """Whom to ask first: without any conflict, then of the nearest place, the most specialised,
    the least busy; the id settles the rest. Everybody else stands there with every reason."""
    fit: list[Mediator] = []
    excluded: dict[UUID, tuple[Conflict | Unfit, ...]] = {}
    for mediator in mediators:
        reasons = (*conflicts(mediator, matter), *unfitness(mediator, matter))
        if reasons:
            excluded[mediator.user_id] = reasons
        else:
            fit.append(mediator)
    fit.sort(key=lambda m: (-len(m.place_path), len(m.categories), m.load, m.user_id))
    return Choice(tuple(m.user_id for m in fit), excluded)


def consents(sides: Mapping[int, Sequence[str]]) -> Verdict | None:
    """What follows from the states of the parties of each side; none: some are still to answer.

    A side consents by any of its parties; one of whom nobody consented or may still do so, ends it
    (人民调解法 17).
    """
    lost = [states for states in sides.values() if not {"consented", "invited"} & {*states}]
    if lost:
        return "refused" if any("refused" in states for states in lost) else "no_consent"
    return "accepted" if all("consented" in states for states in sides.values()) else None


def risk_level(*, dangers: int, breaches: int, earlier_cases: int, voices: int) -> Risk:
    """How grave a matter is: words of danger, broken agreements, cases between the same sides,
    people who complain."""
    if dangers > 0:
        return "urgent"
    if breaches > 0 or earlier_cases >= 2 or voices >= _HIGH_VOICES:
        return "high"
    if earlier_cases > 0 or voices >= _MEDIUM_VOICES:
        return "medium"
    return "low"


def _shares(own: UUID | None, others: Iterable[UUID | None]) -> bool:
    return own is not None and any(own == other for other in others)


def _covers(place: Sequence[UUID], path: Sequence[UUID]) -> bool:
    return len(place) > 0 and list(path[: len(place)]) == list(place)


def _is_free(hours: Sequence[tuple[int, int]], minute: int | None) -> bool:
    if minute is None or not hours:
        return True
    return any(begin <= minute < end for begin, end in hours)
