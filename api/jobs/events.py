"""Events of jobs."""

from api.events.registry import declare

JOB_MADE = declare("job.made", "order_ids")
JOB_OPENED = declare("job.opened", "kind", "urgent")
JOB_ACCEPTED = declare("job.accepted", "distance_m")
JOB_ASSIGNED = declare(
    "job.assigned", "runner_id", "reason", "distance_m", "is_distance_waived", "order_ids"
)
JOB_RELEASED = declare(
    "job.released", "runner_id", "after_accept_s", "order_ids", "reason", "fault", "points"
)
JOB_READY = declare("job.ready")
JOB_RESCHEDULED = declare("job.rescheduled", "due_before", "due_at")
JOB_ARRIVED = declare("job.arrived")
JOB_PICKED_UP = declare("job.picked_up", "proof")
JOB_ADVANCE_RAISED = declare("job.advance_raised", "advance_fen")
JOB_STOP_CLOSED = declare("job.stop_closed", "stop", "outcome", "proof")
# What is brought to a stop is not to be handed over; and it may be again.
JOB_STOP_KEPT_BACK = declare("job.stop_kept_back", "stop")
JOB_STOP_FREED = declare("job.stop_freed", "stop")
JOB_PROOF_JUDGED = declare("job.proof_judged", "stop", "client_at", "proven_at", "verdict")
JOB_DELIVERED = declare("job.delivered", "stop", "proof")
JOB_FAILED = declare("job.failed", "reason", "fault", "points", "runner_id", "order_ids")
JOB_RETURNED = declare("job.returned", "reason", "order_ids")
JOB_EXPIRED = declare("job.expired", "order_ids")
JOB_CANCELLED = declare("job.cancelled", "reason")
