"""Comparing what runners were paid with the bill of the account that they are paid from."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.reconciliation import queries
from api.reconciliation.book import queries as book
from api.reconciliation.book.differing.queries import Unclosed, unclosed_withdrawals
from api.reconciliation.reading import FlowBill, Payout, batches
from api.reconciliation.rules import Found, Line
from api.reconciliation.service.noting import match, miss, note
from api.reconciliation.withdrawn import Listed, judge_withdrawal


class AtDay(Protocol):
    """What is to be known of the comparison under way; ``lines`` counts those kept so far."""

    key: UUID
    gateway: str
    day: date
    run: int
    lines: int


async def take_withdrawals(
    session: AsyncSession, at: AtDay, bill: FlowBill | None, *, mchid: str, now: datetime
) -> tuple[int, int]:
    """Keep what the bill says of transfers to runners, and judge all that it may have changed.

    No bill: nothing moved on the account. What was paid out to runners on the day comes back, in
    fen: by the bill, and by the ledger.
    """
    theirs_fen = 0
    if bill is not None:
        for payouts in batches(bill.payouts(), book.BATCH):
            lines = await _lines(session, at, payouts, mchid)
            await queries.add_lines(
                session, key=at.key, number=at.run, first_n=at.lines + 1, lines=lines, mchid=mchid
            )
            at.lines += len(lines)
            theirs_fen += sum(_signed(line) for line in lines)
    numbers = await book.withdrawals_to_judge(
        session, gateway=at.gateway, key=at.key, number=at.run, day=at.day
    )
    for some in batches(numbers, book.BATCH):
        await _judge(session, at, some, now)
    ours_fen = await book.withdrawn_on(session, gateway=at.gateway, day=at.day)
    return theirs_fen, ours_fen


async def _lines(
    session: AsyncSession, at: AtDay, payouts: Sequence[Payout], mchid: str
) -> list[Line]:
    """All that went out; of what came, only what went out before: the rest tops up the account."""
    names = [name for p in payouts for name in (p.voucher, p.wechat_number) if name]
    known = await book.withdrawals_named(session, gateway=at.gateway, names=names)
    strangers = await book.strangers_named(session, names=names)
    strangers |= {p.voucher or p.wechat_number for p in payouts if p.is_out}
    lines: list[Line] = []
    for payout in payouts:
        number = known.get(payout.voucher) or known.get(payout.wechat_number)
        named = number or payout.voucher or payout.wechat_number
        if payout.is_out or number is not None or named in strangers:
            subject = "withdrawal" if payout.is_out else "withdrawal_return"
            lines.append(
                Line(subject, payout.at, mchid, named, payout.wechat_number, payout.amount_fen,
                     "", 0, 0)
            )  # fmt: skip
    return lines


def _signed(line: Line) -> int:
    return line.amount_fen if line.subject == "withdrawal" else -line.amount_fen


async def _judge(session: AsyncSession, at: AtDay, numbers: Sequence[str], now: datetime) -> None:
    ours = await book.withdrawals(session, gateway=at.gateway, numbers=numbers)
    listed = await book.listed_withdrawals(session, gateway=at.gateway, numbers=numbers)
    unclosed = await unclosed_withdrawals(session, gateway=at.gateway, numbers=numbers)
    for number in numbers:
        found = judge_withdrawal(listed.get(number, Listed(number)), ours.get(number), day=at.day)
        await _settle(session, at, found, unclosed.get(number, []), now)


async def _settle(
    session: AsyncSession, at: AtDay, found: Found | None, known: list[Unclosed], now: datetime
) -> None:
    """Close what does not differ in this way any more, and keep what differs, once."""
    is_kept = False
    for row in known:
        if found is None or row.kind != found.kind:
            await match(session, key=row.id, state=row.state, by=at.key, day=at.day, now=now)
            continue
        if row.state == "waiting" and found.due is None:
            await miss(session, key=row.id, day=at.day, now=now, kind=found.kind)
        # Of this very day it is noted again, so that this run counts it as seen.
        is_kept = is_kept or row.day_id != at.key
    if found is not None and not is_kept:
        state = "open" if found.due is None else "waiting"
        await note(session, key=at.key, run=at.run, day=at.day, found=found, state=state, now=now)
