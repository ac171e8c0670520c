"""Events of points: what was appealed against, what was decided; never the words."""

from api.events.registry import declare

APPEAL_FILED = declare("points_appeal.filed", "runner_id", "entry_id", "step")
APPEAL_DECIDED = declare("points_appeal.decided", "runner_id", "entry_id", "outcome", "left_cp")
APPEAL_LAPSED = declare("points_appeal.lapsed", "runner_id", "entry_id", "outcome", "left_cp")
ENTRY_REVERSED = declare("points_entry.reversed", "runner_id", "reason")
FINDING_FOUND = declare("points_finding.found", "kind", "place_id")
FINDING_CLEARED = declare("points_finding.cleared", "reason")
FINDING_ACTED = declare("points_finding.acted", "reason")
REVIEW_MADE = declare("points_review.made", "runner_id", "tier", "proposed")
PUBLICATION_MADE = declare("points_publication.made", "place_id")
