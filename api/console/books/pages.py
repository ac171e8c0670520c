"""Reconciliation: days against WeChat's bills, what differs, and what is done about it."""

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import Response

from api.console.forms import filled, version
from api.console.page import Here, Page
from api.console.tables import Table, table_page, whole
from api.console.words import WORDS, say
from api.kit.sheets import Cell, Yuan
from api.reconciliation import routes as books
from api.reconciliation.schemas import (
    AskForDay,
    CloseDifference,
    DaysQuery,
    DifferencesOut,
    DifferencesQuery,
)


async def show_days(here: Here) -> Response:
    """Each day with its sums and how much of it is open."""
    page = await books.list_days(filled(DaysQuery, here.query), here.session, here.caller)
    return here.show(
        "books/days.html", page=page, states=WORDS["day_word"], state=here.query.get("state")
    )


async def show_day(here: Here, reconciliation_id: UUID) -> Response:
    """One day, and what differs on it."""
    day = await books.read_day(reconciliation_id, here.session, here.caller)
    page = await _differences(here, {**here.query, "reconciliation_id": str(day.id)})
    return here.show("books/differences.html", day=day, page=page, **_chosen(here))


async def show_differences(here: Here) -> Response:
    """What differs on any day, and what WeChat answered that fits no day."""
    page = await _differences(here, here.query)
    return here.show("books/differences.html", day=None, page=page, **_chosen(here))


async def ask_for_day(here: Here) -> Response:
    """Have a day compared, or compared again."""
    body = filled(AskForDay, here.form)
    day = await books.ask_for(body, here.session, here.caller, here.parts)
    return here.go(f"/reconciliations/{day.id}", done="asked_for_day")


async def explain(here: Here, difference_id: UUID) -> Response:
    """Nothing is wrong; say why."""
    body = filled(CloseDifference, here.form)
    closed = await books.explain(difference_id, body, here.session, here.caller, version(here.form))
    return _to_the_day(here, closed.reconciliation_id, "explained")


async def settle(here: Here, difference_id: UUID) -> Response:
    """It was put right; say how."""
    body = filled(CloseDifference, here.form)
    closed = await books.settle(difference_id, body, here.session, here.caller, version(here.form))
    return _to_the_day(here, closed.reconciliation_id, "settled")


async def differences_table(here: Here) -> Table:
    """What differs, of a day or of a state."""
    listed = await whole(lambda page: _differences(here, {**here.query, **page}))
    return Table(
        "对账差异",
        "differences",
        ["发现时间", "差异", "关于", "我方单号", "微信单号", "账单(元)", "账本(元)", "影响合计(元)",
         "补充", "状态", "说明", "关闭时间"],
        [
            [row.created_at, row.title, say("subject_word", row.subject), row.number,
             row.wechat_number, _yuan(row.theirs_fen), _yuan(row.ours_fen), Yuan(row.effect_fen),
             row.detail, say("difference_word", row.state), row.reason, row.closed_at]
            for row in listed.items
        ],
        listed.is_cut,
    )  # fmt: skip


def _yuan(fen: int | None) -> Cell:
    return None if fen is None else Yuan(fen)


def _chosen(here: Here) -> dict[str, object]:
    return {"states": WORDS["difference_word"], "state": here.query.get("state")}


async def _differences(here: Here, query: Mapping[str, str]) -> DifferencesOut:
    return await books.list_differences(filled(DifferencesQuery, query), here.session, here.caller)


def _to_the_day(here: Here, day_id: UUID | None, done: str) -> Response:
    return here.go("/differences" if day_id is None else f"/reconciliations/{day_id}", done=done)


_ONE = "/differences/{difference_id:uuid}"
_LIST = ("reconciliation_list_differences",)
PAGES = (
    Page("GET", "/reconciliations", show_days, grants=("reconciliation_list_days",)),
    Page("POST", "/reconciliations", ask_for_day, grants=("reconciliation_ask_for",)),
    Page("GET", "/reconciliations/{reconciliation_id:uuid}", show_day,
         grants=("reconciliation_read_day", *_LIST)),
    Page("GET", "/differences", show_differences, grants=_LIST),
    table_page("/differences", differences_table, grants=_LIST),
    Page("POST", f"{_ONE}/explain", explain, grants=("reconciliation_explain",)),
    Page("POST", f"{_ONE}/settle", settle, grants=("reconciliation_settle",)),
)  # fmt: skip
