"""Getting the bill of a day whose turn it is, outside of any transaction, and comparing it."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.events.log import SYSTEM, emit
from api.kit.db import Database
from api.reconciliation import queries
from api.reconciliation.events import RECONCILIATION_GIVEN_UP
from api.reconciliation.queries import Claimed
from api.reconciliation.rules import Contract
from api.reconciliation.service.comparing import compare
from api.reconciliation.service.planning import plan_days
from api.wechat.gateway import GatewayUnavailable, PaymentGateway, PaymentRefused
from api.wechat.pay.bills import BillDamaged

_log = structlog.get_logger(__name__)

# Two days of asking once an hour; staff are told then, and may ask for the day again.
ASKS_MAX = 50


async def reconcile_next(database: Database, gateway: PaymentGateway, *, fee_ppm: int) -> bool:
    """Compare the oldest day whose turn it is; false: none's. Any number of workers may.

    A bill that is not there yet, or damaged, is asked for again; what a damaged one began to write
    is rolled back.
    """
    if gateway.name == "none":
        return False
    async with database.transaction() as (session, now):
        await plan_days(session, gateway=gateway.name, now=now)
        claimed = await queries.claim(session, gateway=gateway.name, now=now)
    if claimed is None:
        return False
    try:
        bills = await gateway.bills(day=claimed.day)
        async with database.transaction() as (session, now):
            contract = Contract(gateway.mchid, fee_ppm)
            await compare(session, key=claimed.id, bills=bills, contract=contract, now=now)
    except (GatewayUnavailable, BillDamaged, PaymentRefused) as error:
        _log.warning("bill_not_compared", day=claimed.day.isoformat(), why=str(error)[:80])
        if claimed.asks >= ASKS_MAX or isinstance(error, PaymentRefused):
            async with database.transaction() as (session, now):
                await _give_up(session, claimed, why=_why(error), now=now)
    return True


async def _give_up(session: AsyncSession, claimed: Claimed, *, why: str, now: datetime) -> None:
    key: UUID = claimed.id
    moved = await queries.move(session, key=key, event="give_up", from_state="waiting")
    if moved is None:
        return
    await emit(
        session,
        RECONCILIATION_GIVEN_UP,
        subject_id=key,
        subject_seq=moved.version,
        actor=SYSTEM,
        now=now,
        from_state="waiting",
        to_state="given_up",
        day=claimed.day.isoformat(),
        why=why,
    )


def _why(error: Exception) -> str:
    if isinstance(error, PaymentRefused):
        return "refused"
    return "damaged" if isinstance(error, BillDamaged) else "not_ready"
