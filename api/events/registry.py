"""Every kind of event there is, declared once by its feature."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EventKind:
    """A named fact: what it is about and which plain values it carries."""

    name: str
    subject: str
    fields: frozenset[str] = field(default_factory=frozenset[str])


KINDS: dict[str, EventKind] = {}


def declare(name: str, *fields: str) -> EventKind:
    """Declare ``subject.verb`` with the names of its values."""
    assert name not in KINDS, name
    subject, _, verb = name.partition(".")
    assert subject, name
    assert verb, name
    kind = EventKind(name, subject, frozenset(fields))
    KINDS[name] = kind
    return kind
