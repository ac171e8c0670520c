"""Events of takeovers: who is to be whom, never what was said of them."""

from api.events.registry import declare

TAKEOVER_ASKED = declare("takeover.asked", "building_id")
TAKEOVER_AGREED = declare("takeover.agreed", "user_id", "proof", "until")
TAKEOVER_REJECTED = declare("takeover.rejected", "reason")
TAKEOVER_WITHDRAWN = declare("takeover.withdrawn")
TAKEOVER_STOPPED = declare("takeover.stopped", "reason")
TAKEOVER_JOINED = declare("takeover.joined", "user_id")
