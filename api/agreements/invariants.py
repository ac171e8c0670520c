"""What must always hold of agreements, of what is due under them, and of visits."""

from api.agreements.states import AGREEMENT, VISIT
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS = (
    *moves_recorded(("AG1", "AG2", "AG3"), AGREEMENT, "agreements"),
    *moves_recorded(("AG4", "AG5", "AG6"), VISIT, "visits"),
    Invariant(
        "AG7",
        "what binds was signed by every party, by a mediator, and sealed where it is written",
        """
SELECT a.id FROM agreements AS a
WHERE a.effective_at IS NOT NULL AND (
    EXISTS (
        SELECT 1 FROM unnest(a.party_ids) AS p (id)
        WHERE NOT EXISTS (
            SELECT 1 FROM agreement_signatures AS s
            WHERE s.agreement_id = a.id AND s.side = 'party' AND s.party_id = p.id))
    OR NOT EXISTS (
        SELECT 1 FROM agreement_signatures AS s
        WHERE s.agreement_id = a.id AND s.side = 'mediator')
    OR a.form = 'written' AND NOT EXISTS (
        SELECT 1 FROM agreement_signatures AS s
        WHERE s.agreement_id = a.id AND s.side = 'committee'))
""",
    ),
    Invariant(
        "AG8",
        "every name stands under the text as it is",
        """
SELECT s.id FROM agreement_signatures AS s JOIN agreements AS a ON a.id = s.agreement_id
WHERE s.text_hash <> a.text_hash
""",
    ),
    Invariant(
        "AG9",
        "nobody signs for a party but itself, or the mediator for whose word is on paper",
        """
SELECT s.id FROM agreement_signatures AS s JOIN case_parties AS p ON p.id = s.party_id
WHERE CASE s.how WHEN 'app' THEN s.by_id IS DISTINCT FROM p.user_id
      ELSE p.user_id IS NOT NULL AND p.how IS DISTINCT FROM 'paper' END
""",
    ),
    Invariant(
        "AG10",
        "an agreement binds with the last name under it, on the day of its case's move",
        """
SELECT a.id FROM agreements AS a
WHERE a.effective_at IS NOT NULL AND (
    a.effective_at <> (
        SELECT max(s.at) FROM agreement_signatures AS s WHERE s.agreement_id = a.id)
    OR NOT EXISTS (
        SELECT 1 FROM events AS e
        WHERE e.subject = 'case' AND e.subject_id = a.case_id AND e.name = 'case.agreed'
          AND e.at = a.effective_at))
""",
    ),
    Invariant(
        "AG11",
        "a case that is agreed has an agreement in force",
        """
SELECT c.id FROM cases AS c
WHERE c.state IN ('agreed', 'performing', 'fulfilled', 'breached', 'followed_up')
  AND NOT EXISTS (
    SELECT 1 FROM agreements AS a WHERE a.case_id = c.id AND a.state = 'in_force')
""",
    ),
    Invariant(
        "AG12",
        "nothing is due of what does not bind",
        """
SELECT d.id FROM due_items AS d JOIN agreements AS a ON a.id = d.agreement_id
WHERE d.state IN ('planned', 'reminded', 'claimed') AND a.state <> 'in_force'
""",
    ),
    Invariant(
        "AG13",
        "each reminder was told once",
        """
SELECT d.agreement_id FROM due_items AS d WHERE d.reminded_at IS NOT NULL
GROUP BY d.agreement_id
HAVING count(*) <> (
    SELECT count(*) FROM events AS e
    WHERE e.subject = 'agreement' AND e.subject_id = d.agreement_id
      AND e.name = 'agreement.reminded')
""",
    ),
    Invariant(
        "AG14",
        "who visits has no part in the case and did not mediate it",
        """
SELECT v.id FROM visits AS v
WHERE v.state = 'recorded' AND (
    EXISTS (SELECT 1 FROM cases AS c WHERE c.id = v.case_id AND c.mediator_id = v.visitor_id)
    OR EXISTS (SELECT 1 FROM case_parties AS p
            WHERE p.case_id = v.case_id AND p.user_id = v.visitor_id
              AND p.joined_at <= v.recorded_at)
    OR EXISTS (SELECT 1 FROM mediator_asks AS k
               WHERE k.case_id = v.case_id AND k.user_id = v.visitor_id
                 AND k.state IN ('accepted', 'replaced') AND k.answered_at <= v.recorded_at))
""",
    ),
    Invariant(
        "AG16",
        "what is kept without a visit was said so by another side, after its party did",
        """
SELECT d.id FROM due_items AS d JOIN case_parties AS p ON p.id = d.party_id
LEFT JOIN case_parties AS q ON q.id = d.confirmed_party_id
WHERE d.confirmed_party_id IS NOT NULL
  AND (q.case_id <> p.case_id OR q.side = p.side OR d.claimed_at IS NULL)
""",
    ),
    Invariant(
        "AG15",
        "an agreement about an order settled its dispute so",
        """
SELECT a.id FROM agreements AS a JOIN cases AS c ON c.id = a.case_id
WHERE a.split_outcome IS NOT NULL AND a.effective_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM events AS e
    WHERE e.subject = 'order' AND e.subject_id = c.order_id AND e.name = 'order.resolved'
      AND e.at = a.effective_at AND (e.data ->> 'resident_fen')::int = a.split_resident_fen
      AND (e.data ->> 'runner_fen')::int = a.split_runner_fen
      AND (e.data ->> 'platform_fen')::int = a.split_platform_fen)
""",
    ),
)
