"""SQL of weights: what runners earned and how they served, and what was learned of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.ledger.rules import INCOME
from api.offers.queries.rounds import RUNNERS_MAX
from api.offers.weights import Pay, Weight

_APPROVED_SQL = f"""
SELECT id FROM runners WHERE community_id = $1 AND state = 'approved' ORDER BY id
LIMIT {RUNNERS_MAX}
"""
_TO_WEIGH_SQL = """
SELECT t.community_id FROM dispatch_turns AS t
WHERE EXISTS (SELECT 1 FROM runners AS r
              WHERE r.community_id = t.community_id AND r.state = 'approved')
  AND NOT EXISTS (SELECT 1 FROM dispatch_weights AS w
                  WHERE w.community_id = t.community_id
                    AND w.at > $1::timestamptz - interval '1 hour')
ORDER BY t.community_id LIMIT $2
"""
# What was earned, and how long each was online: from one change of the shift to the next.
_PAY_SQL = """
WITH shifts AS (
    SELECT subject_id, data->>'shift' AS shift, at AS since,
           lead(at, 1, $3) OVER (PARTITION BY subject_id ORDER BY subject_seq) AS until
    FROM events WHERE subject = 'runner' AND name = 'runner.shift_changed'
      AND subject_id = ANY ($1::uuid[]) AND at >= $2),
online AS (
    SELECT subject_id, sum(extract(epoch FROM until - since))::float8 AS s
    FROM shifts WHERE shift = 'online' GROUP BY subject_id),
earned AS (
    SELECT a.owner_id, sum(t.amount_fen)::int8 AS fen
    FROM ledger_accounts AS a JOIN ledger_transfers AS t ON t.to_id = a.id
    WHERE a.kind = 'runner_payable' AND a.owner_id = ANY ($1::uuid[])
      AND t.rule = ANY ($4::text[]) AND t.created_at >= $2 GROUP BY a.owner_id)
SELECT o.subject_id, coalesce(e.fen, 0), o.s
FROM online AS o LEFT JOIN earned AS e ON e.owner_id = o.subject_id
"""
_FACTS_SQL = """
SELECT runner_id, fact::text FROM points_entries
WHERE runner_id = ANY ($1::uuid[]) AND at >= $2 ORDER BY runner_id, seq LIMIT 50000
"""
_SET_WEIGHT_SQL = """
INSERT INTO dispatch_weights (runner_id, community_id, quality, fairness, at)
SELECT w.runner_id, $1::uuid, w.quality, w.fairness, $2::timestamptz
FROM unnest($3::uuid[], $4::float8[], $5::float8[]) AS w (runner_id, quality, fairness)
ON CONFLICT (runner_id) DO UPDATE SET community_id = excluded.community_id,
    quality = excluded.quality, fairness = excluded.fairness, at = excluded.at
"""
_WEIGHTS_SQL = """
SELECT runner_id, quality, fairness FROM dispatch_weights WHERE runner_id = ANY ($1::uuid[])
"""


async def weights(session: AsyncSession, *, runner_ids: Sequence[UUID]) -> dict[UUID, Weight]:
    """What quality and fairness weigh, by runner; whoever is new is not there."""
    rows = await run(session, _WEIGHTS_SQL, list(runner_ids))
    return {r[0]: Weight(r[1], r[2]) for r in rows}


async def to_weigh(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Communities whose runners were not weighed for an hour."""
    return [r[0] for r in await run(session, _TO_WEIGH_SQL, now, limit)]


async def approved(session: AsyncSession, *, community_id: UUID) -> list[UUID]:
    """The runners of a community, as many as a round looks at."""
    return [r[0] for r in await run(session, _APPROVED_SQL, community_id)]


async def pay_since(
    session: AsyncSession, *, runner_ids: Sequence[UUID], since: datetime, now: datetime
) -> dict[UUID, Pay]:
    """What each earned since a moment, and how long they were online."""
    rows = await run(session, _PAY_SQL, list(runner_ids), since, now, list(INCOME))
    return {r[0]: Pay(r[1], r[2]) for r in rows}


async def facts_since(
    session: AsyncSession, *, runner_ids: Sequence[UUID], since: datetime
) -> dict[UUID, list[dict[str, Any]]]:
    """The scored facts of each, oldest first."""
    found = dict[UUID, list[dict[str, Any]]]()
    for runner_id, fact in await run(session, _FACTS_SQL, list(runner_ids), since):
        found.setdefault(runner_id, []).append(orjson.loads(fact))
    return found


async def set_weights(
    session: AsyncSession,
    *,
    community_id: UUID,
    weights: Mapping[UUID, Weight],
    now: datetime,
) -> None:
    """Store what was learned, over what was before."""
    columns = ([w.quality for w in weights.values()], [w.fairness for w in weights.values()])
    await run(session, _SET_WEIGHT_SQL, community_id, now, list(weights), *columns)
