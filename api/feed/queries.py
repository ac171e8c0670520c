"""SQL of the feed.

The pump is the only writer, one at a time: it takes the lock below, claims events and writes their
changes in one transaction. So a person's numbers are given in the order in which they can be seen,
and a reader that has seen n has seen everything up to n. (The numbers of the event log have no such
order: they are given before the commit, and a later one may be seen first.)
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.feed.rules import Reach
from api.kit.db import run

# Whom a change of each kind of thing concerns, as rows (seq, user_id) of the events `e` of that
# subject. A new subject gets a line here, or in `NOBODY`.
AUDIENCES: dict[str, str] = {
    # Staff who ordered for somebody without a phone pay and answer for them: whatever concerns a
    # customer concerns who placed the order.
    "order": """
SELECT e.seq, p.user_id FROM e JOIN orders AS o ON o.id = e.subject_id
CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS p (user_id)""",
    # Its people, whoever acted, and the runner who had it before.
    "job": """
SELECT e.seq, p.user_id FROM e JOIN jobs AS j ON j.id = e.subject_id
CROSS JOIN LATERAL (
    VALUES (j.requester_id), (j.runner_id), (e.actor_id), (CASE
        WHEN e.data->>'runner_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN (e.data->>'runner_id')::uuid END)
    UNION SELECT b.user_id FROM stops AS s JOIN orders AS o ON o.id = s.order_id
    CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS b (user_id)
    WHERE s.job_id = j.id) AS p (user_id)""",
    "payment": """
SELECT e.seq, b.user_id FROM e JOIN payments AS p ON p.id = e.subject_id
JOIN orders AS o ON o.id = p.order_id
CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS b (user_id)""",
    "refund": """
SELECT e.seq, b.user_id FROM e JOIN refunds AS r ON r.id = e.subject_id
JOIN orders AS o ON o.id = r.order_id
CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS b (user_id)""",
    "tip": "SELECT e.seq, t.payer_id FROM e JOIN tips AS t ON t.id = e.subject_id",
    "data_consent": "SELECT e.seq, c.user_id FROM e JOIN data_consents AS c ON c.id = e.subject_id",
    "withdrawal": "SELECT e.seq, w.runner_id FROM e JOIN withdrawals AS w ON w.id = e.subject_id",
    "settlement": "SELECT e.seq, s.runner_id FROM e JOIN settlements AS s ON s.id = e.subject_id",
    "points_appeal": """
SELECT e.seq, a.runner_id FROM e JOIN points_appeals AS a ON a.id = e.subject_id""",
    "points_review": """
SELECT e.seq, v.runner_id FROM e JOIN points_reviews AS v ON v.id = e.subject_id""",
    "points_mentorship": """
SELECT e.seq, p.user_id FROM e JOIN points_mentorships AS m ON m.id = e.subject_id
CROSS JOIN LATERAL (VALUES (m.mentee_id), (m.mentor_id)) AS p (user_id)""",
    "points_record": """
SELECT e.seq, q.runner_id FROM e JOIN points_records AS q ON q.id = e.subject_id""",
    "points_notice": """
SELECT e.seq, n.runner_id FROM e JOIN points_notices AS n ON n.id = e.subject_id""",
    "points_entry": """
SELECT e.seq, p.runner_id FROM e JOIN points_entries AS p ON p.id = e.subject_id""",
    "subscription": """
SELECT e.seq, s.user_id FROM e JOIN subscriptions AS s ON s.id = e.subject_id""",
    # Whoever pays, and the runner who asked.
    "consent": """
SELECT e.seq, p.user_id FROM e JOIN consents AS c ON c.id = e.subject_id
JOIN orders AS o ON o.id = c.order_id JOIN stops AS s ON s.order_id = o.id
JOIN jobs AS j ON j.id = s.job_id
CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id), (o.payer_id), (j.runner_id))
    AS p (user_id)""",
    # Whose it is, and who placed it for them.
    "collection": """
SELECT e.seq, p.user_id FROM e JOIN orders AS o ON o.id = e.subject_id
CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS p (user_id)""",
    "standing_order": """
SELECT e.seq, s.customer_id FROM e JOIN standing_orders AS s ON s.id = e.subject_id""",
    # Who asked for it and who sells it.
    "goods_report": """
SELECT e.seq, p.user_id FROM e JOIN goods_reports AS r ON r.id = e.subject_id
JOIN orders AS o ON o.id = r.order_id
CROSS JOIN LATERAL (
    VALUES (o.customer_id), (o.placed_by_id)
    UNION SELECT w.user_id FROM merchant_members AS w
    WHERE w.merchant_id = r.merchant_id AND w.state = 'active') AS p (user_id)""",
    "recalled_line": """
SELECT e.seq, p.user_id FROM e JOIN recalled_lines AS r ON r.id = e.subject_id
JOIN orders AS o ON o.id = r.order_id
CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS p (user_id)""",
    "cycle_alert": "SELECT e.seq, e.actor_id FROM e",
    "offer": "SELECT e.seq, o.runner_id FROM e JOIN offers AS o ON o.id = e.subject_id",
    "repeat": "SELECT e.seq, r.customer_id FROM e JOIN repeats AS r ON r.id = e.subject_id",
    "act": "SELECT e.seq, a.user_id FROM e JOIN held_acts AS a ON a.id = e.subject_id",
    # Both sides of the stop, and who reported it, also after handing the job back.
    "incident": """
SELECT e.seq, p.user_id FROM e JOIN incidents AS i ON i.id = e.subject_id
JOIN jobs AS j ON j.id = i.job_id JOIN orders AS o ON o.id = i.order_id
CROSS JOIN LATERAL (
    VALUES (i.reporter_id), (o.customer_id), (o.placed_by_id), (j.runner_id)) AS p (user_id)""",
    "membership": "SELECT e.seq, m.user_id FROM e JOIN memberships AS m ON m.id = e.subject_id",
    "dependant": """
SELECT e.seq, p.user_id FROM e JOIN dependants AS d ON d.id = e.subject_id
CROSS JOIN LATERAL (VALUES (d.carer_id), (d.person_id)) AS p (user_id)""",
    "dependant_wishes": """
SELECT e.seq, p.user_id FROM e JOIN dependants AS d ON d.id = e.subject_id
CROSS JOIN LATERAL (VALUES (d.carer_id), (d.person_id)) AS p (user_id)""",
    "takeover": "SELECT e.seq, t.user_id FROM e JOIN takeovers AS t ON t.id = e.subject_id",
    # Parties, the mediator, staff who are named; of a visit also who visits.
    "agreement": """
SELECT e.seq, p.user_id FROM e JOIN agreements AS a ON a.id = e.subject_id
JOIN cases AS c ON c.id = a.case_id
CROSS JOIN LATERAL (
    SELECT c.mediator_id UNION SELECT s.user_id FROM case_staff AS s WHERE s.case_id = c.id
    UNION SELECT t.user_id FROM case_parties AS t
    WHERE t.case_id = c.id AND t.state IN ('consented', 'left')) AS p (user_id)""",
    "visit": """
SELECT e.seq, p.user_id FROM e JOIN visits AS v ON v.id = e.subject_id
JOIN cases AS c ON c.id = v.case_id
CROSS JOIN LATERAL (
    SELECT c.mediator_id UNION SELECT v.visitor_id
    UNION SELECT s.user_id FROM case_staff AS s WHERE s.case_id = c.id
    UNION SELECT t.user_id FROM case_parties AS t
    WHERE t.case_id = c.id AND t.state IN ('consented', 'left')) AS p (user_id)""",
    "outcome": """
SELECT e.seq, p.user_id FROM e JOIN outcomes AS o ON o.id = e.subject_id
JOIN cases AS c ON c.id = o.case_id
CROSS JOIN LATERAL (
    SELECT c.mediator_id UNION SELECT s.user_id FROM case_staff AS s WHERE s.case_id = c.id
    UNION SELECT t.user_id FROM case_parties AS t
    WHERE t.case_id = c.id AND t.state IN ('consented', 'left')) AS p (user_id)""",
    "hearing": """
SELECT e.seq, p.user_id FROM e JOIN hearings AS h ON h.id = e.subject_id
JOIN cases AS c ON c.id = h.case_id
CROSS JOIN LATERAL (
    SELECT c.mediator_id UNION SELECT s.user_id FROM case_staff AS s WHERE s.case_id = c.id
    UNION SELECT l.user_id FROM listeners AS l WHERE l.hearing_id = h.id AND l.state <> 'signed_off'
    UNION SELECT t.user_id FROM case_parties AS t
    WHERE t.case_id = c.id AND t.state IN ('consented', 'left')) AS p (user_id)""",
    "listener": "SELECT e.seq, l.user_id FROM e JOIN listeners AS l ON l.id = e.subject_id",
    # Nobody learns what is not shown: whose it is, and who reported it, each of their own.
    "post": "SELECT e.seq, p.author_id FROM e JOIN posts AS p ON p.id = e.subject_id",
    "post_report": """
SELECT e.seq, r.reporter_id FROM e JOIN post_reports AS r ON r.id = e.subject_id""",
    # Whoever may see it: parties once they are asked, the mediator, staff who are named.
    "case": """
SELECT e.seq, p.user_id FROM e JOIN cases AS c ON c.id = e.subject_id
CROSS JOIN LATERAL (
    SELECT c.mediator_id UNION SELECT s.user_id FROM case_staff AS s WHERE s.case_id = c.id
    UNION SELECT t.user_id FROM case_parties AS t
    WHERE t.case_id = c.id AND (t.answer_until IS NOT NULL OR t.how IS NOT NULL)) AS p (user_id)""",
    "case_party": """
SELECT e.seq, t.user_id FROM e JOIN case_parties AS t
ON t.id = e.subject_id AND (t.answer_until IS NOT NULL OR t.how IS NOT NULL)""",
    # Whoever is only proposed does not know of it.
    "case_guest": """
SELECT e.seq, p.user_id FROM e JOIN case_guests AS g ON g.id = e.subject_id
JOIN cases AS c ON c.id = g.case_id
CROSS JOIN LATERAL (
    SELECT c.mediator_id UNION SELECT s.user_id FROM case_staff AS s WHERE s.case_id = c.id
    UNION SELECT g.user_id WHERE g.state <> 'proposed'
    UNION SELECT t.user_id FROM case_parties AS t
    WHERE t.case_id = c.id AND t.state = 'consented') AS p (user_id)""",
    "mediator_ask": "SELECT e.seq, a.user_id FROM e JOIN mediator_asks AS a ON a.id = e.subject_id",
    "mediator": "SELECT e.seq, e.subject_id FROM e",
    "mediator_complaint": """
SELECT e.seq, k.by_id FROM e JOIN mediator_complaints AS k ON k.id = e.subject_id""",
    "me_too": "SELECT e.seq, e.actor_id FROM e",
    # Never the other side: a block does not show itself.
    "block": "SELECT e.seq, e.actor_id FROM e",
    # Everybody who works there.
    "merchant": """
SELECT e.seq, w.user_id FROM e JOIN merchant_members AS w ON w.merchant_id = e.subject_id
    AND w.state = 'active'""",
    "merchant_member": """
SELECT e.seq, w.user_id FROM e JOIN merchant_members AS w ON w.id = e.subject_id
    AND w.user_id IS NOT NULL""",
    # The subject is the person.
    "real_name": "SELECT e.seq, e.subject_id FROM e",
    "preferences": "SELECT e.seq, e.subject_id FROM e",
    "runner": "SELECT e.seq, e.subject_id FROM e",
    "user": "SELECT e.seq, e.subject_id FROM e",
    "inbox": "SELECT e.seq, e.subject_id FROM e",
}
# Whoever looks at these asks for them anew.
NOBODY = frozenset(
    {
        "erasure",
        "place",
        "emergency",
        "upload",
        "earnings",
        "household",
        "person",
        "pay_notice",
        "receiver",
        "share",
        "share_return",
        "tax_report",
        "reconciliation",
        "difference",
        "pile",
        "committee",
        "organisation",
        "points_finding",
        "points_publication",
        "points_rules",
        "points_calibration",
        "media_answer",
        "cycle",
        # Their inbox tells them.
        "cycle_announcement",
        "stock_change",
        "packing",
        "product",
        "lot",
    }
)

# Of these, staff of where it happened are told as well, whose work it is: they may read each of
# them. What only some of them may know (cases, money, who somebody is) is not here.
OF_PLACES = (
    "cycle", "emergency", "incident", "job", "offer", "order", "packing", "place", "post", "runner",
)  # fmt: skip
# By which of its columns a thing says where it is, the same by which it is decided who may read it.
# Of things that are not here, whoever is staff for a part of a community is told nothing.
WHERE_IT_IS: dict[str, str] = {
    "cycle": "SELECT t.place_path FROM cycles AS t WHERE t.id = e.subject_id",
    "incident": "SELECT t.place_path FROM incidents AS t WHERE t.id = e.subject_id",
    "job": "SELECT t.place_path FROM jobs AS t WHERE t.id = e.subject_id",
    "order": "SELECT t.place_path FROM orders AS t WHERE t.id = e.subject_id",
    "place": "SELECT t.path FROM places AS t WHERE t.id = e.subject_id",
    "post": "SELECT t.place_path FROM posts AS t WHERE t.id = e.subject_id",
}

_HEARD = " UNION ALL ".join(
    f"({sql} WHERE e.subject = '{subject}')" for subject, sql in AUDIENCES.items()
)
_LOCK_SQL = "SELECT pg_advisory_xact_lock(hashtext('linli.feed'))"
_WRITE_SQL = f"""
WITH e AS (
    SELECT seq, subject, subject_id, subject_seq, to_state, at, actor_id, data
    FROM events WHERE seq = ANY ($1::bigint[])),
concerned AS (SELECT DISTINCT a.user_id, a.seq FROM ({_HEARD}) AS a (seq, user_id)),
-- Locked, as an account that closes now waits, and forgets what is written here.
living AS (
    SELECT u.id FROM users AS u
    WHERE u.id IN (SELECT user_id FROM concerned) AND u.state <> 'closed'
    ORDER BY u.id FOR KEY SHARE),
heard AS (SELECT c.user_id, c.seq FROM concerned AS c JOIN living AS l ON l.id = c.user_id),
counted AS (
    INSERT INTO feeds AS f (user_id, n, forgotten_n)
    SELECT user_id, count(*), 0 FROM heard GROUP BY user_id
    ON CONFLICT (user_id) DO UPDATE SET n = f.n + excluded.n
    RETURNING f.user_id, f.n)
INSERT INTO changes (user_id, n, event_seq, subject, subject_id, version, state, at)
SELECT h.user_id, c.n + 1 - row_number() OVER (PARTITION BY h.user_id ORDER BY h.seq DESC),
       e.seq, e.subject, e.subject_id, e.subject_seq, e.to_state, e.at
FROM heard AS h JOIN counted AS c ON c.user_id = h.user_id JOIN e ON e.seq = h.seq
RETURNING user_id
"""
_SUBJECTS_OF_PLACES = ", ".join(f"'{subject}'" for subject in OF_PLACES)
_WHERE_IT_IS = " ".join(f"WHEN '{subject}' THEN ({sql})" for subject, sql in WHERE_IT_IS.items())
_WRITE_OF_PLACES_SQL = f"""
WITH e AS (
    SELECT seq, community_id, subject, subject_id, subject_seq, to_state, at FROM events
    WHERE seq = ANY ($1::bigint[]) AND community_id IS NOT NULL
      AND subject IN ({_SUBJECTS_OF_PLACES})),
counted AS (
    INSERT INTO place_feed AS f (is_only, n, forgotten_n)
    SELECT true, 1 + count(*), 1 FROM e HAVING count(*) > 0
    ON CONFLICT (is_only) DO UPDATE SET n = f.n + excluded.n - 1
    RETURNING f.n)
INSERT INTO place_changes
    (n, community_id, place_path, event_seq, subject, subject_id, version, state, at)
SELECT c.n + 1 - row_number() OVER (ORDER BY e.seq DESC), e.community_id,
       coalesce(CASE e.subject {_WHERE_IT_IS} END, p.path, ARRAY[e.community_id]),
       e.seq, e.subject, e.subject_id, e.subject_seq, e.to_state, e.at
FROM e LEFT JOIN places AS p ON p.id = e.community_id CROSS JOIN counted AS c
RETURNING n
"""
# One statement, so that what is forgotten meanwhile is not silently missing.
_READ_SQL = """
SELECT coalesce(f.n, 0), coalesce(f.forgotten_n, 0),
       c.n, c.subject, c.subject_id, c.version, c.state, c.at
FROM (SELECT $1::uuid AS user_id) AS me
LEFT JOIN feeds AS f ON f.user_id = me.user_id
LEFT JOIN LATERAL (
    SELECT * FROM changes WHERE user_id = me.user_id AND n > $2::bigint
    ORDER BY n LIMIT $3) AS c ON true
ORDER BY c.n
"""
# A page for each of several readers, each from where they are.
_READ_MANY_SQL = """
SELECT w.user_id, c.n, c.subject, c.subject_id, c.version, c.state, c.at
FROM unnest($1::uuid[], $2::bigint[]) AS w (user_id, after_n)
CROSS JOIN LATERAL (
    SELECT * FROM changes WHERE user_id = w.user_id AND n > w.after_n ORDER BY n LIMIT $3) AS c
ORDER BY w.user_id, c.n
"""
# What concerns its reader anyway stands in their own feed, and is not told twice.
_READ_OF_PLACES_SQL = """
SELECT coalesce(f.n, 1), coalesce(f.forgotten_n, 1),
       c.n, c.subject, c.subject_id, c.version, c.state, c.at, c.community_id
FROM (SELECT true AS is_only) AS one
LEFT JOIN place_feed AS f ON f.is_only
LEFT JOIN LATERAL (
    SELECT p.* FROM place_changes AS p
    WHERE p.n > $2::bigint
      AND ($3::boolean OR p.place_path && $4::uuid[] AND p.community_id IN (
          SELECT id FROM places WHERE kind = 'community' AND path && $4::uuid[]
          UNION ALL SELECT community_id FROM places WHERE id = ANY ($4::uuid[])))
      AND NOT EXISTS (SELECT FROM changes AS own
                      WHERE own.event_seq = p.event_seq AND own.user_id = $1)
    ORDER BY p.n LIMIT $5) AS c ON true
ORDER BY c.n
"""
# For all readers at once: with where each happened, and whom it concerns anyway.
_READ_EVERYWHERE_SQL = """
SELECT p.n, p.subject, p.subject_id, p.version, p.state, p.at, p.community_id, p.place_path,
       ARRAY(SELECT own.user_id FROM changes AS own WHERE own.event_seq = p.event_seq)
FROM place_changes AS p
WHERE p.n > $1 ORDER BY p.n LIMIT $2
"""
_NEWEST_SQL = "SELECT user_id, n FROM feeds WHERE user_id = ANY ($1::uuid[])"
_FORGET_SQL = """
WITH old AS (
    SELECT user_id, max(n) AS n FROM changes WHERE at < $1 GROUP BY user_id LIMIT $2),
gone AS (
    DELETE FROM changes AS c USING old WHERE c.user_id = old.user_id AND c.n <= old.n)
UPDATE feeds AS f SET forgotten_n = old.n FROM old WHERE f.user_id = old.user_id
RETURNING f.user_id
"""
_FORGET_OF_PLACES_SQL = """
WITH old AS (
    SELECT max(n) AS n FROM (
        SELECT n FROM place_changes WHERE at < $1 ORDER BY n LIMIT $2) AS found),
gone AS (DELETE FROM place_changes AS c USING old WHERE c.n <= old.n)
UPDATE place_feed AS f SET forgotten_n = old.n FROM old WHERE old.n IS NOT NULL
RETURNING f.n
"""


async def lock_feed(session: AsyncSession) -> None:
    """Be the feed's only writer until the transaction ends."""
    await run(session, _LOCK_SQL)


async def write_changes(session: AsyncSession, *, seqs: Sequence[int]) -> frozenset[UUID]:
    """Write the changes that events mean to people; whose feeds grew. Needs `lock_feed`."""
    return frozenset(r[0] for r in await run(session, _WRITE_SQL, list(seqs)))


async def write_changes_of_places(session: AsyncSession, *, seqs: Sequence[int]) -> bool:
    """Write what staff are told of their places; whether there was anything. Needs `lock_feed`."""
    return bool(await run(session, _WRITE_OF_PLACES_SQL, list(seqs)))


async def read(
    session: AsyncSession, *, user_id: UUID, after: int, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Rows (newest n, forgotten n, change …): at least one, whose change may be empty."""
    return await run(session, _READ_SQL, user_id, after, limit)


async def read_many(
    session: AsyncSession, *, after: Mapping[UUID, int], limit: int
) -> Sequence[tuple[Any, ...]]:
    """Rows (user, change …) of several people, each after their own n, in order."""
    return await run(session, _READ_MANY_SQL, list(after), list(after.values()), limit)


async def read_of_places(
    session: AsyncSession, *, user_id: UUID, after: int, reach: Reach, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Rows (newest n, forgotten n, change …, community): at least one; its change may be empty."""
    everywhere, places = reach.is_everywhere, list(reach.place_ids)
    return await run(session, _READ_OF_PLACES_SQL, user_id, after, everywhere, places, limit)


async def read_everywhere(
    session: AsyncSession, *, after: int, limit: int
) -> Sequence[tuple[Any, ...]]:
    """Rows (change …, community, path of where it is, whom it concerns) of all places, in order."""
    return await run(session, _READ_EVERYWHERE_SQL, after, limit)


async def newest(session: AsyncSession, *, user_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How far the feeds of some people have come."""
    return dict(await run(session, _NEWEST_SQL, list(user_ids)))  # pyright: ignore[reportArgumentType, reportCallIssue]


async def forget(session: AsyncSession, *, before: datetime, limit: int) -> int:
    """Delete what is old from the feeds of up to ``limit`` people. Needs `lock_feed`."""
    return len(await run(session, _FORGET_SQL, before, limit))


async def forget_of_places(session: AsyncSession, *, before: datetime, limit: int) -> bool:
    """Delete up to about ``limit`` old changes of places; whether there were any."""
    return bool(await run(session, _FORGET_OF_PLACES_SQL, before, limit))
