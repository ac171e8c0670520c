"""Events of earnings: only that somebody else looked at them."""

from api.events.registry import declare

EARNINGS_READ = declare("earnings.read", "runner_id", "reason")
