"""What must always hold of offers and rounds."""

from api.kit.invariants import Invariant, moves_recorded
from api.offers.states import OFFER

INVARIANTS = (
    *moves_recorded(("OF1", "OF2", "OF3"), OFFER, "offers"),
    Invariant(
        "OF4",
        "an offer has jobs, of its own community, and they are its runner's and live while it is",
        """
SELECT o.id FROM offers AS o LEFT JOIN offer_jobs AS b ON b.offer_id = o.id
LEFT JOIN jobs AS j ON j.id = b.job_id
WHERE b.job_id IS NULL OR b.runner_id <> o.runner_id OR b.is_live <> (o.state = 'offered')
   OR j.community_id <> o.community_id
""",
    ),
    Invariant(
        "OF5",
        "every job of an accepted offer was taken by its runner in that moment",
        """
SELECT o.id FROM offers AS o JOIN offer_jobs AS b ON b.offer_id = o.id
WHERE o.state = 'accepted' AND NOT EXISTS (
    SELECT 1 FROM events AS e WHERE e.subject = 'job' AND e.subject_id = b.job_id
      AND e.name = 'job.accepted' AND e.actor_id = o.runner_id AND e.at = o.ended_at)
""",
    ),
    Invariant(
        "OF6",
        "nothing was offered across a block, nor one's own",
        """
SELECT o.id FROM offers AS o JOIN offer_jobs AS b ON b.offer_id = o.id
JOIN jobs AS j ON j.id = b.job_id
CROSS JOIN LATERAL (
    SELECT j.requester_id AS id
    UNION SELECT s.person_id FROM stops AS s WHERE s.job_id = j.id) AS p
WHERE j.requester_id = o.runner_id OR EXISTS (
    SELECT 1 FROM blocks AS k WHERE k.stance = 'block' AND k.created_at < o.made_at
      AND ((k.owner_id = o.runner_id AND k.target_id = p.id)
        OR (k.owner_id = p.id AND k.target_id = o.runner_id)))
""",
    ),
    Invariant(
        "OF7",
        "nothing was offered from farther than its community allows",
        """
SELECT o.id FROM offers AS o JOIN offer_jobs AS b ON b.offer_id = o.id
WHERE b.distance_m > 0.01 + (
    SELECT max((e.data->'settings'->>'radius_m')::float8) FROM events AS e
    WHERE e.subject = 'place' AND e.subject_id = o.community_id)
""",
    ),
    Invariant(
        "OF8",
        "no offer lives on ten minutes after its time, while rounds are made",
        """
SELECT id FROM offers WHERE state = 'offered'
  AND until < (SELECT max(at) FROM dispatch_rounds) - interval '10 minutes'
""",
    ),
    Invariant(
        "OF9",
        "the rounds of a community are numbered without a gap up to its turn",
        """
SELECT r.community_id FROM (
    SELECT community_id, n, at, max(n) OVER w AS last, max(at) OVER w AS newest,
           lag(n) OVER (PARTITION BY community_id ORDER BY n) AS before
    FROM dispatch_rounds WINDOW w AS (PARTITION BY community_id)) AS r
JOIN dispatch_turns AS t ON t.community_id = r.community_id
-- What is old is forgotten in batches, of no order.
WHERE r.last <> t.n OR (r.before <> r.n - 1 AND r.at > r.newest - interval '7 days')
""",
    ),
    Invariant(
        "OF10",
        "a round made as many offers as it says",
        """
SELECT r.community_id FROM dispatch_rounds AS r
WHERE r.offers <> (SELECT count(*) FROM offers AS o
                   WHERE o.community_id = r.community_id AND o.run = r.n)
""",
    ),
)
