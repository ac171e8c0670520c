"""Statements for a merchant: what was sold, what was given back, what is owed.

There is no payout here. Money of many lies in one account at WeChat, and whoever hands it on to
merchants without a licence clears payments (二清). What WeChat's profit sharing gives to a
merchant (`shares`) stands in it; by all else the operator settles outside.
"""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.earnings.rules import Days, midnight
from api.errors import AppError
from api.identity.caller import MANAGERS, Caller
from api.kit.clock import china
from api.kit.sheets import Row, Yuan
from api.ledger.rules import RULES
from api.merchants.models import Merchant
from api.merchants.queries import merchant as find_merchant
from api.merchants.service.seeing import own_merchant
from api.takings import queries
from api.takings.queries import Line

# Some six hundred orders a day, for a month.
LINES_MAX = 20_000
_SOLD, _GIVEN_BACK, _MADE_UP = "goods_sold", "goods_refunded", "goods_made_up"
_SHARED, _RETURNED = "goods_shared", "share_returned"


async def own_takings(session: AsyncSession, *, merchant_id: UUID, caller: Caller) -> Merchant:
    """A merchant whose money the caller may see: its owner, and managers of its place.

    Raises:
        AppError: not_found, role_missing.
    """
    row = await find_merchant(session, merchant_id=merchant_id)
    if row is not None and caller.holds(MANAGERS, row.place_path):
        return row
    return await own_merchant(session, merchant_id=merchant_id, caller=caller, roles=("owner",))


async def month_rows(session: AsyncSession, *, merchant: Merchant, month: Days) -> list[Row]:
    """What a merchant sold in a month: the sums, each day, each entry.

    Raises:
        AppError: statement_too_long.
    """
    since, before = midnight(month.first), midnight(month.last + timedelta(days=1))
    lines = await queries.lines(
        session, merchant_id=merchant.id, since=since, before=before, limit=LINES_MAX + 1
    )
    if len(lines) > LINES_MAX:
        raise AppError("statement_too_long")
    opening_fen = await queries.balance_before(session, merchant_id=merchant.id, at=since)
    sold_fen, back_fen = _sum(lines, _SOLD), -_sum(lines, _GIVEN_BACK)
    rows: list[Row] = [
        ["商户", merchant.legal_name],
        ["统一社会信用代码", merchant.credit_code],
        ["月份", month.name],
        ["期初应付(元)", Yuan(opening_fen)],
        ["货款(元)", Yuan(sold_fen)],
        ["缺货、变质退款(元)", Yuan(back_fen)],
        ["路上遗失、损坏赔付(元)", Yuan(_sum(lines, _MADE_UP))],
        ["微信分账已付(元)", Yuan(-_sum(lines, _SHARED))],
        ["分账退回(元)", Yuan(_sum(lines, _RETURNED))],
        ["期末应付(元)", Yuan(lines[-1].balance_fen if lines else opening_fen)],
        [],
        ["日期", "单数", "货款(元)", "退款(元)", "应付余额(元)"],
        *_day_rows(lines),
        [],
        ["时间", "订单号", "说明", "金额(元)", "应付余额(元)"],
    ]
    rows += [
        [i.at, i.number, RULES[i.rule].zh, Yuan(i.amount_fen), Yuan(i.balance_fen)] for i in lines
    ]
    return rows


def _day_rows(lines: list[Line]) -> list[Row]:
    by_day: dict[object, list[Line]] = defaultdict(list)
    for line in lines:
        by_day[china(line.at).date()].append(line)
    return [
        [
            china(of_day[0].at).date(),
            len({i.number for i in of_day if i.rule == _SOLD}),
            Yuan(_sum(of_day, _SOLD)),
            Yuan(-_sum(of_day, _GIVEN_BACK)),
            Yuan(of_day[-1].balance_fen),
        ]
        for of_day in by_day.values()
    ]


def _sum(lines: list[Line], rule: str) -> int:
    return sum(i.amount_fen for i in lines if i.rule == rule)
