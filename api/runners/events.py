"""Events of runners."""

from api.events.registry import declare

RUNNER_APPLIED = declare("runner.applied")
RUNNER_APPROVED = declare("runner.approved", "reason")
RUNNER_REJECTED = declare("runner.rejected", "reason")
RUNNER_SUSPENDED = declare("runner.suspended", "reason")
RUNNER_SHIFT_CHANGED = declare("runner.shift_changed", "shift")
