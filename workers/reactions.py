"""The one table of consequences: event to tasks. An event without a row fails a test."""

from api.notifications.templates import told_kinds
from workers.task import TASKS
from workers.tasks import notifications, orders, payments, points, runners

_NOTHING: tuple[str, ...] = ()

REACTIONS: dict[str, tuple[str, ...]] = {
    "user.registered": _NOTHING,
    "user.granted": _NOTHING,
    "user.changed": _NOTHING,
    "user.joined": _NOTHING,
    "subscription.changed": _NOTHING,
    "inbox.changed": _NOTHING,
    "place.created": _NOTHING,
    "upload.kept": _NOTHING,
    "upload.claimed": _NOTHING,
    "upload.removed": _NOTHING,
    "place.changed": ("runners.judge_community",),
    "emergency.began": ("runners.judge_volunteers",),
    "emergency.changed": _NOTHING,
    "emergency.ended": ("runners.judge_volunteers",),
    "runner.applied": _NOTHING,
    "runner.approved": _NOTHING,
    "runner.rejected": _NOTHING,
    "runner.suspended": _NOTHING,
    "runner.reinstated": _NOTHING,
    "runner.withdrawn": _NOTHING,
    "runner.application_changed": _NOTHING,
    "runner.identity_checked": _NOTHING,
    "runner.contact_read": _NOTHING,
    "runner.tier_changed": _NOTHING,
    "runner.permissions_changed": _NOTHING,
    "runner.trained": ("points.score_training",),
    "runner.shift_changed": _NOTHING,
    "runner.hours_confirmed": _NOTHING,
    "runner.rest_due": _NOTHING,
    "job.made": _NOTHING,
    "job.opened": _NOTHING,
    "job.accepted": _NOTHING,
    "job.assigned": _NOTHING,
    "job.released": ("points.score_release", "runners.tell_rest"),
    "job.rescheduled": _NOTHING,
    "job.arrived": _NOTHING,
    "job.picked_up": _NOTHING,
    "job.stop_closed": _NOTHING,
    "job.proof_judged": _NOTHING,
    "job.delivered": ("runners.tell_rest",),
    "job.failed": ("points.score_failure", "runners.tell_rest"),
    "job.returned": ("orders.cancel_returned",),
    "job.expired": ("orders.cancel_expired",),
    "job.cancelled": ("runners.tell_rest",),
    "order.placed": _NOTHING,
    "order.activated": _NOTHING,
    "order.cancelled": ("payments.unwind_cancelled", "points.score_cancellation"),
    "order.disputed": _NOTHING,
    "order.resolved": _NOTHING,
    "order.refund_decided": ("payments.refund_decided",),
    "order.completed": ("points.score_completion",),
    "order.rated": ("points.score_rating",),
    "earnings.read": _NOTHING,
    "act.held": _NOTHING,
    "act.undone": _NOTHING,
    "act.done": _NOTHING,
    "act.dropped": _NOTHING,
    "incident.reported": _NOTHING,
    "incident.acted": _NOTHING,
    "incident.resolved": ("points.score_excuse",),
    "payment.opened": _NOTHING,
    "payment.paid": _NOTHING,
    "payment.closed": ("payments.ask_closed",),
    "refund.requested": ("payments.refund",),
    "refund.succeeded": _NOTHING,
    "refund.failed": _NOTHING,
}

# Who is told of what stands in a table of its own (api/notifications/templates.py).
for _name in told_kinds():
    REACTIONS[_name] = (*REACTIONS[_name], "notifications.tell")

# Importing the modules registered their tasks.
TASK_MODULES = (notifications, orders, payments, points, runners)
assert {t for tasks in REACTIONS.values() for t in tasks} == set(TASKS), "a task without an event"
