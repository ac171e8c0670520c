"""What must always hold of the feed."""

from api.kit.invariants import Invariant

INVARIANTS = (
    Invariant(
        "F1",
        "the changes of every feed are numbered without a gap up to its last",
        """
SELECT f.user_id FROM feeds AS f
LEFT JOIN (SELECT user_id, count(*) AS changes, min(n) AS first_n, max(n) AS last_n
           FROM changes GROUP BY user_id) AS c ON c.user_id = f.user_id
WHERE coalesce(c.changes, 0) <> f.n - f.forgotten_n
   OR c.last_n <> f.n OR c.first_n <> f.forgotten_n + 1
""",
    ),
    Invariant(
        "F2",
        "within a feed the changes of a thing stand in the order in which they happened",
        """
SELECT user_id FROM (
    SELECT user_id, version, lag(version) OVER (
        PARTITION BY user_id, subject, subject_id ORDER BY n) AS version_before
    FROM changes) AS linked
WHERE version <= version_before
""",
    ),
    # What happened before the feed began is not in it.
    Invariant(
        "F3",
        "every event of an order stands in the feed of whose it is and of who placed it, within a"
        " minute",
        """
SELECT e.seq FROM events AS e
JOIN orders AS o ON o.id = e.subject_id
CROSS JOIN LATERAL (VALUES (o.customer_id), (o.placed_by_id)) AS p (user_id)
JOIN feeds AS f ON f.user_id = p.user_id
WHERE e.subject = 'order' AND e.written_at < clock_timestamp() - interval '60 s'
  AND e.seq > (SELECT min(c.event_seq) FROM changes AS c WHERE c.user_id = p.user_id)
  AND NOT EXISTS (SELECT 1 FROM changes AS c
                  WHERE c.user_id = p.user_id AND c.event_seq = e.seq)
  -- What came before an account was taken over stood in the feed of the one that closed.
  AND NOT EXISTS (SELECT 1 FROM takeovers AS t
                  WHERE t.user_id = p.user_id AND t.state = 'joined' AND e.at <= t.ended_at)
""",
    ),
    Invariant(
        "F4",
        "the changes of places are numbered without a gap up to the last",
        """
SELECT f.n FROM place_feed AS f
CROSS JOIN (SELECT count(*) AS changes, min(n) AS first_n, max(n) AS last_n
            FROM place_changes) AS c
WHERE c.changes <> f.n - f.forgotten_n
   OR c.last_n <> f.n OR c.first_n <> f.forgotten_n + 1
""",
    ),
    # The pump numbers them in the order in which it takes events, a batch within seconds.
    Invariant(
        "F5",
        "every event of an order or a job of a community is among the changes of places, within a"
        " minute",
        """
SELECT e.seq FROM events AS e
WHERE e.subject IN ('order', 'job') AND e.community_id IS NOT NULL
  AND e.written_at < clock_timestamp() - interval '60 s'
  AND e.pumped_at > (
      SELECT first.pumped_at + interval '10 s' FROM place_changes AS c
      JOIN events AS first ON first.seq = c.event_seq ORDER BY c.n LIMIT 1)
  AND NOT EXISTS (SELECT 1 FROM place_changes AS c WHERE c.event_seq = e.seq)
""",
    ),
)
