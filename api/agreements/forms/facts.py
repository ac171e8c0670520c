"""What the forms of one case say. Plain values, already opened; an empty text is a blank line."""

from dataclasses import dataclass
from datetime import date, datetime

from api.agreements.rules import Form
from api.agreements.terms import Term


@dataclass(frozen=True, slots=True)
class Person:
    """One party as the forms ask for it; ``group``: for which people they speak."""

    name: str
    sex: str = ""
    ethnic_group: str = ""
    age: str = ""
    job: str = ""
    contact: str = ""
    address: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A signature: whose, when, and how it was given (in the app, on paper, by word)."""

    name: str
    at: datetime | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """Who asks whom to sit down with them, and for what."""

    applicants: tuple[Person, ...]
    respondents: tuple[Person, ...]
    brief: str
    wish: str
    signed: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Registration:
    """How the committee took it up; ``reason``: why not, where it did not."""

    source: str
    category: str
    parties: tuple[str, ...]
    brief: str
    wish: str
    registered_at: datetime
    registrar: str
    is_accepted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One record of asking somebody (调查)."""

    at: datetime
    location: str
    asked: str
    by: str
    content: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """One record of mediating. ``result``: agreed, failed, or to be continued."""

    at: datetime
    location: str
    parties: tuple[str, ...]
    others: tuple[str, ...]
    mediators: tuple[str, ...]
    content: str
    result: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """A term and who gave it, by name."""

    term: Term
    party: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement in its form; ``signed`` holds the names of the parties."""

    form: Form
    number: str
    parties: tuple[Person, ...]
    facts: str
    issues: str
    promises: tuple[Promise, ...]
    place_of_performance: str
    signed: tuple[Name, ...]
    mediators: tuple[Name, ...]
    seal: Name | None
    effective_at: datetime | None


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit afterwards; ``answers``: solved and satisfied, as each side said."""

    at: datetime
    agreement_number: str
    parties: tuple[str, ...]
    reason: str
    content: str
    answers: tuple[str, ...]
    visitor: str


@dataclass(frozen=True, slots=True)
class CourtRequest:
    """Both ask the court to confirm an agreement."""

    court: str
    applicants: tuple[Person, ...]
    agreement_number: str
    effective_on: date
    last_day: date
    signed: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case is one bundle (一案一卷)."""

    number: str
    title: str
    committee: str
    opened_on: date
    closed_on: date | None
    archivist: str
    mediators: tuple[str, ...]
    keeping: str
    application: Application | None
    registration: Registration
    inquiries: tuple[Inquiry, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    agreements: tuple[Agreed, ...] = ()
    court: CourtRequest | None = None
    visits: tuple[Visited, ...] = ()
    remarks: str = ""
