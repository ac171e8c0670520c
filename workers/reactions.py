"""The one table of consequences: event to tasks. An event without a row fails a test."""

from workers.task import TASKS
from workers.tasks import orders, payments, points, repeats

_NOTHING: tuple[str, ...] = ()

REACTIONS: dict[str, tuple[str, ...]] = {
    "user.registered": _NOTHING,
    "user.granted": _NOTHING,
    "user.changed": _NOTHING,
    "place.created": _NOTHING,
    "place.changed": _NOTHING,
    "upload.kept": _NOTHING,
    "upload.claimed": _NOTHING,
    "upload.removed": _NOTHING,
    "runner.applied": _NOTHING,
    "runner.approved": _NOTHING,
    "runner.rejected": _NOTHING,
    "runner.suspended": _NOTHING,
    "runner.shift_changed": _NOTHING,
    "job.made": _NOTHING,
    "job.opened": _NOTHING,
    "job.accepted": _NOTHING,
    "job.released": ("points.score_release",),
    "job.arrived": _NOTHING,
    "job.picked_up": _NOTHING,
    "job.stop_closed": _NOTHING,
    "job.advance_raised": _NOTHING,
    "job.delivered": ("orders.settle_goods",),
    "job.failed": _NOTHING,
    "job.returned": ("orders.cancel_returned",),
    "job.expired": ("orders.cancel_expired",),
    "job.cancelled": _NOTHING,
    "order.placed": _NOTHING,
    "order.activated": _NOTHING,
    "order.cancelled": ("payments.unwind_cancelled", "repeats.note_unpaid"),
    "order.completed": ("points.score_completion",),
    "repeat.started": _NOTHING,
    "repeat.paused": _NOTHING,
    "repeat.resumed": _NOTHING,
    "repeat.ended": _NOTHING,
    "repeat.placed": _NOTHING,
    "repeat.skipped": _NOTHING,
    "order.goods_raised": _NOTHING,
    "order.goods_settled": ("payments.return_difference",),
    "consent.asked": _NOTHING,
    "consent.agreed": _NOTHING,
    "consent.declined": _NOTHING,
    "consent.paid": _NOTHING,
    "consent.lapsed": ("payments.close_lapsed_consent",),
    "order.rated": ("points.score_rating",),
    "payment.opened": _NOTHING,
    "payment.paid": _NOTHING,
    "payment.closed": ("payments.ask_closed",),
    "refund.requested": ("payments.refund",),
    "refund.succeeded": _NOTHING,
    "refund.failed": _NOTHING,
}

# Importing the modules registered their tasks.
TASK_MODULES = (orders, payments, points, repeats)
assert {t for tasks in REACTIONS.values() for t in tasks} == set(TASKS), "a task without an event"
