"""SQL of the audit: acts of staff from the event log, and their looks."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.audit.rules import LOOK_AT_CONTACT, LOOK_INTO_CASE
from api.identity.caller import STAFF
from api.kit.db import run

# An act counts by the role that was held at that moment, here, above or below.
_ROLE = """
CROSS JOIN LATERAL (
    SELECT h.role FROM held AS h
    WHERE h.user_id = s.user_id AND h.created_at <= {at}
      AND (h.revoked_at IS NULL OR h.revoked_at > {at}){more}
    ORDER BY h.weight DESC LIMIT 1) AS h
"""
# What has no community is shown where its actor's role is of this community. What somebody does
# with what is their own they do as a neighbour: it is nobody's business.
_ACTS_SQL = f"""
WITH held AS (
    SELECT g.user_id, g.role, g.created_at, g.revoked_at,
           g.place_id = $1 OR coalesce(p.path && ARRAY[$1::uuid], false) OR $9 AS is_here,
           array_position(ARRAY{list(STAFF)}, g.role::text) AS weight
    FROM grants AS g LEFT JOIN places AS p ON p.id = g.place_id
    WHERE g.role = ANY (ARRAY{list(STAFF)}) AND ($5::uuid IS NULL OR g.user_id = $5)
      AND (g.place_id IS NULL OR g.place_id = ANY ($2::uuid[]) OR p.path && ARRAY[$1::uuid])
), people AS (SELECT DISTINCT user_id FROM held),
done AS (
    (SELECT e.at, 'e' || lpad(e.seq::text, 19, '0') AS key, e.actor_id, h.role, e.name AS act,
            e.subject, e.subject_id, e.data->>'reason' AS reason
     FROM people AS s JOIN events AS e ON e.actor_id = s.user_id
     {_ROLE.format(at="e.at", more=" AND (h.is_here OR e.community_id IS NOT NULL)")}
     WHERE e.at >= $3 AND e.at < $4 AND e.name = ANY ($6::text[])
       AND (e.community_id = $1 OR e.community_id IS NULL)
       AND e.actor_id::text IS DISTINCT FROM
           CASE e.name WHEN 'job.assigned' THEN NULL ELSE e.data->>'runner_id' END
       AND NOT CASE e.subject
         WHEN 'order' THEN EXISTS (SELECT FROM orders AS o WHERE o.id = e.subject_id
             AND e.actor_id IN (o.customer_id, o.payer_id))
         WHEN 'job' THEN e.name <> 'job.assigned' AND EXISTS (SELECT FROM jobs AS j
             WHERE j.id = e.subject_id AND e.actor_id IN (j.runner_id, j.requester_id))
         WHEN 'consent' THEN EXISTS (SELECT FROM consents AS c JOIN orders AS o
             ON o.id = c.order_id WHERE c.id = e.subject_id
             AND e.actor_id IN (o.customer_id, o.payer_id))
         WHEN 'membership' THEN EXISTS (SELECT FROM memberships AS m
             WHERE m.id = e.subject_id AND m.user_id = e.actor_id)
         WHEN 'post' THEN EXISTS (SELECT FROM posts AS t
             WHERE t.id = e.subject_id AND t.author_id = e.actor_id)
         WHEN 'case' THEN EXISTS (SELECT FROM case_parties AS c
             WHERE c.case_id = e.subject_id AND c.user_id = e.actor_id)
         WHEN 'user' THEN e.subject_id = e.actor_id
         WHEN 'erasure' THEN e.subject_id = e.actor_id
         WHEN 'dependant' THEN EXISTS (SELECT FROM dependants AS d
             WHERE d.id = e.subject_id AND d.carer_id = e.actor_id)
         ELSE false END
       AND ($7::timestamptz IS NULL OR (e.at, 'e' || lpad(e.seq::text, 19, '0')) < ($7, $8))
     ORDER BY 1 DESC, 2 DESC LIMIT $10)
    UNION ALL
    (SELECT l.at, l.id::text, l.viewer_id, h.role, '{LOOK_AT_CONTACT}', 'order', l.order_id,
            l.reason
     FROM people AS s JOIN contact_looks AS l ON l.viewer_id = s.user_id
     JOIN orders AS o ON o.id = l.order_id AND o.community_id = $1
     {_ROLE.format(at="l.at", more="")}
     WHERE l.viewer_role = 'staff' AND l.at >= $3 AND l.at < $4
       AND '{LOOK_AT_CONTACT}' = ANY ($6::text[])
       AND ($7::timestamptz IS NULL OR (l.at, l.id::text) < ($7, $8))
     ORDER BY 1 DESC, 2 DESC LIMIT $10)
    UNION ALL
    (SELECT l.at, l.id::text, l.viewer_id, h.role, '{LOOK_INTO_CASE}', 'case', l.case_id, l.what
     FROM people AS s JOIN case_looks AS l ON l.viewer_id = s.user_id
     JOIN cases AS c ON c.id = l.case_id AND c.community_id = $1
     {_ROLE.format(at="l.at", more="")}
     WHERE l.viewer_role = 'staff' AND l.at >= $3 AND l.at < $4
       AND '{LOOK_INTO_CASE}' = ANY ($6::text[])
       AND ($7::timestamptz IS NULL OR (l.at, l.id::text) < ($7, $8))
     ORDER BY 1 DESC, 2 DESC LIMIT $10)
)
SELECT d.at, d.key, d.actor_id, u.nickname, d.role, d.act, d.subject, d.subject_id, d.reason
FROM done AS d JOIN users AS u ON u.id = d.actor_id
ORDER BY d.at DESC, d.key DESC LIMIT $10
"""
_PEOPLE_SQL = f"""
SELECT DISTINCT u.id, u.nickname FROM grants AS g JOIN users AS u ON u.id = g.user_id
LEFT JOIN places AS p ON p.id = g.place_id
WHERE g.role = ANY (ARRAY{list(STAFF)})
  AND (g.place_id IS NULL OR g.place_id = ANY ($2::uuid[]) OR p.path && ARRAY[$1::uuid])
ORDER BY u.nickname, u.id LIMIT $3
"""


class Done(NamedTuple):
    """Something that somebody of the staff did."""

    at: datetime
    # What tells apart what happened in the same moment.
    key: str
    actor_id: UUID
    nickname: str
    role: str
    act: str
    subject: str
    subject_id: UUID
    reason: str | None


async def acts(
    session: AsyncSession,
    *,
    community_id: UUID,
    path: Sequence[UUID],
    since: datetime,
    before: datetime,
    actor_id: UUID | None,
    names: Sequence[str],
    last: tuple[datetime, str] | None,
    with_deployment: bool,
    limit: int,
) -> list[Done]:
    """Acts in a community before ``last``, newest first; ``with_deployment``: also what admins did
    that is of no community.
    """
    at, key = last if last is not None else (None, None)
    rows = await run(
        session, _ACTS_SQL, community_id, list(path), since, before, actor_id, list(names), at,
        key, with_deployment, limit,
    )  # fmt: skip
    return [Done(*r) for r in rows]


async def staff(
    session: AsyncSession, *, community_id: UUID, path: Sequence[UUID], limit: int
) -> list[tuple[UUID, str]]:
    """Who is or was of the staff here, above or below: id and nickname."""
    return [(r[0], r[1]) for r in await run(session, _PEOPLE_SQL, community_id, list(path), limit)]
