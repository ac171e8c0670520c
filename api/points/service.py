"""Scoring a fact into the ledger, once per event."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import unix_s
from api.points import queries
from api.points.models import PointsEntry
from scoring.parsing import parse_fact
from scoring.postings import LIFELONG_KINDS, facts_needed_from, posting
from scoring.rules import Rules, load_rules, shipped_rules

RULES_VERSION = "2026.1"


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The published rules, read once from the package."""
    return load_rules(shipped_rules(RULES_VERSION))


async def score(
    session: AsyncSession,
    *,
    event_seq: int,
    runner_id: UUID,
    kind: str,
    fact_id: str,
    at: datetime,
    household: str | None,
    order_id: UUID | None,
    data: dict[str, Any],
    now: datetime,
) -> None:
    """Add one entry for a fact; an event that was scored before changes nothing."""
    balance_cp, seq = await queries.lock_balance(session, runner_id=runner_id)
    if await queries.is_scored(session, event_seq=event_seq):
        return
    fact = {
        "id": fact_id,
        "kind": kind,
        "runner": str(runner_id),
        "at": unix_s(at),
        "household": household,
        "data": data,
    }
    new = parse_fact(fact)
    since = datetime.fromtimestamp(facts_needed_from(rules(), new.at), UTC)
    stored = await queries.facts(
        session, runner_id=runner_id, since=since, lifelong_kinds=list(LIFELONG_KINDS)
    )
    posted = posting(rules(), [parse_fact(f) for f in stored], new)
    entry = PointsEntry(
        runner_id=runner_id,
        seq=seq + 1,
        event_seq=event_seq,
        order_id=order_id,
        kind=kind,
        at=at,
        delta_cp=posted.delta_cp,
        balance_cp=balance_cp + posted.delta_cp,
        rules_version=RULES_VERSION,
        fact=fact,
        lines=posted.as_json(),
        created_at=now,
    )
    await queries.add_entry(session, entry=entry)
