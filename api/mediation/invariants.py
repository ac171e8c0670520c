"""What must always hold of cases."""

from api.kit.invariants import Invariant, moves_recorded
from api.mediation.states import ASK, CASE, GUEST, PARTY, WORDS

_WORDS = ", ".join(f"('{state}', '{word}')" for state, word in sorted(WORDS.items()))

INVARIANTS = (
    *moves_recorded(("CS1", "CS2", "CS3"), CASE, "cases"),
    *moves_recorded(("CS4", "CS5", "CS6"), PARTY, "case_parties"),
    *moves_recorded(("CS7", "CS8", "CS9"), ASK, "mediator_asks"),
    *moves_recorded(("CS19", "CS20", "CS21"), GUEST, "case_guests"),
    Invariant(
        "CS22",
        "whoever may join the talks has the word of two sides, and whoever was there had it",
        """
SELECT g.id FROM case_guests AS g
WHERE (g.state = 'admitted' OR EXISTS (
    SELECT 1 FROM case_records AS r WHERE r.case_id = g.case_id AND g.id = ANY (r.guest_ids)))
  AND (SELECT count(DISTINCT p.side) FROM case_guest_consents AS c
       JOIN case_parties AS p ON p.id = c.party_id
       WHERE c.guest_id = g.id AND p.case_id = g.case_id) < 2
""",
    ),
    Invariant(
        "CS10",
        "a post shows the word of the case to which it led, and no other post shows one",
        f"""
SELECT p.id FROM posts AS p
LEFT JOIN case_posts AS cp ON cp.post_id = p.id LEFT JOIN cases AS c ON c.id = cp.case_id
LEFT JOIN (VALUES {_WORDS}) AS w (state, word) ON w.state = c.state
WHERE (cp.case_id IS NULL) <> (p.case_status IS NULL)
   OR c.state <> 'archived' AND p.case_status IS DISTINCT FROM w.word
""",
    ),
    Invariant(
        "CS11",
        "whoever mediates was asked, and accepted",
        """
SELECT c.id FROM cases AS c
WHERE c.mediator_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM mediator_asks AS a
    WHERE a.case_id = c.id AND a.user_id = c.mediator_id AND a.state = 'accepted')
""",
    ),
    Invariant(
        "CS12",
        "what goes on has the consent of two sides",
        """
SELECT c.id FROM cases AS c
WHERE c.state IN ('accepted', 'assigned', 'in_session', 'suspended') AND (
    SELECT count(DISTINCT p.side) FROM case_parties AS p
    WHERE p.case_id = c.id AND p.state = 'consented') < 2
""",
    ),
    Invariant(
        "CS13",
        "nobody mediates their own quarrel, nor that of a post of theirs",
        """
SELECT a.id FROM mediator_asks AS a
WHERE a.state = 'accepted' AND (
    EXISTS (SELECT 1 FROM case_parties AS p
            WHERE p.case_id = a.case_id AND p.user_id = a.user_id AND p.state = 'consented'
              AND p.consented_at < a.answered_at)
    OR EXISTS (SELECT 1 FROM case_posts AS cp JOIN posts AS p ON p.id = cp.post_id
               WHERE cp.case_id = a.case_id AND p.author_id = a.user_id
                 AND cp.joined_at < a.answered_at))
""",
    ),
    Invariant(
        "CS14",
        "what all sides want waits for a mediator who is asked, or for staff",
        """
SELECT c.id FROM cases AS c
WHERE c.state = 'accepted' AND c.is_with_staff = EXISTS (
    SELECT 1 FROM mediator_asks AS a WHERE a.case_id = c.id AND a.state = 'asked')
""",
    ),
    Invariant(
        "CS15",
        "a mediation that began has a record of it",
        """
SELECT c.id FROM cases AS c
WHERE c.began_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM case_records AS r
    WHERE r.case_id = c.id AND r.kind IN ('contact', 'session'))
""",
    ),
    Invariant(
        "CS16",
        "the records of a case are numbered without a gap",
        """
SELECT case_id FROM case_records GROUP BY case_id HAVING max(n) <> count(*) OR min(n) <> 1
""",
    ),
    Invariant(
        "CS17",
        "only parties, mediators, named staff and who was to visit looked into a case",
        """
SELECT l.id FROM case_looks AS l
WHERE NOT EXISTS (SELECT 1 FROM case_parties AS p
                  WHERE p.case_id = l.case_id AND p.user_id = l.viewer_id)
  AND NOT EXISTS (SELECT 1 FROM mediator_asks AS a
                  WHERE a.case_id = l.case_id AND a.user_id = l.viewer_id)
  AND NOT EXISTS (SELECT 1 FROM case_staff AS s
                  WHERE s.case_id = l.case_id AND s.user_id = l.viewer_id)
  AND NOT EXISTS (SELECT 1 FROM visits AS v
                  JOIN events AS e ON e.subject = 'visit' AND e.subject_id = v.id
                  WHERE v.case_id = l.case_id AND e.name = 'visit.assigned'
                    AND e.data ->> 'user_id' = l.viewer_id::text)
""",
    ),
    Invariant(
        "CS18",
        "whoever is asked to mediate was first by the rules, or named by staff",
        """
SELECT a.id FROM mediator_asks AS a
JOIN events AS e ON e.subject = 'mediator_ask' AND e.subject_id = a.id AND e.subject_seq = 1
WHERE e.actor_kind = 'system' AND NOT EXISTS (
    SELECT 1 FROM case_choices AS h
    WHERE h.case_id = a.case_id AND h.user_id = a.user_id AND h.rank = 1)
""",
    ),
)
