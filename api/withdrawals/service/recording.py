"""Taking in what WeChat says of a withdrawal, by an answer or by a notice; any number of times."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import GATEWAY, emit
from api.events.registry import EventKind
from api.kit.crypto import Vault
from api.ledger.service import resolve_held
from api.wechat.payouts import PayoutBill, PayoutState
from api.withdrawals import queries
from api.withdrawals.events import (
    WITHDRAWAL_CANCELLED,
    WITHDRAWAL_CONFIRMED,
    WITHDRAWAL_DELAYED,
    WITHDRAWAL_FAILED,
    WITHDRAWAL_OFFERED,
    WITHDRAWAL_SUCCEEDED,
    WITHDRAWAL_UNFIT,
)
from api.withdrawals.models import Withdrawal
from api.withdrawals.service.payees import opened
from api.withdrawals.states import WITHDRAWAL

_log = structlog.get_logger(__name__)

# What each state of WeChat's does here; what is missing says nothing new.
_MOVES: dict[PayoutState, tuple[str, EventKind]] = {
    "waits": ("offer", WITHDRAWAL_OFFERED),
    "moving": ("confirm", WITHDRAWAL_CONFIRMED),
    "succeeded": ("succeed", WITHDRAWAL_SUCCEEDED),
    "failed": ("fail", WITHDRAWAL_FAILED),
    "cancelled": ("cancel", WITHDRAWAL_CANCELLED),
}
_IN_LEDGER = {"succeed": "post", "fail": "void", "cancel": "void"}
_FIRST_LOOK = timedelta(seconds=30)


async def take_bill(
    session: AsyncSession, *, out_bill_no: str, bill: PayoutBill, vault: Vault, now: datetime
) -> str | None:
    """Take in what WeChat says under a number; why it does not fit, where it does not."""
    row = await queries.by_number(session, out_bill_no=out_bill_no)
    if row is None:
        return "number_unknown"
    if (why := await _mismatch(session, row, bill, vault)) is not None:
        _log.error("withdrawal_does_not_fit", withdrawal_id=str(row.id), why=why)
        return why
    await _record(session, row, bill, now)
    return None


async def note_unfit(
    session: AsyncSession, *, row: Withdrawal, bill: PayoutBill, why: str, now: datetime
) -> None:
    """What WeChat answered does not fit: told once, and asked about on while it has no end."""
    version = await queries.note_unfit(session, out_bill_no=row.out_bill_no, why=why)
    if version is not None:
        theirs_fen = bill.amount_fen if bill.amount_fen is not None else row.amount_fen
        await _tell(session, WITHDRAWAL_UNFIT, row, version, now, why=why, theirs_fen=theirs_fen)


async def note_delay(session: AsyncSession, *, row: Withdrawal, code: str, now: datetime) -> None:
    """It waits for something that only we can mend: told once, not with every try."""
    version = await queries.delay(session, withdrawal_id=row.id, code=code)
    if version is not None:
        await _tell(session, WITHDRAWAL_DELAYED, row, version, now, code=code)


async def _mismatch(
    session: AsyncSession, row: Withdrawal, bill: PayoutBill, vault: Vault
) -> str | None:
    if bill.amount_fen not in (None, row.amount_fen):
        return "amount_differs"
    if bill.bill_no is not None and row.bill_no not in (None, bill.bill_no):
        return "number_differs"
    if row.done_at is not None:
        # It has its end; only another end would be news, and for a person.
        return "state_differs" if bill.state != row.state and bill.state in _ENDS else None
    if bill.openid is not None:
        openid, _ = await opened(session, runner_id=row.runner_id, vault=vault)
        if openid != bill.openid:
            return "payee_differs"
    # Paid or confirmed, and taken back after that: not in WeChat's own order.
    return None if _fits(row, bill) else "state_differs"


def _fits(row: Withdrawal, bill: PayoutBill) -> bool:
    return bill.state not in _ENDS or WITHDRAWAL.allows(row.state, _MOVES[bill.state][0])


async def _record(session: AsyncSession, row: Withdrawal, bill: PayoutBill, now: datetime) -> None:
    if bill.bill_no is not None:
        await queries.note_bill(session, withdrawal_id=row.id, bill_no=bill.bill_no)
    event, kind = _MOVES.get(bill.state, ("", None))
    if kind is None or row.done_at is not None or not WITHDRAWAL.allows(row.state, event):
        return
    before = row.state
    moved = await queries.move(session, row=row, event=event, **_changes(event, bill, now))
    assert moved is not None, "the row is locked"
    if event in _IN_LEDGER:
        await resolve_held(
            session,
            rule="withdrawal_sent",
            subject_id=row.id,
            event=_IN_LEDGER[event],
            now=now,
        )
    more = {"code": moved.why} if event == "fail" else {}
    await _tell(
        session, kind, row, moved.version, now, from_state=before, to_state=moved.state, **more
    )


def _changes(event: str, bill: PayoutBill, now: datetime) -> dict[str, Any]:
    if event == "offer":
        return {
            "package": bill.package, "offered_at": now, "why": None, "asks": 0,
            "ask_at": now + _FIRST_LOOK,
        }  # fmt: skip
    if event == "confirm":
        return {"package": None, "why": None, "asks": 0, "ask_at": now + _FIRST_LOOK}
    why = (bill.why or "UNKNOWN")[:64] if event == "fail" else None
    return {"package": None, "why": why, "done_at": now}


async def _tell(
    session: AsyncSession,
    kind: EventKind,
    row: Withdrawal,
    version: int,
    now: datetime,
    **more: Any,
) -> None:
    await emit(
        session,
        kind,
        subject_id=row.id,
        subject_seq=version,
        actor=GATEWAY,
        now=now,
        community_id=row.community_id,
        runner_id=str(row.runner_id),
        amount_fen=row.amount_fen,
        **more,
    )


_ENDS: frozenset[PayoutState] = frozenset({"succeeded", "failed", "cancelled"})
