"""Events of jobs."""

from api.events.registry import declare

JOB_MADE = declare("job.made", "order_ids")
JOB_OPENED = declare("job.opened", "kind", "urgent")
JOB_ACCEPTED = declare("job.accepted", "distance_m")
JOB_RELEASED = declare("job.released", "runner_id", "after_accept_s", "order_ids")
JOB_ARRIVED = declare("job.arrived")
JOB_PICKED_UP = declare("job.picked_up", "proof")
JOB_ADVANCE_RAISED = declare("job.advance_raised", "advance_fen")
JOB_STOP_CLOSED = declare("job.stop_closed", "stop", "outcome", "proof")
JOB_DELIVERED = declare("job.delivered", "stop", "proof")
JOB_FAILED = declare("job.failed", "reason", "order_ids")
JOB_RETURNED = declare("job.returned", "reason", "order_ids")
JOB_EXPIRED = declare("job.expired", "order_ids")
JOB_CANCELLED = declare("job.cancelled", "reason")
