"""Events of people."""

from api.events.registry import declare

USER_REGISTERED = declare("user.registered", "how")
USER_GRANTED = declare("user.granted", "role", "place_id")
USER_ROLE_REVOKED = declare("user.role_revoked", "role", "place_id")
USER_CHANGED = declare("user.changed", "fields")
# An account made beforehand for a number became part of its owner's own: what it left behind, such
# as orders that staff placed for it, passes to ``into``.
USER_JOINED = declare("user.joined", "into")
