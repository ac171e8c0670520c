"""Events of people."""

from api.events.registry import declare

USER_REGISTERED = declare("user.registered", "how")
USER_GRANTED = declare("user.granted", "role", "place_id")
USER_CHANGED = declare("user.changed", "fields")
