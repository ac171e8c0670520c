"""Events of carers and dependants."""

from api.events.registry import declare

DEPENDANT_PROPOSED = declare("dependant.proposed", "cap_fen", "kinds")
DEPENDANT_CHANGED = declare("dependant.changed", "cap_fen", "kinds")
DEPENDANT_WIDENED = declare("dependant.widened", "cap_fen", "kinds")
DEPENDANT_CONSENTED = declare("dependant.consented", "how", "cap_fen", "kinds")
DEPENDANT_REFUSED = declare("dependant.refused")
DEPENDANT_ENDED = declare("dependant.ended", "by")
DEPENDANT_WISHES_CHANGED = declare("dependant_wishes.changed")
