"""How a feature says what its tables hold of people: how it is shown, erased, kept.

Each feature lists its tables in its `personal.py`; `api/privacy` exports, erases, forgets and
re-seals by nothing but these lists, and a test fails for a column that nobody classified.

Conditions are SQL over one row of the table, which is called ``t``; ``$1`` is the person's id and
``$2`` the time. Texts are read by residents.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


def whole_text(text: str, row: Mapping[str, object]) -> str | None:
    """The opened value itself, as what a blind index is made of."""
    return text


@dataclass(frozen=True, slots=True)
class Blind:
    """The blind index of a sealed value: its column, the name it was bound to, and of what it is.

    ``text`` gets the opened value and the row with the columns in ``needs``; None: no index.
    """

    column: str
    binding: str
    text: Callable[[str, Mapping[str, object]], str | None] = whole_text
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed column and what it was bound to, with names of the row's columns in braces."""

    column: str
    binding: str
    row: str = "id"
    index: Blind | None = None
    # SQL: true of a row in which it stands unsealed, as it tells nothing of anybody.
    unless: str = "false"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why rows may not be erased yet; ``until`` is SQL, NULL while the end is not known."""

    until: str
    why: str


@dataclass(frozen=True, slots=True)
class Erase:
    """What erasing a person does to their rows: new values, or nothing left of the row.

    ``left`` is SQL: true of a row that is not erased yet.
    """

    left: str
    sets: Mapping[str, str] | None = None
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A way in which rows belong to a person; ``where`` finds them, ``shows`` goes to them.

    ``passes`` is the column that names the person, where the rows go on to an account that takes
    over what staff enrolled; empty: whom staff enrolled has none such, or they go with the account.
    """

    role: str
    where: str
    shows: tuple[str, ...] = ()
    erases: tuple[Erase, ...] = ()
    passes: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long something is kept, since when, and why; then it is deleted, or ``sets`` written.

    ``left`` is SQL: true of a row that still holds it.
    """

    what: str
    days: int
    since: str
    why: str
    left: str = "true"
    sets: Mapping[str, str] | None = None
    # The feature has a timer of its own, which keeps its counts or tells its events with it.
    has_own_sweep: bool = False


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """One table, every column of it in exactly one of the five groups.

    ``plain`` says nothing of a person by itself (ids, states, amounts, moments of the system),
    ``personal`` does, ``secret`` proves something and is shown to nobody.
    """

    name: str
    title: str
    # The columns of its primary key, in order: stated, as no process knows the models of them all.
    key: tuple[str, ...] = ("id",)
    plain: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    sealed: tuple[Sealed, ...] = ()
    secret: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    keeps: tuple[Keep, ...] = ()
    # Why what is left of a person stays after erasure, where anything does.
    stays: str = ""

    def columns(self) -> list[str]:
        """Every column that is classified, as often as it is."""
        indexes = [s.index.column for s in self.sealed if s.index]
        sealed = [s.column for s in self.sealed]
        return [*self.plain, *self.personal, *sealed, *indexes, *self.secret]
