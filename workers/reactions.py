"""The one table of consequences: event to tasks. An event without a row fails a test."""

from workers.task import TASKS
from workers.tasks import orders, payments, points

_NOTHING: tuple[str, ...] = ()

REACTIONS: dict[str, tuple[str, ...]] = {
    "user.registered": _NOTHING,
    "user.granted": _NOTHING,
    "user.changed": _NOTHING,
    "real_name.submitted": _NOTHING,
    "real_name.approved": _NOTHING,
    "real_name.rejected": _NOTHING,
    "real_name.revoked": _NOTHING,
    "real_name.revealed": _NOTHING,
    "household.made": _NOTHING,
    "membership.requested": _NOTHING,
    "membership.approved": _NOTHING,
    "membership.rejected": _NOTHING,
    "membership.withdrawn": _NOTHING,
    "membership.left": _NOTHING,
    "person.enrolled": _NOTHING,
    "preferences.changed": _NOTHING,
    "dependant.proposed": _NOTHING,
    "dependant.changed": _NOTHING,
    "dependant.widened": _NOTHING,
    "dependant.consented": _NOTHING,
    "dependant.refused": _NOTHING,
    "dependant.ended": _NOTHING,
    "place.created": _NOTHING,
    "place.changed": _NOTHING,
    "runner.applied": _NOTHING,
    "runner.approved": _NOTHING,
    "runner.rejected": _NOTHING,
    "runner.suspended": _NOTHING,
    "runner.shift_changed": _NOTHING,
    "block.set": _NOTHING,
    "block.lifted": _NOTHING,
    "job.made": _NOTHING,
    "job.opened": _NOTHING,
    "job.accepted": _NOTHING,
    "job.released": ("points.score_release",),
    "job.arrived": _NOTHING,
    "job.picked_up": _NOTHING,
    "job.stop_closed": _NOTHING,
    "job.delivered": _NOTHING,
    "job.failed": _NOTHING,
    "job.returned": ("orders.cancel_returned",),
    "job.expired": ("orders.cancel_expired",),
    "job.cancelled": _NOTHING,
    "order.placed": _NOTHING,
    "order.activated": _NOTHING,
    "order.cancelled": ("payments.unwind_cancelled",),
    "order.completed": ("points.score_completion",),
    "order.rated": ("points.score_rating",),
    "payment.opened": _NOTHING,
    "payment.paid": _NOTHING,
    "payment.closed": ("payments.ask_closed",),
    "refund.requested": ("payments.refund",),
    "refund.succeeded": _NOTHING,
    "refund.failed": _NOTHING,
}

# Importing the modules registered their tasks.
TASK_MODULES = (orders, payments, points)
assert {t for tasks in REACTIONS.values() for t in tasks} == set(TASKS), "a task without an event"
