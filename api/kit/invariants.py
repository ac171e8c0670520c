"""What must always hold, as SQL that returns the rows where it does not."""

from dataclasses import dataclass

from api.kit.state import Machine


@dataclass(frozen=True, slots=True)
class Invariant:
    """A named truth; ``sql`` returns the key of each violating row in its first column."""

    name: str
    holds: str
    sql: str


def moves_recorded(
    names: tuple[str, str, str], machine: Machine, table: str
) -> tuple[Invariant, Invariant, Invariant]:
    """What holds of every row that moves by a machine, under three names of the feature's own."""
    subject = machine.name
    return (
        Invariant(
            names[0],
            f"the state of every {subject} is that of its last event",
            state_is_last_event_sql(subject, table),
        ),
        Invariant(
            names[1],
            f"every {subject} moves only by its machine",
            legal_moves_sql(subject, machine.legal_pairs()),
        ),
        Invariant(
            names[2],
            f"the version of every {subject} counts its events",
            version_is_last_event_sql(subject, table),
        ),
    )


def legal_moves_sql(subject: str, pairs: frozenset[tuple[str | None, str]]) -> str:
    """Events of a subject whose (from, to) is no move of its state machine."""
    rows = ", ".join(
        f"({_literal(a)}, {_literal(b)})"
        for a, b in sorted(pairs, key=lambda p: (p[0] or "", p[1]))
    )
    return f"""
SELECT e.seq FROM events AS e
LEFT JOIN (VALUES {rows}) AS legal (from_state, to_state)
  ON legal.from_state IS NOT DISTINCT FROM e.from_state AND legal.to_state = e.to_state
WHERE e.subject = {_literal(subject)} AND e.to_state IS NOT NULL AND legal.to_state IS NULL
"""


def state_is_last_event_sql(subject: str, table: str) -> str:
    """Rows whose state is not the one their last event led to."""
    return f"""
SELECT t.id FROM {table} AS t
LEFT JOIN LATERAL (
    SELECT e.to_state FROM events AS e
    WHERE e.subject_id = t.id AND e.subject = {_literal(subject)} AND e.to_state IS NOT NULL
    ORDER BY e.subject_seq DESC LIMIT 1) AS last ON true
WHERE last.to_state IS DISTINCT FROM t.state
"""


def version_is_last_event_sql(subject: str, table: str) -> str:
    """Rows whose version is not the number of their last event: a change without an event."""
    return f"""
SELECT t.id FROM {table} AS t
WHERE t.version IS DISTINCT FROM (
    SELECT max(e.subject_seq) FROM events AS e
    WHERE e.subject_id = t.id AND e.subject = {_literal(subject)})
"""


def _literal(text: str | None) -> str:
    assert text is None or text.replace("_", "").isalnum(), text
    return "NULL::text" if text is None else f"'{text}'"
