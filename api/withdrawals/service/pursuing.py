"""Bringing a withdrawal to its end: WeChat is told or asked, and what it says is taken in.

Transaction one claims it, then the call, then transaction two records the answer. Whatever dies in
between, its turn comes again, under the same number.
"""

from datetime import datetime
from uuid import UUID

import structlog

from api.kit.chaos import Chaos
from api.kit.crypto import Vault
from api.kit.db import Database
from api.wechat.gateway import GatewayMisconfigured, GatewayUnavailable, NotEnough
from api.wechat.payouts import Payout, PayoutBill, Payouts
from api.withdrawals import queries
from api.withdrawals.models import Withdrawal
from api.withdrawals.rules import LAPSED_AFTER, NAME_NEEDED_FEN, SURELY_ARRIVED
from api.withdrawals.service.payees import opened
from api.withdrawals.service.recording import note_delay, note_unfit, take_bill

_log = structlog.get_logger(__name__)


async def pursue(
    database: Database, payouts: Payouts, *, withdrawal_id: UUID, vault: Vault, chaos: Chaos
) -> None:
    """Do what an open withdrawal needs next, if it is its turn; safe to call at any time."""
    async with database.transaction() as (session, now):
        row = await queries.claim(session, withdrawal_id=withdrawal_id, now=now)
        if row is None:
            return
        openid, name = await opened(session, runner_id=row.runner_id, vault=vault)
    named = name if row.amount_fen >= NAME_NEEDED_FEN else None
    payout = Payout(row.out_bill_no, openid, row.amount_fen, named)
    chaos("gateway.before_call")
    try:
        bill = await _asked(payouts, row, payout, now)
    except (NotEnough, GatewayMisconfigured) as error:
        code = "not_enough" if isinstance(error, NotEnough) else "misconfigured"
        async with database.transaction() as (session, now):
            await note_delay(session, row=row, code=code, now=now)
        return
    except GatewayUnavailable:
        return
    chaos("gateway.after_call")
    if bill is not None:
        await _take(database, row, bill, vault)


async def look_at(
    database: Database, payouts: Payouts, *, withdrawal_id: UUID, vault: Vault
) -> None:
    """Ask what became of it, also where it has its end here. Raises as `look`."""
    async with database.session() as session:
        row = await queries.withdrawal(session, withdrawal_id=withdrawal_id)
    assert row is not None, "it was found by its number"
    await look(database, payouts, row=row, vault=vault)


async def look(database: Database, payouts: Payouts, *, row: Withdrawal, vault: Vault) -> None:
    """Ask what became of it, whosever turn it is; safe to call at any time.

    Raises:
        GatewayUnavailable: ask again.
    """
    bill = await payouts.query(out_bill_no=row.out_bill_no)
    if bill is not None:
        await _take(database, row, bill, vault)


async def pursue_due(
    database: Database, payouts: Payouts, *, vault: Vault, chaos: Chaos, limit: int
) -> int:
    """Pursue every withdrawal whose turn it is; how many that were."""
    async with database.transaction() as (session, now):
        ids = await queries.due(session, now=now, limit=limit)
    for withdrawal_id in ids:
        await pursue(database, payouts, withdrawal_id=withdrawal_id, vault=vault, chaos=chaos)
    return len(ids)


async def _asked(
    payouts: Payouts, row: Withdrawal, payout: Payout, now: datetime
) -> PayoutBill | None:
    """What WeChat says now; ``None``: nothing that could be believed yet."""
    number = row.out_bill_no
    if row.state == "asked":
        return await payouts.offer(payout)
    bill = await payouts.query(out_bill_no=number)
    if bill is None:
        return _never_arrived(row, now)
    is_lapsed = row.offered_at is not None and now > row.offered_at + LAPSED_AFTER
    if bill.state in ("taken", "waits") and (row.state == "cancelling" or is_lapsed):
        await payouts.cancel(out_bill_no=number)
        bill = await payouts.query(out_bill_no=number)
    return bill


def _never_arrived(row: Withdrawal, now: datetime) -> PayoutBill | None:
    """Taken back before WeChat had it: an end, once no call of ours can be under way any more."""
    is_under_way = row.sent_at is not None and now - row.sent_at < SURELY_ARRIVED
    if row.state == "cancelling" and row.bill_no is None and not is_under_way:
        return PayoutBill("cancelled")
    if row.bill_no is not None:
        _log.error("withdrawal_forgotten_by_wechat", withdrawal_id=str(row.id))
    return None


async def _take(database: Database, row: Withdrawal, bill: PayoutBill, vault: Vault) -> None:
    async with database.transaction() as (session, now):
        why = await take_bill(session, out_bill_no=row.out_bill_no, bill=bill, vault=vault, now=now)
        if why is not None:
            await note_unfit(session, row=row, bill=bill, why=why, now=now)
