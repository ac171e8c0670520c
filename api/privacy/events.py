"""Events of erasures."""

from api.events.registry import declare

ERASURE_REQUESTED = declare("erasure.requested", "user_id")
ERASURE_FINISHED = declare("erasure.finished", "user_id")
