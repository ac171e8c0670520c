"""The doctor: every invariant of every feature, asked of the database."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from api.agreements.invariants import INVARIANTS as AGREEMENTS
from api.blocks.invariants import INVARIANTS as BLOCKS
from api.board.invariants import INVARIANTS as BOARD
from api.care.invariants import INVARIANTS as CARE
from api.consents.invariants import INVARIANTS as CONSENTS
from api.cycles.invariants import INVARIANTS as CYCLES
from api.earnings.invariants import INVARIANTS as EARNINGS
from api.events.invariants import INVARIANTS as EVENTS
from api.feed.invariants import INVARIANTS as FEED
from api.hearings.invariants import INVARIANTS as HEARINGS
from api.identity.invariants import INVARIANTS as IDENTITY
from api.incidents.invariants import INVARIANTS as INCIDENTS
from api.jobs.invariants import INVARIANTS as JOBS
from api.kit.db import Database, run
from api.kit.invariants import Invariant
from api.ledger.invariants import INVARIANTS as LEDGER
from api.looks.invariants import INVARIANTS as LOOKS
from api.mediation.invariants import INVARIANTS as MEDIATION
from api.mediators.invariants import INVARIANTS as MEDIATORS
from api.merchants.invariants import INVARIANTS as MERCHANTS
from api.notifications.invariants import INVARIANTS as NOTIFICATIONS
from api.offers.invariants import INVARIANTS as OFFERS
from api.orders.invariants import INVARIANTS as ORDERS
from api.outcomes.invariants import INVARIANTS as OUTCOMES
from api.packing.invariants import INVARIANTS as PACKING
from api.payments.invariants import INVARIANTS as PAYMENTS
from api.paynotices.invariants import INVARIANTS as PAYNOTICES
from api.people.invariants import INVARIANTS as PEOPLE
from api.places.invariants import INVARIANTS as PLACES
from api.points.invariants import INVARIANTS as POINTS
from api.privacy.invariants import INVARIANTS as PRIVACY
from api.pushes.invariants import INVARIANTS as PUSHES
from api.reconciliation.invariants import INVARIANTS as RECONCILIATION
from api.remedies.invariants import INVARIANTS as REMEDIES
from api.repeats.invariants import INVARIANTS as REPEATS
from api.runners.invariants import INVARIANTS as RUNNERS
from api.shares.invariants import INVARIANTS as SHARES
from api.takeovers.invariants import INVARIANTS as TAKEOVERS
from api.tips.invariants import INVARIANTS as TIPS
from api.uploads.invariants import INVARIANTS as UPLOADS
from api.withdrawals.invariants import INVARIANTS as WITHDRAWALS

INVARIANTS: tuple[Invariant, ...] = (
    *EVENTS, *IDENTITY, *CONSENTS, *LOOKS, *PUSHES, *PAYNOTICES, *UPLOADS, *PLACES, *PEOPLE,
    *CARE, *MERCHANTS, *RUNNERS, *POINTS, *NOTIFICATIONS, *FEED, *JOBS, *BLOCKS, *ORDERS,
    *PAYMENTS, *LEDGER, *REPEATS, *INCIDENTS, *BOARD, *MEDIATORS, *MEDIATION, *WITHDRAWALS, *SHARES,
    *EARNINGS, *TAKEOVERS, *PRIVACY, *RECONCILIATION, *TIPS, *OFFERS, *AGREEMENTS, *CYCLES,
    *PACKING, *REMEDIES, *HEARINGS, *OUTCOMES,
)  # fmt: skip
_SHOWN_MAX = 10
PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold, and the first rows that show it."""

    invariant: Invariant
    rows: int
    keys: tuple[str, ...]


def patient_database(url: str) -> Database:
    """A database whose statements may take as long as a large ledger needs."""
    return Database(url, connections=1, hot_connections=0, statement_s=PATIENCE_S)


async def examine_patiently(url: str) -> list[Finding]:
    """Ask every invariant over a connection of its own, however long a large ledger takes."""
    database = patient_database(url)
    await database.open()
    try:
        return await examine(database)
    finally:
        await database.close()


async def examine(database: Database) -> list[Finding]:
    """Ask every invariant, in one read-only snapshot."""
    async with database.session() as session:
        await run(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return await findings(session)


async def findings(session: AsyncSession) -> list[Finding]:
    """Ask every invariant of what this transaction sees."""
    found = [await _ask(session, invariant) for invariant in INVARIANTS]
    return [finding for finding in found if finding is not None]


async def _ask(session: AsyncSession, invariant: Invariant) -> Finding | None:
    rows = await run(session, invariant.sql)
    if not rows:
        return None
    return Finding(invariant, len(rows), tuple(str(r[0]) for r in rows[:_SHOWN_MAX]))
