"""What must always hold of people and stored answers."""

from api.kit.invariants import Invariant, version_is_last_event_sql

INVARIANTS = (
    Invariant(
        "U1", "a user's version counts its events", version_is_last_event_sql("user", "users")
    ),
    Invariant(
        "U2",
        "a session lasts at most thirty days from when it was last seen",
        """
SELECT id FROM sessions
WHERE ended_at IS NULL AND expires_at > seen_at + interval '30 days'
""",
    ),
    Invariant(
        "U3",
        "a stored answer is a success",
        "SELECT user_id FROM idempotency_keys WHERE status NOT BETWEEN 200 AND 299",
    ),
)
