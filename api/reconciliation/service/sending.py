"""Comparing what runners were paid, and merchants got as their share, with the bills."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.reconciliation import queries
from api.reconciliation.book import queries as book
from api.reconciliation.book.differing.queries import Unclosed, unclosed_sent
from api.reconciliation.reading import FlowBill, Payout, batches
from api.reconciliation.rules import Found, Line, SentSubject
from api.reconciliation.sent import Listed, judge_sent
from api.reconciliation.service.noting import match, miss, note

_OF_SHARES: dict[SentSubject, int] = {"share": 1, "share_return": -1}


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
    listed: Counter[str] = Counter()
    if bill is not None:
        for payouts in batches(bill.payouts(), book.BATCH):
            listed += await _keep(session, at, await _lines(session, at, payouts, mchid), mchid)
    await _judge_all(session, at, "withdrawal", now)
    ours_fen = await book.sent_on(session, "withdrawal", gateway=at.gateway, day=at.day)
    return listed["withdrawal"] - listed["withdrawal_return"], ours_fen


async def keep_shares(
    session: AsyncSession, at: AtDay, payouts: Iterable[Payout], *, mchid: str
) -> int:
    """Keep what a bill says of shares, and of what came back of them; what merchants got, in fen.

    Each is under a number of its own; see `judge_shares`.
    """
    lines = [
        Line("share" if p.is_out else "share_return", p.at, mchid, p.voucher or p.wechat_number,
             p.wechat_number, p.amount_fen, "", 0, 0)
        for p in payouts
    ]  # fmt: skip
    listed = await _keep(session, at, lines, mchid)
    return listed["share"] - listed["share_return"]


async def judge_shares(session: AsyncSession, at: AtDay, *, now: datetime) -> int:
    """Judge all shares that the kept lines may have changed; what merchants got by the ledger."""
    ours_fen = 0
    for subject, sign in _OF_SHARES.items():
        await _judge_all(session, at, subject, now)
        sent_fen = await book.sent_on(session, subject, gateway=at.gateway, day=at.day)
        ours_fen += sign * sent_fen
    return ours_fen


async def _keep(
    session: AsyncSession, at: AtDay, lines: Sequence[Line], mchid: str
) -> Counter[str]:
    """Keep lines of the bill; their sums by subject."""
    if not lines:
        return Counter()
    await queries.add_lines(
        session, key=at.key, number=at.run, first_n=at.lines + 1, lines=lines, mchid=mchid
    )
    at.lines += len(lines)
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.subject] += line.amount_fen
    return sums


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


async def _judge_all(session: AsyncSession, at: AtDay, subject: SentSubject, now: datetime) -> None:
    numbers = await book.sent_to_judge(
        session, subject, gateway=at.gateway, key=at.key, number=at.run, day=at.day
    )
    for some in batches(numbers, book.BATCH):
        ours = await book.sent(session, subject, gateway=at.gateway, numbers=some)
        listed = await book.listed(session, subject, gateway=at.gateway, numbers=some)
        unclosed = await unclosed_sent(session, subject, gateway=at.gateway, numbers=some)
        for number in some:
            found = judge_sent(
                subject, listed.get(number, Listed(number)), ours.get(number), day=at.day
            )
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
