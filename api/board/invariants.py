"""What must always hold of the board."""

from api.board.states import ME_TOO, PILE, POST, REPORT
from api.kit.invariants import Invariant, moves_recorded

INVARIANTS = (
    *moves_recorded(("BD1", "BD2", "BD3"), POST, "posts"),
    *moves_recorded(("BD4", "BD5", "BD6"), REPORT, "post_reports"),
    *moves_recorded(("BD7", "BD8", "BD9"), ME_TOO, "me_toos"),
    *moves_recorded(("BD10", "BD11", "BD12"), PILE, "piles"),
    Invariant(
        "BD13",
        "what is shown was approved, in exactly this version",
        """
SELECT p.id FROM posts AS p
LEFT JOIN post_texts AS t ON t.post_id = p.id AND t.n = p.shown_content
WHERE p.state IN ('published', 'resolved') AND t.approved IS NULL
""",
    ),
    Invariant(
        "BD14",
        "what checks approved passed every one: its words and each of its photos",
        """
SELECT t.post_id FROM post_texts AS t
WHERE t.approved = 'checks' AND (t.flags <> '{}' OR EXISTS (
    SELECT 1 FROM unnest(NULL::uuid || t.upload_ids) AS u (id)
    WHERE NOT EXISTS (
        SELECT 1 FROM content_checks AS c
        WHERE c.post_id = t.post_id AND c.n = t.n AND c.upload_id IS NOT DISTINCT FROM u.id
          AND c.state = 'passed')))
""",
    ),
    Invariant(
        "BD15",
        "what staff approved somebody else than its author decided",
        """
SELECT t.post_id FROM post_texts AS t JOIN posts AS p ON p.id = t.post_id
WHERE t.approved = 'staff' AND NOT EXISTS (
    SELECT 1 FROM events AS e
    WHERE e.subject = 'post' AND e.subject_id = p.id AND e.name = 'post.published'
      AND e.data ->> 'by' = 'staff' AND e.actor_id <> p.author_id)
""",
    ),
    Invariant(
        "BD16",
        "what waits for its approval waits for a check or for a person",
        """
SELECT p.id FROM posts AS p
WHERE p.state = 'pending_review' AND p.held_why IS NULL AND NOT EXISTS (
    SELECT 1 FROM content_checks AS c
    WHERE c.post_id = p.id AND c.n = p.content AND c.state IN ('waiting', 'asked'))
""",
    ),
    Invariant(
        "BD17",
        "no check counts of a text that is not the present one, or is decided",
        """
SELECT c.id FROM content_checks AS c JOIN posts AS p ON p.id = c.post_id
WHERE c.state IN ('waiting', 'asked') AND (c.n <> p.content OR p.state <> 'pending_review')
""",
    ),
    Invariant(
        "BD18",
        "a pile is about what stands at its place and is of its topic",
        """
SELECT p.id FROM posts AS p JOIN piles AS pile ON pile.id = p.pile_id
WHERE p.spot_id <> pile.spot_id OR p.category IS DISTINCT FROM pile.category
""",
    ),
    Invariant(
        "BD19",
        "of what was deleted no word and no photo is left",
        """
SELECT p.id FROM posts AS p
WHERE p.state = 'deleted' AND (
    octet_length(p.note_sealed) + octet_length(p.appeal_sealed) > 0
    OR EXISTS (SELECT 1 FROM post_texts AS t
               WHERE t.post_id = p.id AND octet_length(t.text_sealed) > 0)
    OR EXISTS (SELECT 1 FROM uploads AS u WHERE u.subject_id = p.id))
""",
    ),
    Invariant(
        "BD20",
        "only staff of its place learned who wrote something",
        """
SELECT l.id FROM author_looks AS l JOIN posts AS p ON p.id = l.post_id
WHERE NOT EXISTS (
    SELECT 1 FROM grants AS g
    WHERE g.user_id = l.viewer_id AND (g.place_id IS NULL OR g.place_id = ANY (p.place_path))
      AND g.role IN ('grid_worker', 'community_staff', 'office_staff', 'admin'))
""",
    ),
)
