"""Lists as files: any page's list as CSV or Excel, under the grants of that page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from starlette.responses import Response

from api.console.page import Here, Page
from api.errors import AppError
from api.kit.clock import china
from api.kit.http.files import Format, sheet
from api.kit.pagination import LIMIT_MAX
from api.kit.sheets import Row

# Some pages of a hundred: what is beyond is for a narrower filter.
ROWS_MAX = 5_000
_FORMS: dict[str, Format] = {"csv": "csv", "xlsx": "xlsx"}
# How pages are asked for when all of them are wanted.
WHOLE = str(LIMIT_MAX)
Item = TypeVar("Item", covariant=True)
Thing = TypeVar("Thing")


class Paged(Protocol[Item]):
    """A page of a list, as every route answers it."""

    @property
    def items(self) -> Sequence[Item]: ...
    @property
    def next_cursor(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Listed(Generic[Thing]):
    """A list from its first row on; ``is_cut``: there is more of it."""

    items: list[Thing]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A list as rows. ``title``: of the sheet; ``name``: of the file, in ASCII."""

    title: str
    name: str
    head: Sequence[str]
    rows: Sequence[Row]
    is_cut: bool


def table_page(
    path: str,
    gather: Callable[..., Awaitable[Table]],
    *,
    grants: tuple[str, ...],
) -> Page:
    """The files of a list: ``<path>/table.csv`` and ``<path>/table.xlsx``, filtered as the page."""

    async def show(here: Here, form: str, **ids: object) -> Response:
        if form not in _FORMS:
            raise AppError("not_found")
        table = await gather(here, **ids)
        rows: list[Row] = [table.head, *table.rows]
        if table.is_cut:
            rows.append([f"只列出前 {len(table.rows)} 行,后面还有。请缩小范围再导出。"])
        name = f"{table.name}-{china(here.now):%Y%m%d-%H%M}"
        return await sheet(table.title, rows, form=_FORMS[form], name=name)

    return Page("GET", f"{path}/table.{{form}}", show, grants=grants)


async def whole(
    ask: Callable[[dict[str, str]], Awaitable[Paged[Thing]]],
) -> Listed[Thing]:
    """All pages of a list up to `ROWS_MAX` rows; ``ask`` is given what a page's query needs."""
    items, cursor = list[Thing](), None
    while len(items) < ROWS_MAX:
        page = await ask({"limit": WHOLE} | ({"cursor": cursor} if cursor else {}))
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return Listed(items, is_cut=False)
    return Listed(items, is_cut=True)
