"""Pure decisions of the board: kinds, limits, who sees what, and when a text may be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from api.board.states import SHOWN

COMMENT = "comment"
PostKind = Literal["dispute", "suggestion", "help", "lost_found", "praise"]
Category = Literal[
    "noise",
    "square_dancing",
    "pets",
    "parking",
    "leak",
    "corridor",
    "decoration",
    "property_service",
    "merchant",
    "errand_order",
    "other",
]
ReportCode = Literal[
    "insult",
    "privacy",
    "minor",
    "false_information",
    "illegal",
    "advert",
    "other",
]
DecisionCode = Literal[
    "personal_data",
    "insult",
    "false_information",
    "illegal",
    "advert",
    "duplicate",
    "not_here",
    "other",
]
LookReason = Literal["mediation", "safety", "unlawful_content", "asked_by_author"]
# All that a post tells of the case that it led to.
CaseWord = Literal["in_mediation", "in_session", "settled", "ended"]
CASE_WORDS = CaseWord.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
KINDS = PostKind.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
CATEGORIES = Category.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
REPORT_CODES = ReportCode.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
DECISION_CODES = DecisionCode.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
LOOK_REASONS = LookReason.__args__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]

# Why a person has to look, the gravest first: this one is told.
WHYS = (
    "appealed",
    "danger",
    "personal_data",
    "wechat_risky",
    "wechat_review",
    "not_checkable",
    "not_configured",
    "check_unavailable",
    "no_answer",
)
# What our own screening found, and what it is told as.
_FLAGS = {"danger": "danger"}

DAY = timedelta(days=1)
# Of one person in a day.
POSTS_PER_DAY = 5
COMMENTS_PER_DAY = 50
REPORTS_PER_DAY = 10
LOOKS_PER_DAY = 30
# Versions of one text.
CONTENTS_MAX = 20
# Whoever had so many texts rejected or hidden in this time rests for a day.
STRIKES = 3
STRIKES_WITHIN = timedelta(days=30)
REST = timedelta(days=1)
APPEAL_WITHIN = timedelta(days=15)
# So many people's reports hide a text until somebody looks, or for a day.
REPORTS_THAT_HIDE = 5
HIDDEN_BY_REPORTS = timedelta(days=1)
_URGENT: frozenset[str] = frozenset({"insult", "privacy", "minor"})
_URGENT_WITHIN, _WITHIN = timedelta(hours=24), timedelta(hours=72)

# WeChat checks for two hours after the author was seen: 10 tries take 80 minutes.
TRIES_MAX = 10
_PAUSE_S, _PAUSE_MAX_S = 20, 900
# Within 30 minutes WeChat pushes what it thinks of a picture, or never.
ANSWER_WITHIN = timedelta(minutes=35)
# Longer than a call lasts: whoever asks has the check for so long.
LEASE = timedelta(seconds=60)

# Complaints within so long of each other are one pile.
PILE_WITHIN = timedelta(hours=1)
_PILED_KINDS: frozenset[str] = frozenset({"dispute", "help", "suggestion"})


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one version of a text: of its words, or of a photo."""

    state: str
    why: str | None
    tries: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text may be shown as it is; else why a person has to look, ``None``: not yet."""

    may_show: bool
    why: str | None


def judge(*, flags: Collection[str], is_appealed: bool, checks: Sequence[Check]) -> Verdict:
    """What follows from the checks of exactly this version: shown only where every one passed.

    No check at all is no approval.
    """
    whys = {"appealed"} if is_appealed else set[str]()
    whys |= {_FLAGS.get(flag, "personal_data") for flag in flags}
    for check in checks:
        if check.state == "held" and check.why is not None:
            whys.add(check.why)
        elif check.state == "waiting" and check.tries > 0:
            whys.add("check_unavailable")
    passed = bool(checks) and all(c.state == "passed" for c in checks)
    why = next((w for w in WHYS if w in whys), None)
    return Verdict(passed and why is None, None if passed and why is None else why)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries that failed: 20 s, doubled each time, 15 min at most."""
    return timedelta(seconds=min(_PAUSE_S * 2 ** max(0, tries - 1), _PAUSE_MAX_S))


def is_urgent(code: str) -> bool:
    """Whether a report is looked at within a day: insult, privacy, children."""
    return code in _URGENT


def report_within(code: str) -> timedelta:
    """Within how long a report is decided (facts/compliance.md §8)."""
    return _URGENT_WITHIN if is_urgent(code) else _WITHIN


def piles_up(kind: str, category: str | None) -> bool:
    """Whether many of these at one place in one hour are a trouble of one topic."""
    return kind in _PILED_KINDS and category not in (None, "other")


def spot_of(*, kind: str, path: Sequence[UUID]) -> UUID:
    """Where complaints are counted together: a building's compound (or what it stands in)."""
    return path[-2] if kind == "building" else path[-1]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever wants to read a text, and what they are to its place."""

    user_id: UUID
    is_member: bool
    is_staff: bool
    apart: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Readable:
    """What decides who may read a text."""

    state: str
    author_id: UUID
    is_anonymous: bool


def may_read(post: Readable, reader: Reader, *, parent: Readable | None = None) -> bool:
    """Whether somebody sees a text: its author and staff while it is there, members once it is
    shown and while what it is below is.

    Blocks part named texts only: an anonymous one that is missing would name its author.
    """
    if post.state == "deleted":
        return False
    if reader.is_staff or reader.user_id == post.author_id:
        return True
    if not reader.is_member or post.state not in SHOWN:
        return False
    if not post.is_anonymous and post.author_id in reader.apart:
        return False
    return parent is None or may_read(parent, reader)


def squeezed(text: str, _row: Mapping[str, object] | None = None) -> str:
    """A text without its spaces: what two that say the same have in common."""
    return "".join(text.split())
