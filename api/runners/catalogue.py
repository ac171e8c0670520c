"""What is published about runners, as versioned data: statements, courses."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Statement:
    """A text that an applicant agrees to, in one version."""

    name: str
    version: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a quiz; ``right`` is the index of the right choice."""

    name: str
    zh: str
    en: str
    choices_zh: tuple[str, ...]
    choices_en: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Module:
    """A course with its quiz. ``kinds``: the kinds of errand that need it."""

    name: str
    zh: str
    en: str
    text_zh: str
    text_en: str
    valid_days: int
    kinds: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """All courses of a version, and how much of a quiz must be right."""

    version: str
    pass_percent: int
    modules: tuple[Module, ...]

    def module(self, name: str) -> Module | None:
        """A course by its name."""
        return next((m for m in self.modules if m.name == name), None)


@lru_cache(maxsize=1)
def statements() -> dict[str, Statement]:
    """The statements in force, by name."""
    return {row["name"]: Statement(**row) for row in _read("statements")["statements"]}


@lru_cache(maxsize=1)
def training() -> Training:
    """The courses in force."""
    data = _read("training")
    modules = [
        Module(**_tuples({**row, "questions": [Question(**_tuples(q)) for q in row["questions"]]}))
        for row in data["modules"]
    ]
    return Training(data["version"], data["pass_percent"], tuple(modules))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("api.runners") / "data" / f"{name}.toml").read_text("utf-8"))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
