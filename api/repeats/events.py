"""Events of repeating errands."""

from api.events.registry import declare

REPEAT_STARTED = declare("repeat.started")
REPEAT_PAUSED = declare("repeat.paused")
REPEAT_RESUMED = declare("repeat.resumed")
REPEAT_ENDED = declare("repeat.ended")
REPEAT_PLACED = declare("repeat.placed", "order_id", "day")
REPEAT_SKIPPED = declare("repeat.skipped", "day", "code")
