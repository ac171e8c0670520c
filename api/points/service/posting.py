"""Scoring a fact into the ledger, once per event."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.clock import unix_s
from api.points.models import PointsEntry
from api.points.queries import ledger as queries
from api.points.service.knowing import known_rules
from scoring.parsing import parse_fact
from scoring.points import points_items
from scoring.postings import LIFELONG_KINDS, facts_needed_from, named_by, posting
from scoring.rules import Rules
from scoring.types import AnyFact

_CHAIN_MAX = 8  # An excuse, reversed, and that reversed again: nobody goes further.


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
    new, rules = parse_fact(fact), await known_rules(session)
    oldest_at = await _oldest_at(session, runner_id=runner_id, new=new)
    before = await facts_about(session, rules, runner_id=runner_id, at=oldest_at)
    posted = posting(rules, before, new)
    entry = PointsEntry(
        runner_id=runner_id,
        seq=seq + 1,
        event_seq=event_seq,
        order_id=order_id,
        kind=kind,
        at=at,
        delta_cp=posted.delta_cp,
        balance_cp=balance_cp + posted.delta_cp,
        rules_version=rules.in_force(new.at).version,
        fact=fact,
        lines=posted.as_json(),
        created_at=now,
    )
    await queries.add_entry(session, entry=entry)


async def _oldest_at(session: AsyncSession, *, runner_id: UUID, new: AnyFact) -> int:
    """When the oldest fact happened that a new one leads to, the new one among them."""
    at, name = new.at, named_by(new.body)
    for _ in range(_CHAIN_MAX):
        stored = name and await queries.fact(session, runner_id=runner_id, fact_id=name)
        if not stored:
            break
        fact = parse_fact(stored)
        at, name = min(at, fact.at), named_by(fact.body)
    return at


async def penalty_cp(session: AsyncSession, *, runner_id: UUID, fact: dict[str, Any]) -> int:
    """What a stored fact costs now, after everything that lowers it; 0: nothing."""
    about, rules = parse_fact(fact), await known_rules(session)
    stored = await facts_about(session, rules, runner_id=runner_id, at=about.at)
    key = f"penalty:{about.id}"
    return -sum(item.cp for item in points_items(rules, stored) if item.key == key)


async def facts_about(
    session: AsyncSession, rules: Rules, *, runner_id: UUID, at: int
) -> list[AnyFact]:
    """The runner's stored facts that bear on one of that time."""
    since = datetime.fromtimestamp(facts_needed_from(rules, at), UTC)
    stored = await queries.facts(
        session, runner_id=runner_id, since=since, lifelong_kinds=list(LIFELONG_KINDS)
    )
    return [parse_fact(each) for each in stored]
