"""What must always hold of inboxes and messages."""

from api.kit.invariants import Invariant
from api.notifications.templates import TEMPLATES


def _told(role: str) -> str:
    """The kinds of events that always tell a role, as SQL."""
    kinds = sorted(
        kind
        for kind, templates in TEMPLATES.items()
        if any(t.role == role and t.needs is None for t in templates)
    )
    assert all(kind.replace(".", "").replace("_", "").isalnum() for kind in kinds)
    return ", ".join(f"'{kind}'" for kind in kinds)


# Kinds began to be told at some time; what happened before is not in the inbox, and what happened
# more than ninety days ago no longer.
_SINCE = """
  AND e.written_at < clock_timestamp() - interval '60 s'
  AND e.at > linli_now() - interval '89 days'
  AND e.seq >= (SELECT told.since FROM told WHERE told.name = e.name)
"""
# Reckoned once: asked of each event, a day of a thousand orders took minutes.
_TOLD = """
WITH told AS MATERIALIZED (
    SELECT e.name, min(e.seq) AS since FROM reactions AS r JOIN events AS e ON e.seq = r.event_seq
    WHERE r.task = 'notifications.tell' GROUP BY e.name)"""

INVARIANTS = (
    Invariant(
        "N1",
        "the customer of every event that must tell them has its record within a minute",
        f"""{_TOLD}
SELECT e.seq FROM events AS e
JOIN LATERAL (
    SELECT o.customer_id FROM orders AS o WHERE e.subject = 'order' AND o.id = e.subject_id
    UNION SELECT o.customer_id FROM stops AS s JOIN orders AS o ON o.id = s.order_id
    WHERE e.subject = 'job' AND s.job_id = e.subject_id) AS c ON true
WHERE e.name IN ({_told("customer")}) AND e.subject IN ('order', 'job')
  AND e.actor_id IS DISTINCT FROM c.customer_id {_SINCE}
  AND c.customer_id NOT IN (SELECT user_id FROM erasures)
  AND NOT EXISTS (SELECT 1 FROM inbox_records AS i
                  WHERE i.event_seq = e.seq AND i.user_id = c.customer_id)
""",
    ),
    Invariant(
        "N2",
        "whoever an event is about has its record within a minute, where it must tell them",
        f"""{_TOLD}
SELECT e.seq FROM events AS e JOIN users AS u ON u.id = e.subject_id
WHERE e.name IN ({_told("person")}) AND e.actor_id IS DISTINCT FROM u.id {_SINCE}
  AND u.id NOT IN (SELECT user_id FROM erasures)
  AND NOT EXISTS (SELECT 1 FROM inbox_records AS i
                  WHERE i.event_seq = e.seq AND i.user_id = u.id)
""",
    ),
    Invariant(
        "N3",
        "the version of every inbox counts its events",
        """
SELECT i.user_id FROM inboxes AS i WHERE i.version IS DISTINCT FROM (
    SELECT max(e.subject_seq) FROM events AS e
    WHERE e.subject_id = i.user_id AND e.subject = 'inbox')
""",
    ),
    Invariant(
        "N4",
        "what every inbox counts as unread is unread",
        """
SELECT i.user_id FROM inboxes AS i WHERE i.unread <> (
    SELECT count(*) FROM inbox_records AS r WHERE r.user_id = i.user_id AND r.read_at IS NULL)
""",
    ),
    Invariant(
        "N5",
        "no message is dead, and none that is due waits for more than a minute",
        """
SELECT id FROM deliveries
WHERE state = 'dead' OR (state = 'pending' AND next_at < linli_now() - interval '60 s')
   OR (state = 'sending' AND claimed_at < clock_timestamp() - interval '5 minutes')
""",
    ),
    Invariant(
        "N6",
        "no more messages were sent than people consented to, and no count is below zero",
        """
SELECT d.user_id FROM (
    SELECT user_id, template_id, count(*) AS sent FROM deliveries
    WHERE state IN ('sending', 'sent', 'unknown') GROUP BY user_id, template_id) AS d
LEFT JOIN subscriptions AS s ON s.user_id = d.user_id AND s.template_id = d.template_id
LEFT JOIN LATERAL (
    SELECT count(*) AS accepted FROM events AS e
    WHERE e.subject = 'subscription' AND e.subject_id = s.id
      AND e.data ->> 'why' = 'accepted') AS a ON true
WHERE s.id IS NULL OR d.sent > a.accepted OR s.left_count < 0
""",
    ),
)
