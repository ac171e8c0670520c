"""Comparing the bill of a day with ours, in one transaction that asks nobody outside.

What is found stays: a comparison of the same day again finds the same differences as the same rows,
adds new ones, and closes those that the bill no longer shows. One that another day explains closes
itself. What staff closed is never opened by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.reconciliation import queries
from api.reconciliation.book import queries as book
from api.reconciliation.book.differing.queries import agreed
from api.reconciliation.events import RECONCILIATION_COMPARED
from api.reconciliation.reading import FlowBill, Movement, Payout, TradeBill, batches
from api.reconciliation.rules import (
    Contract,
    Found,
    Line,
    Ours,
    judge,
    judge_again,
    judge_movement,
    judge_shifted,
    judge_sums,
    judge_unlisted,
    of_operating,
)
from api.reconciliation.service.noting import match, miss, note
from api.reconciliation.service.sending import judge_shares, keep_shares, take_withdrawals
from api.wechat.gateway import Bills


@dataclass(slots=True)
class Day:
    """A comparison under way: which day, which run of it, and its sums so far in fen."""

    key: UUID
    gateway: str
    day: date
    run: int
    lines: int = 0
    theirs: dict[str, int] = field(default_factory=lambda: {"payment": 0, "refund": 0})
    ours: dict[str, int] = field(default_factory=lambda: {"payment": 0, "refund": 0})
    # How often each payment or refund stood in the bill.
    seen: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])


async def compare(
    session: AsyncSession, *, key: UUID, bills: Bills, contract: Contract, now: datetime
) -> bool:
    """Compare one waiting day; false: somebody else did.

    Raises:
        BillDamaged: roll back, and ask for the bill again.
    """
    await queries.lock(session)
    begun = await queries.begin(session, key=key, now=now)
    if begun is None:
        return False
    at = Day(key, *begun)
    if bills.trade is not None:
        bill = TradeBill(bills.trade)
        for lines in batches(bill, book.BATCH):
            await _take(session, at, lines, contract, now)
        await _note_all(session, at, judge_sums(bill.said(), bill.counted), now)
    await _take_unlisted(session, at, now)
    shared_fen = 0
    if bills.flow is not None:
        shared_fen = await _take_flow(session, at, FlowBill(bills.flow), contract, now)
    shared = (shared_fen, await judge_shares(session, at, now=now))
    operating = FlowBill(bills.operating) if bills.operating is not None else None
    withdrawn = await take_withdrawals(session, at, operating, mchid=contract.mchid, now=now)
    if operating is not None:
        said = judge_sums(operating.said(), operating.counted)
        await _note_all(session, at, (of_operating(found) for found in said), now)
    await _close_what_is_gone(session, at, now)
    sums = (*at.theirs.values(), *at.ours.values(), *withdrawn, *shared)
    sha1 = bills.trade.sha1 if bills.trade is not None else None
    await queries.end(session, key=key, lines=at.lines, sha1=sha1, sums=sums)
    await _tell(session, at, sha1, now)
    return True


async def _take(
    session: AsyncSession, at: Day, lines: tuple[Line, ...], contract: Contract, now: datetime
) -> None:
    """Keep some lines, and hold each against ours."""
    await queries.add_lines(
        session, key=at.key, number=at.run, first_n=at.lines + 1, lines=lines, mchid=contract.mchid
    )
    known = await book.ours_of(session, gateway=at.gateway, lines=lines)
    at.lines += len(lines)
    elsewhere = await queries.listed_on(
        session, gateway=at.gateway, ours=_shifted(known.values(), at.day), but_for=at.key
    )
    for line in lines:
        at.theirs[line.subject] += line.amount_fen
        own = (line.subject, line.number)
        at.seen[own] = at.seen.get(own, 0) + (line.mchid == contract.mchid)
        if at.seen[own] > 1 or own in elsewhere:
            await _note_all(session, at, [judge_again(line, max(2, at.seen[own]))], now)
            continue
        ours = known.get(own)
        await _note_all(session, at, judge(line, ours, day=at.day, contract=contract), now)
        if ours is not None and ours.day == at.day and line.mchid == contract.mchid:
            at.ours[line.subject] += ours.booked_fen


async def _take_unlisted(session: AsyncSession, at: Day, now: datetime) -> None:
    """What is booked on this day and stands not in its bill."""
    for subject in at.ours:
        absent = await book.unlisted(
            session, subject=subject, gateway=at.gateway, key=at.key, number=at.run, day=at.day
        )
        elsewhere = await queries.listed_on(
            session, gateway=at.gateway, ours=absent, but_for=at.key
        )
        for ours in absent:
            at.ours[subject] += ours.booked_fen
            listed = elsewhere.get((ours.subject, ours.number))
            found = (
                judge_unlisted(ours, day=at.day)
                if listed is None
                else judge_shifted(ours, listed_on=listed)
            )
            await _note_all(session, at, [found], now)


async def _take_flow(
    session: AsyncSession, at: Day, bill: FlowBill, contract: Contract, now: datetime
) -> int:
    """What moved on our account, against the lines of the bill of payments and refunds.

    What it says of shares is kept; what merchants got of them comes back, in fen.
    """
    shared_fen = 0
    for rows in batches(bill, book.BATCH):
        moved = [(m.wechat_number, m.amount_fen) for m in rows if isinstance(m, Movement)]
        there = await queries.note_moved(session, key=at.key, number=at.run, moved=moved)
        for number, fen in moved:
            if number not in there:
                found = judge_movement(number, listed_fen=None, moved_fen=fen)
                await _note_all(session, at, found, now)
        payouts = [p for p in rows if isinstance(p, Payout)]
        shared_fen += await keep_shares(session, at, payouts, mchid=contract.mchid)
    for number, listed, fen in await queries.unmoved(session, key=at.key, number=at.run):
        found = judge_movement(number, listed_fen=listed, moved_fen=fen)
        await _note_all(session, at, found, now)
    await _note_all(session, at, judge_sums(bill.said(), bill.counted), now)
    return shared_fen


async def _note_all(session: AsyncSession, at: Day, found: Iterable[Found], now: datetime) -> None:
    for difference in found:
        await _note(session, at, difference, now)


async def _note(session: AsyncSession, at: Day, found: Found, now: datetime) -> None:
    """Keep a difference; one of two days closes what the other day has of it, or is closed."""
    state = "open"
    if found.kind == "day_shifted":
        is_there = found.due is None or await queries.is_compared(
            session, gateway=at.gateway, day=found.due
        )
        if not is_there:
            state = "waiting"
        elif await _close_counterparts(session, at, found, now):
            return
        elif found.detail:
            state = "matched"
        else:
            # Only the next bill could have shown it, and that one was there before.
            found = replace(found, kind="missing_there", due=None)
    await note(session, key=at.key, run=at.run, day=at.day, found=found, state=state, now=now)


async def _close_counterparts(session: AsyncSession, at: Day, found: Found, now: datetime) -> bool:
    """Close what another day has of the same payment or refund; false: none has."""
    others = await queries.counterparts(session, gateway=at.gateway, found=found, but_for=at.key)
    for key, state, _, matched_by in others:
        if matched_by is None:
            await match(session, key=key, state=state, by=at.key, day=at.day, now=now)
    return bool(others)


async def _close_what_is_gone(session: AsyncSession, at: Day, now: datetime) -> None:
    """What an earlier run of this day found, and this one did not; and what waited in vain."""
    for key, state, _ in await queries.gone(session, key=at.key, number=at.run):
        await match(session, key=key, state=state, by=at.key, day=at.day, now=now)
    for key, state in await agreed(session, key=at.key, number=at.run):
        await match(session, key=key, state=state, by=at.key, day=at.day, now=now)
    for key, _, _ in await queries.overdue(session, gateway=at.gateway, day=at.day):
        await miss(session, key=key, day=at.day, now=now)


async def _tell(session: AsyncSession, at: Day, sha1: str | None, now: datetime) -> None:
    moved = await queries.move(session, key=at.key, event="compare", from_state="waiting")
    assert moved is not None, "the day was waiting, and is locked"
    found = (await queries.counts(session, keys=[at.key])).get(at.key, queries.Counts())
    await emit(
        session,
        RECONCILIATION_COMPARED,
        subject_id=at.key,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        from_state="waiting",
        to_state="compared",
        day=at.day.isoformat(),
        run=at.run,
        lines=at.lines,
        sha1=sha1,
        open_count=found.open,
    )


def _shifted(known: Iterable[Ours], day: date) -> list[Ours]:
    """What is booked, but on another day."""
    return [ours for ours in known if ours.booked_fen and ours.day != day]
