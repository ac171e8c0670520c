"""Events of cycles."""

from api.events.registry import declare

CYCLE_DRAFTED = declare("cycle.drafted", "merchant_id", "copied_from_id")
CYCLE_CHANGED = declare("cycle.changed", "fields")
CYCLE_OPENED = declare("cycle.opened", "closes_at")
# By hand: nobody joins any more from now on; it closes once the last payment is decided.
CYCLE_CUT_OFF = declare("cycle.cut_off", "closes_at")
CYCLE_CLOSED = declare("cycle.closed", "orders_count")
CYCLE_CANCELLED = declare("cycle.cancelled", "why")
STANDING_STARTED = declare("standing_order.started", "merchant_id")
STANDING_PAUSED = declare("standing_order.paused")
STANDING_RESUMED = declare("standing_order.resumed")
STANDING_ENDED = declare("standing_order.ended")
STANDING_PLACED = declare("standing_order.placed", "order_id", "cycle_id")
STANDING_SKIPPED = declare("standing_order.skipped", "cycle_id", "code")
ALERT_SET = declare("cycle_alert.set", "merchant_id")
ALERT_LIFTED = declare("cycle_alert.lifted", "merchant_id")
# A cycle opened, told to one person: as many as asked for it, each a message of its own.
CYCLE_ANNOUNCED = declare("cycle_announcement.made", "cycle_id")
STOCK_CHANGED = declare("stock_change.made", "cycle_id", "item_id", "from_count", "to_count")
