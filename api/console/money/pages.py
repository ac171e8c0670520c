"""Money: what a community holds and owes, its accounts line by line, one order to the last fen."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from starlette.responses import Response

from api.console.forms import filled, version
from api.console.money import queries
from api.console.money.queries import AccountSum
from api.console.page import Here, Page
from api.console.tables import Table, table_page, whole
from api.console.words import WORDS, say
from api.earnings.rules import midnight
from api.errors import AppError
from api.identity.caller import MANAGERS
from api.identity.queries import nicknames
from api.kit.clock import china
from api.kit.sheets import Yuan
from api.ledger.routes import read_statement
from api.ledger.rules import KINDS
from api.ledger.schemas import CommunityStatementQuery, StatementOut
from api.orders.money_routes import read_transfers
from api.orders.routes import read_order
from api.places.service import community_of_staff
from api.withdrawals import routes as withdrawals
from api.withdrawals.schemas import Retry, StaffWithdrawalPage, StaffWithdrawalQuery

# How far back the page of payments that went wrong looks, and after what a refund is waited for.
_TROUBLES_WITHIN = timedelta(days=92)
_REFUND_SOON = timedelta(hours=1)


async def show_overview(here: Here) -> Response:
    """What is held and owed, and what moved today."""
    community = await community_of_staff(
        here.session, place_id=here.place_id, roles=MANAGERS, caller=here.caller
    )
    since = midnight(china(here.now).date())
    today = await queries.today(here.session, community_id=community.id, since=since)
    found = await queries.accounts(here.session, community_id=community.id)
    by_kind = {account.kind: account for account in found}
    sums = [by_kind.get(kind) or AccountSum(kind, 0, 0) for kind in _SHOWN]
    # All balances together are 0.
    on_orders = AccountSum("orders", -sum(a.balance_fen for a in sums), today.refunding_fen)
    return here.show("money/overview.html", sums=[*sums, on_orders], today=today, own=_OWN)


async def show_troubles(here: Here) -> Response:
    """Payments that nothing needed and went back, and what WeChat refused or answers otherwise."""
    community = await community_of_staff(
        here.session, place_id=here.place_id, roles=MANAGERS, caller=here.caller
    )
    found = await queries.troubles(
        here.session,
        community_id=community.id,
        since=here.now - _TROUBLES_WITHIN,
        waiting_since=here.now - _REFUND_SOON,
    )
    return here.show(
        "money/troubles.html", troubles=found, is_cut=len(found) == queries.TROUBLES_MAX
    )


async def show_statement(here: Here, kind: str) -> Response:
    """One account of the community, newest first."""
    page = await _statement(here, kind, here.query)
    return here.show("money/statement.html", kind=kind, page=page)


async def show_transfers(here: Here, order_id: UUID) -> Response:
    """Every fen of one order: from where, to where, by which rule."""
    order = await read_order(order_id, here.session, here.caller, here.parts)
    money = await read_transfers(order_id, here.session, here.caller)
    return here.show("money/transfers.html", order=order, money=money)


async def show_withdrawals(here: Here) -> Response:
    """What runners withdraw, the newest first, or those in a state."""
    page = await _withdrawals(here, here.query)
    names = await nicknames(here.session, user_ids=[row.runner_id for row in page.items])
    return here.show(
        "money/withdrawals.html",
        page=page,
        names=names,
        states=WORDS["withdrawal_word"],
        state=here.query.get("state"),
    )


async def retry(here: Here, withdrawal_id: UUID) -> Response:
    """Have WeChat asked again, as it was seen, and say why."""
    body = filled(Retry, here.form)
    await withdrawals.retry(
        withdrawal_id, body, here.session, here.caller, here.parts, version(here.form)
    )
    return here.go("/withdrawals", done="retried")


async def statement_table(here: Here, kind: str) -> Table:
    """One account of the community, as far back as a file goes."""
    listed = await whole(lambda page: _statement(here, kind, page))
    return Table(
        say("account_word", kind),
        f"statement-{kind}",
        ["序号", "时间", "说明", "订单", "金额(元)", "余额(元)"],
        [
            [line.seq, line.at, line.title, str(line.order_id or ""), Yuan(line.amount_fen),
             Yuan(line.balance_fen)]
            for line in listed.items
        ],
        listed.is_cut,
    )  # fmt: skip


async def withdrawals_table(here: Here) -> Table:
    """What runners withdraw."""
    listed = await whole(lambda page: _withdrawals(here, {**here.query, **page}))
    names = await nicknames(here.session, user_ids=[row.runner_id for row in listed.items])
    return Table(
        "提现",
        "withdrawals",
        ["申请时间", "骑手", "金额(元)", "状态", "原因", "我方单号", "微信单号", "完成时间"],
        [
            [row.created_at, names[row.runner_id], Yuan(row.amount_fen),
             say("withdrawal_word", row.state), row.why, row.out_bill_no, row.bill_no, row.done_at]
            for row in listed.items
        ],
        listed.is_cut,
    )  # fmt: skip


async def _statement(here: Here, kind: str, query: Mapping[str, str]) -> StatementOut:
    if kind not in _OWN:
        raise AppError("not_found")
    asked = filled(CommunityStatementQuery, {**query, "kind": kind})
    return await read_statement(here.place_id, asked, here.session, here.caller)


async def _withdrawals(here: Here, query: Mapping[str, str]) -> StaffWithdrawalPage:
    asked = filled(StaffWithdrawalQuery, query)
    return await withdrawals.list_withdrawals(
        here.place_id, asked, here.session, here.caller, here.parts
    )


_OWN = tuple(kind for kind, row in KINDS.items() if row.owner == "community")
_SHOWN = (*_OWN, "runner_payable", "merchant_payable")
_STATEMENT = "/money/accounts/{kind}"
_LIST = ("withdrawals_list_withdrawals",)
PAGES = (
    Page("GET", "/money", show_overview, grants=("ledger_read_balances",)),
    Page("GET", "/money/troubles", show_troubles, grants=("ledger_read_balances",)),
    Page("GET", _STATEMENT, show_statement, grants=("ledger_read_statement",)),
    table_page(_STATEMENT, statement_table, grants=("ledger_read_statement",)),
    Page("GET", "/orders/{order_id:uuid}/money", show_transfers,
         grants=("orders_read_order", "orders_read_transfers")),
    Page("GET", "/withdrawals", show_withdrawals, grants=_LIST),
    table_page("/withdrawals", withdrawals_table, grants=_LIST),
    Page("POST", "/withdrawals/{withdrawal_id:uuid}/retry", retry, grants=("withdrawals_retry",)),
)  # fmt: skip
