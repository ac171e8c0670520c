"""Lists as files and as drawings: cut with a word, as high as they are."""

from dataclasses import dataclass

from api.console.figures.charts import HEIGHT, Column, columns
from api.console.tables import ROWS_MAX, whole


@dataclass(frozen=True, slots=True)
class Numbers:
    """A page of numbers."""

    items: list[int]
    next_cursor: str | None


async def _hundreds(page: dict[str, str], *, last: int) -> Numbers:
    first, limit = int(page.get("cursor", "0")), int(page["limit"])
    end = min(first + limit, last)
    return Numbers(list(range(first, end)), str(end) if end < last else None)


async def test_a_list_is_read_whole_or_cut_where_files_end() -> None:
    """Each row once, in order; a row too many is told of."""
    for last in (0, 1, 250, ROWS_MAX, ROWS_MAX + 1):
        listed = await whole(lambda page, last=last: _hundreds(page, last=last))

        assert list(range(min(last, ROWS_MAX))) == listed.items
        assert listed.is_cut == (last > ROWS_MAX)


def test_columns_stand_on_the_floor_within_the_sheet() -> None:
    """Parts on each other or beside each other, to a round scale; nothing for nothing."""
    piled = columns([Column("一", [("good", 3), ("bad", 1)]), Column("二", [("good", 0)])])
    beside = columns([Column("9点", [("good", 10), ("warn", 40)], is_beside=True)])

    assert ["0", "2", "4"] == [mark.text for mark in piled.scale]
    assert piled.bars[0].y == piled.bars[1].y + piled.bars[1].height
    assert 2 == len(piled.bars)
    assert beside.bars[0].x + beside.bars[0].width == beside.bars[1].x
    assert all(0 <= bar.y <= bar.y + bar.height <= HEIGHT for bar in (*piled.bars, *beside.bars))
    assert [] == columns([]).bars
