"""Events of places."""

from api.events.registry import declare

PLACE_CREATED = declare("place.created", "kind", "parent_id", "settings")
PLACE_CHANGED = declare("place.changed", "fields", "settings", "reason")
EMERGENCY_BEGAN = declare("emergency.began", "place_id", "kind", "due_percent", "ends_at")
EMERGENCY_CHANGED = declare("emergency.changed", "place_id", "due_percent", "ends_at")
EMERGENCY_ENDED = declare("emergency.ended", "place_id")
