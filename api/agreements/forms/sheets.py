"""The shape of a form, whatever it is printed with: a title, and blocks from top to bottom."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels and values, two columns with lines around."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of the same length."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, which may be empty, and what is written below it."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """Lines to be signed: a label, and what stands there already."""

    lines: tuple[tuple[str, str], ...]


Block = Fields | Table | Passage | Names


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form; it begins on a page of its own. ``number`` stands on the right below the title."""

    title: str
    blocks: tuple[Block, ...]
    number: str = ""


def text_of(sheet: Sheet) -> str:
    """All that a sheet says, a line for each label, row and passage."""
    lines = [sheet.title, sheet.number]
    for block in sheet.blocks:
        match block:
            case Fields(rows) | Names(rows):
                lines += [f"{label}:{value}" for label, value in rows]
            case Table(head, rows):
                lines += ["|".join(row) for row in (head, *rows)]
            case Passage(heading, text):
                lines += [heading, text]
    return "\n".join(line for line in lines if line)
