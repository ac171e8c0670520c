"""Sheets as blocks of a document on A4, each form on a page of its own. Pure."""

from collections.abc import Sequence

from api.agreements.forms import sheets
from api.agreements.forms.sheets import Fields, Names, Passage, Sheet
from api.kit.paper.document import (
    Block,
    Column,
    Gap,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    pdf_of,
)

_LABELS = (Column("", 3), Column("", 9))


def printed(forms: Sequence[Sheet], *, title: str, foot: str) -> bytes:
    """The forms as one PDF; holds the processor, so call it in a thread."""
    blocks: list[Block] = []
    for form in forms:
        if blocks:
            blocks.append(PageBreak())
        blocks += blocks_of(form)
    return pdf_of(blocks, title=title, foot=foot)


def blocks_of(form: Sheet) -> list[Block]:
    """One form from top to bottom."""
    blocks: list[Block] = [Heading(form.title)]
    if form.number:
        blocks.append(Paragraph(form.number, align="right"))
    for block in form.blocks:
        match block:
            case Fields(rows):
                blocks.append(Table(_LABELS, rows))
            case sheets.Table(head, rows):
                blocks.append(Table([Column(title, 1) for title in head], rows))
            case Passage(heading, text):
                blocks += _passage(heading, text)
            case Names(lines):
                blocks.append(Gap())
                blocks += [Paragraph(f"{label}:{value}") for label, value in lines]
    return blocks


def _passage(heading: str, text: str) -> list[Block]:
    blocks: list[Block] = [Paragraph(heading, bold=True)] if heading else []
    return blocks + [Paragraph(line, indented=True) for line in text.split("\n") if line]
