"""Events of places."""

from api.events.registry import declare

PLACE_CREATED = declare("place.created", "kind", "parent_id", "settings")
PLACE_CHANGED = declare("place.changed", "fields", "settings")
