"""What must always hold of published outcomes."""

from api.kit.invariants import Invariant, moves_recorded
from api.outcomes.states import OUTCOME

INVARIANTS = (
    *moves_recorded(("OC1", "OC2", "OC3"), OUTCOME, "outcomes"),
    Invariant(
        "OC4",
        "what is published has the consent of everybody who signed, to this very text",
        """
SELECT o.id FROM outcomes AS o JOIN agreements AS a ON a.id = o.agreement_id
WHERE o.state = 'published' AND EXISTS (
    SELECT 1 FROM unnest(a.party_ids) AS p (id)
    WHERE NOT EXISTS (
        SELECT 1 FROM outcome_consents AS c
        WHERE c.outcome_id = o.id AND c.party_id = p.id AND c.text_hash = o.text_hash))
""",
    ),
    Invariant(
        "OC5",
        "nobody consents for a party but itself, or the mediator for whose word is on paper",
        """
SELECT c.party_id FROM outcome_consents AS c JOIN case_parties AS p ON p.id = c.party_id
WHERE CASE c.how WHEN 'app' THEN c.by_id IS DISTINCT FROM p.user_id
      ELSE p.user_id IS NOT NULL AND p.how IS DISTINCT FROM 'paper' END
""",
    ),
    Invariant(
        "OC7",
        "what is published passed its check, or a person knew why it did not",
        """
SELECT o.id FROM outcomes AS o
WHERE o.state = 'published' AND o.despite IS NULL AND NOT EXISTS (
    SELECT 1 FROM content_checks AS c WHERE c.outcome_id = o.id AND c.state = 'passed')
""",
    ),
    Invariant(
        "OC8",
        "no check is waited for of a text that is not to be seen, or is already",
        """
SELECT c.id FROM content_checks AS c JOIN outcomes AS o ON o.id = c.outcome_id
WHERE c.state IN ('waiting', 'asked') AND o.state <> 'drafted'
""",
    ),
    Invariant(
        "OC6",
        "whoever let it be seen has no part in the case",
        """
SELECT o.id FROM outcomes AS o
WHERE o.approved_by_id IS NOT NULL AND (
    EXISTS (SELECT 1 FROM case_parties AS p
            WHERE p.case_id = o.case_id AND p.user_id = o.approved_by_id
              AND p.joined_at <= o.published_at)
    OR EXISTS (SELECT 1 FROM mediator_asks AS k
               WHERE k.case_id = o.case_id AND k.user_id = o.approved_by_id
                 AND k.state IN ('accepted', 'replaced') AND k.answered_at <= o.published_at))
""",
    ),
)
