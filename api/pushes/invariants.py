"""What must always hold of consents."""

from api.kit.invariants import Invariant, version_is_last_event_sql

INVARIANTS = (
    Invariant(
        "W1",
        "the version of every subscription counts its events",
        version_is_last_event_sql("subscription", "subscriptions"),
    ),
    Invariant(
        "W3",
        "every opinion of WeChat about a picture is told once",
        version_is_last_event_sql("media_answer", "media_answers"),
    ),
    Invariant(
        "W2",
        "what is left of every consent is what its last event told",
        """
SELECT s.id FROM subscriptions AS s
JOIN events AS e ON e.subject = 'subscription' AND e.subject_id = s.id
  AND e.subject_seq = s.version
WHERE (e.data ->> 'left')::int <> s.left_count
""",
    ),
)
