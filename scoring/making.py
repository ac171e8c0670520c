"""Makes named tuples without a frame each: of four facts, three make several of them."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

Named = TypeVar("Named", bound=tuple[object, ...])


def maker(kind: type[Named]) -> Callable[[tuple[object, ...]], Named]:
    """Return what makes a named tuple of all its fields, as its `_make` does, unchecked."""
    return partial(tuple.__new__, kind)  # pyright: ignore[reportUnknownMemberType, reportReturnType]
