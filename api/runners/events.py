"""Events of runners."""

from api.events.registry import declare

RUNNER_APPLIED = declare("runner.applied")
RUNNER_APPROVED = declare("runner.approved", "reason")
RUNNER_REJECTED = declare("runner.rejected", "reason")
RUNNER_SUSPENDED = declare("runner.suspended", "reason")
RUNNER_SHIFT_CHANGED = declare("runner.shift_changed", "shift")
RUNNER_HOURS_CONFIRMED = declare("runner.hours_confirmed", "worked_s")
RUNNER_REST_DUE = declare("runner.rest_due", "code", "until")
