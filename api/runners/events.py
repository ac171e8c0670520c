"""Events of runners."""

from api.events.registry import declare

RUNNER_APPLIED = declare("runner.applied")
RUNNER_APPROVED = declare("runner.approved", "reason")
RUNNER_REJECTED = declare("runner.rejected", "reason")
RUNNER_SUSPENDED = declare("runner.suspended", "reason")
RUNNER_REINSTATED = declare("runner.reinstated", "reason")
RUNNER_WITHDRAWN = declare("runner.withdrawn")
RUNNER_APPLICATION_CHANGED = declare("runner.application_changed", "fields")
RUNNER_IDENTITY_CHECKED = declare("runner.identity_checked", "reason")
RUNNER_CONTACT_READ = declare("runner.contact_read", "reason")
RUNNER_TIER_CHANGED = declare("runner.tier_changed", "tier_before", "tier", "reason")
RUNNER_PERMISSIONS_CHANGED = declare(
    "runner.permissions_changed",
    "kinds",
    "capacity",
    "weight_max_g",
    "fee_max_fen",
    "floors_max",
    "jobs_day_max",
)
RUNNER_TRAINED = declare("runner.trained", "module", "version", "score_percent", "offsets")
RUNNER_SHIFT_CHANGED = declare("runner.shift_changed", "shift")
RUNNER_HOURS_CONFIRMED = declare("runner.hours_confirmed", "worked_s")
RUNNER_REST_DUE = declare("runner.rest_due", "code", "until")
