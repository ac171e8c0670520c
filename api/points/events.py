"""Events of points: what was appealed against, what was decided; never the words."""

from api.events.registry import declare

APPEAL_FILED = declare("points_appeal.filed", "runner_id", "entry_id", "step")
APPEAL_DECIDED = declare("points_appeal.decided", "runner_id", "entry_id", "outcome", "left_cp")
APPEAL_LAPSED = declare("points_appeal.lapsed", "runner_id", "entry_id", "outcome", "left_cp")
ENTRY_REVERSED = declare("points_entry.reversed", "runner_id", "reason")
FINDING_FOUND = declare("points_finding.found", "kind", "place_id")
FINDING_CLEARED = declare("points_finding.cleared", "reason")
FINDING_ACTED = declare("points_finding.acted", "reason")
RULES_ANNOUNCED = declare("points_rules.announced", "version", "effective_from")
NOTICE_MADE = declare(
    "points_notice.made", "runner_id", "version", "effective_from", "before_cp", "after_cp"
)
MENTOR_ASKED = declare("points_mentorship.asked", "mentee_id")
MENTOR_TOOK = declare("points_mentorship.taken", "mentee_id", "mentor_id")
MENTORING_WITHDRAWN = declare("points_mentorship.withdrawn", "mentee_id")
MENTORING_ENDED = declare("points_mentorship.ended", "mentee_id", "mentor_id")
MENTORING_LAPSED = declare("points_mentorship.lapsed", "mentee_id", "mentor_id")
MENTEE_GRADUATED = declare("points_mentorship.graduated", "mentee_id", "mentor_id")
RECORD_MADE = declare("points_record.made", "runner_id", "kind")
CALIBRATION_MADE = declare("points_calibration.made", "place_id")
REVIEW_MADE = declare("points_review.made", "runner_id", "tier", "proposed")
PUBLICATION_MADE = declare("points_publication.made", "place_id")
