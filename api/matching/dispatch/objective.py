"""What a good round is, as data: versions lie in ``objectives/``, a file each."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, TypeVar, cast, get_type_hints

T = TypeVar("T")


class MalformedObjective(ValueError):
    """The text is not a complete objective; the message names the key."""


class UnknownObjective(ValueError):
    """No such version is shipped with the package."""


@dataclass(frozen=True, slots=True)
class Looking:
    """What a round takes into account, and what it holds back for a later one."""

    ahead_min: float
    hold_min: float
    bundle_max: int
    mixes_merchants: bool
    ahead_max: int


@dataclass(frozen=True, slots=True)
class Serving:
    """What it is worth to serve a job now; more, the longer it is late already."""

    job_min: float
    late_slope: float
    late_most_min: float


@dataclass(frozen=True, slots=True)
class Minute:
    """What a minute of a runner is worth, by how much work waits for how many runners."""

    least: float
    window_min: float
    from_pressure: float
    slope: float
    most: float


@dataclass(frozen=True, slots=True)
class Place:
    """What it counts that a trip ends far from where work comes up."""

    counters: int
    way_back: float


@dataclass(frozen=True, slots=True)
class Idle:
    """How far a runner for whom there is nothing is sent to wait; 0: nowhere."""

    move_max_min: float


@dataclass(frozen=True, slots=True)
class Objective:
    """One version, whole."""

    version: str
    looking: Looking
    serving: Serving
    minute: Minute
    place: Place
    idle: Idle


def read_objective(text: str) -> Objective:
    """An objective from TOML text.

    Raises:
        MalformedObjective: a key is missing, unknown, or no number from 0 to 1,000.
    """
    try:
        source = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedObjective(f"not TOML: {error}") from error
    version = source.pop("version", None)
    if not isinstance(version, str) or not version:
        raise MalformedObjective("version is not a text")
    objective = Objective(
        version=version,
        looking=_section(source, "looking", Looking),
        serving=_section(source, "serving", Serving),
        minute=_section(source, "minute", Minute),
        place=_section(source, "place", Place),
        idle=_section(source, "idle", Idle),
    )
    if source:
        raise MalformedObjective(f"unknown: {', '.join(sorted(source))}")
    return objective


@lru_cache(maxsize=16)
def published_objective(version: str = "2026.1") -> Objective:
    """A version that is shipped with the package.

    Raises:
        UnknownObjective: there is no such file.
    """
    # Looked up among the files there, so that no version can reach out of the folder.
    for entry in resources.files("api.matching.dispatch").joinpath("objectives").iterdir():
        if entry.name == f"{version}.toml":
            return read_objective(entry.read_text(encoding="utf-8"))
    raise UnknownObjective(f"no objective shipped with version {version}")


def published_versions() -> tuple[str, ...]:
    """The versions that are shipped, oldest first."""
    files = resources.files("api.matching.dispatch").joinpath("objectives").iterdir()
    names = (entry.name.removesuffix(".toml") for entry in files if entry.name.endswith(".toml"))
    return tuple(sorted(names, key=lambda name: [int(part) for part in name.split(".")]))


def _section(source: dict[str, Any], name: str, section: type[T]) -> T:
    table: object = source.pop(name, None)
    if not isinstance(table, dict):
        raise MalformedObjective(f"{name} is missing")
    given = cast("dict[str, object]", table)
    kinds: dict[str, object] = get_type_hints(section)
    if odd := set(kinds) ^ set(given):
        raise MalformedObjective(f"{name}: missing or unknown: {', '.join(sorted(odd))}")
    return section(**{key: _value(f"{name}.{key}", given[key], kinds[key]) for key in kinds})


def _value(where: str, value: object, kind: object) -> bool | int | float:
    if kind is bool and isinstance(value, bool):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1000:
        if kind is float:
            return float(value)
        if kind is int and isinstance(value, int) and value >= 1:
            return value
    raise MalformedObjective(f"{where} is not what it has to be: {value!r}")
