"""What must always hold of open talks."""

from api.hearings.states import HEARING, LISTENER
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS = (
    *moves_recorded(("HG1", "HG2", "HG3"), HEARING, "hearings"),
    *moves_recorded(("HG4", "HG5", "HG6"), LISTENER, "listeners"),
    Invariant(
        "HG7",
        "no community is told of talks, and none are held before it, without the word of two sides",
        """
SELECT h.id FROM hearings AS h
WHERE h.state IN ('announced', 'held')
  AND (SELECT count(DISTINCT p.side) FROM hearing_consents AS c
       JOIN case_parties AS p ON p.id = c.party_id
       WHERE c.hearing_id = h.id AND p.case_id = h.case_id) < 2
""",
    ),
    Invariant(
        "HG8",
        "whatever was held open has its minutes, one of the sessions of its case",
        """
SELECT h.id FROM hearings AS h
LEFT JOIN case_records AS r ON r.case_id = h.case_id AND r.n = h.record_n AND r.kind = 'session'
WHERE h.state = 'held' AND r.id IS NULL
""",
    ),
    Invariant(
        "HG9",
        "nobody takes a seat beyond those there are, and only where it was held somebody was there",
        """
SELECT h.id FROM hearings AS h JOIN listeners AS l ON l.hearing_id = h.id
WHERE l.state <> 'signed_off'
GROUP BY h.id
HAVING count(*) > h.seats_max OR h.state <> 'held' AND bool_or(l.state = 'attended')
""",
    ),
)
