"""What may not be carried: a versioned list, as data (`*.toml`), and whether a text names it."""

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Category:
    """One sort of forbidden goods. Words and exceptions are folded as texts are."""

    code: str
    title: str
    words: tuple[str, ...]
    except_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForbiddenList:
    """One version, in force from its date until the next one's."""

    version: str
    valid_from: datetime
    categories: tuple[Category, ...]


def list_in_force(at: datetime) -> ForbiddenList:
    """The newest version that is in force."""
    return max((v for v in shipped_lists() if v.valid_from <= at), key=lambda v: v.valid_from)


@lru_cache(maxsize=1)
def shipped_lists() -> tuple[ForbiddenList, ...]:
    """Every version that was ever published."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return tuple(_read(tomllib.loads(f.read_text(encoding="utf-8"))) for f in files)


def forbidden_in(text: str, listed: ForbiddenList) -> Category | None:
    """The first category that a text names, or ``None``."""
    folded = fold(text)
    return next((c for c in listed.categories if _names(folded, c)), None)


def first_forbidden(
    texts: Iterable[tuple[str, str]], listed: ForbiddenList
) -> tuple[str, Category] | None:
    """The first field of (field, text) that names something forbidden, and its category."""
    for field, text in texts:
        if (category := forbidden_in(text, listed)) is not None:
            return field, category
    return None


def fold(text: str) -> str:
    """Full-width and half-width, great and small letters alike, and nothing between the signs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def _names(folded: str, category: Category) -> bool:
    for phrase in category.except_for:
        # A gap that no word spans stays where the phrase stood.
        folded = folded.replace(phrase, "|")
    return any(word in folded for word in category.words)


def _read(document: dict[str, Any]) -> ForbiddenList:
    categories = tuple(
        Category(
            code=c["code"],
            title=c["title"],
            words=tuple(fold(w) for w in c["words"]),
            except_for=tuple(fold(w) for w in c["except"]),
        )
        for c in document["categories"]
    )
    return ForbiddenList(document["version"], document["valid_from"], categories)
