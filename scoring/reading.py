"""Strict reading of plain mappings (JSON, TOML): every key known, every value typed and bounded."""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

TEXT_MAX = 200
LIST_MAX = 50

Choice = TypeVar("Choice", bound=str)
Section = TypeVar("Section")


class Reader:
    """Reads the keys of one mapping; what was not read by `close()` is refused as unknown.

    `refuse` makes the error to raise from a sentence, so that facts and rules refuse by their
    own names.
    """

    def __init__(self, source: object, where: str, refuse: Callable[[str], Exception]) -> None:
        """Copy the mapping; `where` names it in errors."""
        self._where = where
        self._refuse = refuse
        if not isinstance(source, Mapping):
            raise refuse(f"{where} must be a mapping")
        self._left = dict(cast("Mapping[object, object]", source))

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Take an integer between `low` and `high`, both included; true and 1.0 are none."""
        value = self._take(key, default)
        if type(value) is not int or not low <= value <= high:
            raise self._refuse(f"{self._where}.{key} must be an integer from {low} to {high}")
        return value

    def optional_integer(self, key: str, low: int, high: int) -> int | None:
        """Take an integer, or None if the key is absent or null."""
        if self._left.get(key) is None:
            self._left.pop(key, None)
            return None
        return self.integer(key, low, high)

    def flag(self, key: str) -> bool:
        """Take true or false; absent means false."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            raise self._refuse(f"{self._where}.{key} must be true or false")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text of 1 to `TEXT_MAX` characters."""
        return self._as_text(self._take(key, default), key)

    def optional_text(self, key: str) -> str | None:
        """Take a text, or None if the key is absent or null."""
        value = self._left.pop(key, None)
        return None if value is None else self._as_text(value, key)

    def optional_name(self, key: str) -> str | None:
        """Take a text or a whole number as a text, or None if the key is absent or null."""
        value = self._left.get(key)
        if type(value) is int:
            self._left[key] = str(value)
        return self.optional_text(key)

    def number(self, key: str, low: float, high: float) -> float:
        """Take a number between `low` and `high`, both included; true is none."""
        value = self._take(key, None)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        raise self._refuse(f"{self._where}.{key} must be a number from {low} to {high}")

    def numbers(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """Take a list of numbers between `low` and `high`."""
        source = {str(index): value for index, value in enumerate(self._list(key))}
        reader = Reader(source, f"{self._where}.{key}", self._refuse)
        return tuple(reader.number(index, low, high) for index in source)

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        """Take one of the given words."""
        value = self._take(key, None)
        for choice in choices:
            if value == choice:
                return choice
        raise self._refuse(f"{self._where}.{key} must be one of {', '.join(choices)}")

    def texts(self, key: str, most: int = LIST_MAX) -> tuple[str, ...]:
        """Take a list of at most `most` texts; absent means empty."""
        return tuple(self._as_text(value, key) for value in self._list(key, most))

    def integers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """Take a list of integers between `low` and `high`."""
        source = {str(index): value for index, value in enumerate(self._list(key))}
        reader = Reader(source, f"{self._where}.{key}", self._refuse)
        return tuple(reader.integer(index, low, high) for index in source)

    def table(self, key: str) -> "Reader":
        """Take a nested mapping."""
        return Reader(self._take(key, None), f"{self._where}.{key}", self._refuse)

    def section(self, key: str, load: "Callable[[Reader], Section]") -> Section:
        """Take a nested mapping whole: `load` reads it, and what is left over is refused."""
        table = self.table(key)
        loaded = load(table)
        table.close()
        return loaded

    def mapping_or_empty(self, key: str) -> object:
        """Take a nested mapping as it is; absent or null means empty."""
        value = self._left.pop(key, None)
        return {} if value is None else value

    def table_or_empty(self, key: str) -> "Reader":
        """Take a nested mapping; absent or null means empty."""
        return Reader(self.mapping_or_empty(key), f"{self._where}.{key}", self._refuse)

    def values(self, key: str, most: int) -> list[object]:
        """Take a list of at most `most` of anything."""
        if key not in self._left:
            raise self._refuse(f"{self._where}.{key} is missing")
        return self._list(key, most)

    def tables(self, key: str) -> list["Reader"]:
        """Take a list of nested mappings; absent means empty."""
        return [Reader(value, f"{self._where}.{key}", self._refuse) for value in self._list(key)]

    def names(self) -> tuple[str, ...]:
        """Return the keys that were not read yet, in the order of the source."""
        return tuple(str(key) for key in self._left)

    def close(self) -> None:
        """Refuse what nobody read: a misspelt key must not pass for a default."""
        if self._left:
            raise self._refuse(f"{self._where} has unknown keys: {', '.join(sorted(self.names()))}")

    def _take(self, key: str, default: object) -> object:
        value = self._left.pop(key, default)
        if value is None:
            raise self._refuse(f"{self._where}.{key} is missing")
        return value

    def _as_text(self, value: object, key: str) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= TEXT_MAX:
            raise self._refuse(f"{self._where}.{key} must be a text of 1 to {TEXT_MAX} characters")
        return value

    def _list(self, key: str, most: int = LIST_MAX) -> list[object]:
        value = self._left.pop(key, [])
        if not isinstance(value, list | tuple):
            raise self._refuse(f"{self._where}.{key} must be a list")
        values = list(cast("list[object]", value))
        if len(values) > most:
            raise self._refuse(f"{self._where}.{key} must not be longer than {most}")
        return values
