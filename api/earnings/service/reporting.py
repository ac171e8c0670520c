"""Statements of a month for a runner, and the quarterly report of a community, as rows."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.earnings import queries
from api.earnings.events import TAX_REPORT_EXPORTED
from api.earnings.rules import Days
from api.errors import AppError
from api.events.log import emit
from api.identity.caller import MANAGERS, Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.kit.sheets import Row, Yuan
from api.ledger.rules import RULES
from api.people.rules import mask_full_name, mask_id_number
from api.people.service.verifying import NAME_COLUMN, NUMBER_COLUMN
from api.places.service import community_of_staff

# A busy runner makes some 6,000 entries in a month.
LINES_MAX = 20_000
RUNNERS_MAX = 5_000
SELLERS_MAX = 2_000
_DAYS_MAX = 31
# Who may see names and identity numbers whole: they report them.
WHOLE = ("office_staff", "admin")


async def month_rows(session: AsyncSession, *, runner_id: UUID, month: Days) -> list[Row]:
    """What a runner earned in the settled days of a month: the sums, each day, each entry.

    Raises:
        AppError: statement_too_long.
    """
    days = await queries.settlements(
        session, runner_id=runner_id, first=month.first, last=month.last, limit=_DAYS_MAX
    )
    days.reverse()
    rows: list[Row] = [
        ["月份", month.name],
        ["已结算天数", len(days)],
        ["期初余额(元)", Yuan(days[0].opening_fen if days else 0)],
        ["收入(元)", Yuan(sum(d.income_fen for d in days))],
        ["平台服务费(元,未计入收入)", Yuan(sum(d.platform_fen for d in days))],
        ["归还垫付款(元,不是收入)", Yuan(sum(d.repaid_fen for d in days))],
        ["提现(元)", Yuan(sum(d.paid_out_fen for d in days))],
        ["期末余额(元)", Yuan(days[-1].closing_fen if days else 0)],
        [],
        ["日期", "单数", "收入(元)", "平台服务费(元)", "归还垫付款(元)", "提现(元)", "余额(元)"],
        *(
            [
                d.day, d.orders_count, Yuan(d.income_fen), Yuan(d.platform_fen),
                Yuan(d.repaid_fen), Yuan(d.paid_out_fen), Yuan(d.closing_fen),
            ]
            for d in days
        ),
        [],
        ["时间", "订单号", "说明", "订单跑腿费(元)", "平台服务费(元)", "金额(元)", "余额(元)"],
    ]  # fmt: skip
    if days:
        rows += await _line_rows(
            session, runner_id=runner_id, first_seq=days[0].first_seq, last_seq=days[-1].last_seq
        )
    return rows


async def tax_rows(
    session: AsyncSession,
    *,
    place_id: UUID,
    quarter: Days,
    is_whole: bool,
    reason: str,
    vault: Vault,
    caller: Caller,
) -> list[Row]:
    """What a platform reports after a quarter: runners and merchants; that somebody looked is kept.

    国务院令第810号: identity and income of whoever serves in their own name. Income of deliveries
    that are exempt need not be reported, which the office decides. ``is_whole``: names and numbers
    unmasked, for those who report.

    Raises:
        AppError: role_missing, not_found, statement_too_long.
    """
    community = await community_of_staff(session, place_id=place_id, roles=MANAGERS, caller=caller)
    if is_whole:
        caller.require(WHOLE, community.path)
    found = await queries.tax_rows(
        session,
        community_id=community.id,
        first=quarter.first,
        last=quarter.last,
        limit=RUNNERS_MAX + 1,
    )
    sellers = await queries.sellers(
        session,
        community_id=community.id,
        first=quarter.first,
        last=quarter.last,
        limit=SELLERS_MAX + 1,
    )
    if len(found) > RUNNERS_MAX or len(sellers) > SELLERS_MAX:
        raise AppError("statement_too_long")
    await emit(
        session,
        TAX_REPORT_EXPORTED,
        subject_id=new_id(),
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        quarter=quarter.name,
        is_whole=is_whole,
        runners_count=len(found),
        reason=reason,
    )
    header: Row = [
        "季度", "姓名或名称", "证件类型", "证件号码", "身份核验", "平台内编号", "收入类型",
        "收入总额(元)", "平台服务费(元)", "收入净额(元)", "单数", "已提现(元)",
    ]  # fmt: skip
    return [
        header,
        *(_tax_row(row, quarter, vault, is_whole=is_whole) for row in found),
        *(_seller_row(row, quarter) for row in sellers),
    ]


async def _line_rows(
    session: AsyncSession, *, runner_id: UUID, first_seq: int, last_seq: int
) -> list[Row]:
    lines = await queries.statement_lines(
        session,
        runner_id=runner_id,
        first_seq=first_seq,
        last_seq=last_seq,
        limit=LINES_MAX + 1,
    )
    if len(lines) > LINES_MAX:
        raise AppError("statement_too_long")
    return [
        [
            i.at,
            i.number,
            RULES[i.rule].zh,
            Yuan(i.order_fee_fen) if i.rule == "fee_earned" and i.order_fee_fen else None,
            Yuan(i.platform_fen) if i.rule == "fee_earned" else None,
            Yuan(i.amount_fen),
            Yuan(i.balance_fen),
        ]
        for i in lines
    ]


def _tax_row(row: queries.TaxRow, quarter: Days, vault: Vault, *, is_whole: bool) -> Row:
    name = _opened(vault, row.name_sealed, NAME_COLUMN, row.runner_id)
    number = _opened(vault, row.number_sealed, NUMBER_COLUMN, row.runner_id)
    if not is_whole:
        name = mask_full_name(name) if name else ""
        number = mask_id_number(number) if number else ""
    checked = "已注销" if row.user_state == "closed" else "已核验" if row.is_verified else "未核验"
    return [
        quarter.name, name, "居民身份证" if number else "", number, checked, str(row.runner_id),
        "劳务报酬", Yuan(row.income_fen + row.platform_fen), Yuan(row.platform_fen),
        Yuan(row.income_fen), row.orders_count, Yuan(row.paid_out_fen),
    ]  # fmt: skip


def _seller_row(row: queries.Seller, quarter: Days) -> Row:
    """A merchant is known by its licence, which everybody may read: nothing of it is masked."""
    checked = "已核验" if row.state in ("approved", "suspended") else "已注销"
    return [
        quarter.name, row.legal_name, "统一社会信用代码", row.credit_code, checked,
        str(row.merchant_id), "销售货物", Yuan(row.sold_fen - row.back_fen), Yuan(0),
        Yuan(row.sold_fen - row.back_fen), row.orders_count, Yuan(row.paid_fen),
    ]  # fmt: skip


def _opened(vault: Vault, sealed: bytes | None, column: str, row: UUID) -> str:
    return vault.open(bytes(sealed), column=column, row=row) if sealed is not None else ""
