"""Events of incidents."""

from api.events.registry import declare

INCIDENT_REPORTED = declare("incident.reported", "job_id", "order_id", "side", "code")
INCIDENT_ACTED = declare("incident.acted", "action", "side")
INCIDENT_RESOLVED = declare(
    "incident.resolved", "resolution", "order_id", "runner_id", "cause", "excuse_min"
)
