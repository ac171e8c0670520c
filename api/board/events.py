"""Events of the board. They name things and codes, never words, and no author but as who acted."""

from api.events.registry import declare

# ``danger``: the numbers to call that its words ask for.
POST_SUBMITTED = declare("post.submitted", "kind", "category", "parent_id", "danger")
POST_EDITED = declare("post.edited", "parent_id", "danger")
POST_HELD = declare("post.held", "why")
# ``by``: checks or staff.
POST_PUBLISHED = declare("post.published", "by", "parent_id")
POST_REJECTED = declare("post.rejected", "code")
POST_RESOLVED = declare("post.resolved", "by")
POST_KEPT = declare("post.kept")
# ``by``: staff or reports.
POST_HIDDEN = declare("post.hidden", "by", "code")
POST_RESTORED = declare("post.restored", "by")
POST_APPEALED = declare("post.appealed")
POST_WITHDRAWN = declare("post.withdrawn")
POST_DELETED = declare("post.deleted")

REPORT_FILED = declare("post_report.filed", "code", "urgent")
REPORT_UPHELD = declare("post_report.upheld")
REPORT_DISMISSED = declare("post_report.dismissed")
REPORT_CLOSED = declare("post_report.closed")

ME_TOO_GIVEN = declare("me_too.given")
ME_TOO_TAKEN_BACK = declare("me_too.taken_back")

PILE_RAISED = declare("pile.raised", "place_id", "category", "number")
PILE_TAKEN = declare("pile.taken")
PILE_ENDED = declare("pile.ended")
