"""What differs between two versions of the rules, name by name."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from scoring.rules.model import RuleVersion

# What names a version is no rule of it.
_NAMING = ("version", "effective_from", "published_at")


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One number or list that two versions say otherwise; empty where one does not say it."""

    rule: str
    before: str
    after: str


def changed_rules(before: RuleVersion, after: RuleVersion) -> list[RuleChange]:
    """Return what differs, by the names of the rules, such as `order.on_time_cp`."""
    was, now = dict(_leaves("", asdict(before))), dict(_leaves("", asdict(after)))
    return [
        RuleChange(rule, was.get(rule, ""), now.get(rule, ""))
        for rule in sorted(was.keys() | now.keys())
        if was.get(rule) != now.get(rule) and rule not in _NAMING
    ]


def _leaves(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, below in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _leaves(f"{name}.{key}" if name else str(key), below)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list | tuple | frozenset):
        told = [str(each) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        yield name, ", ".join(sorted(told) if isinstance(value, frozenset) else told)
    else:
        yield name, str(value)
