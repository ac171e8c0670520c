"""Events of cases, their parties, and who was asked to mediate. Ids and codes, never words."""

from api.events.registry import declare

# ``danger``: the numbers to call that its words ask for.
CASE_OPENED = declare("case.opened", "source", "category", "danger")
# A member of staff was named for it.
CASE_TAKEN = declare("case.taken", "user_id")
CASE_OFFERED = declare("case.offered", "until")
CASE_ACCEPTED = declare("case.accepted")
# ``why``: refused or no_consent.
CASE_REFUSED = declare("case.refused", "why")
CASE_ASSIGNED = declare("case.assigned", "user_id")
# Nobody is left to be asked: staff see to it.
CASE_UNMEDIATED = declare("case.unmediated")
CASE_OBJECTED = declare("case.objected", "user_id", "by", "number")
# Whoever mediates no longer can, or may. ``why``: unfit (suspended, ended, term over), or a code.
CASE_REPLACED = declare("case.replaced", "user_id", "why")
CASE_BEGUN = declare("case.begun")
# A contact or session was recorded.
CASE_RECORDED = declare("case.recorded", "kind", "number", "danger")
CASE_SUSPENDED = declare("case.suspended", "code")
CASE_RESUMED = declare("case.resumed")
# ``why``: no_agreement or period_over.
CASE_FAILED = declare("case.failed", "why")
CASE_WITHDRAWN = declare("case.withdrawn", "side")
# ``into``: to whom it goes; ``by``: staff, mediator or words.
CASE_ESCALATED = declare("case.escalated", "into", "by")
CASE_ARCHIVED = declare("case.archived")

PARTY_JOINED = declare("case_party.joined", "side", "kind")
# ``how``: by applying, in the app, or on paper.
PARTY_CONSENTED = declare("case_party.consented", "how")
PARTY_REFUSED = declare("case_party.refused", "how")
PARTY_LAPSED = declare("case_party.lapsed")
PARTY_LEFT = declare("case_party.left")

ASKED = declare("mediator_ask.asked", "until")
ASK_ACCEPTED = declare("mediator_ask.accepted")
ASK_PASSED = declare("mediator_ask.passed")
ASK_TIMED_OUT = declare("mediator_ask.timed_out")
ASK_REPLACED = declare("mediator_ask.replaced")
# The case ended meanwhile.
ASK_DROPPED = declare("mediator_ask.dropped")

# Somebody who is no party is to join the talks. ``how``: in the app, or on paper.
GUEST_PROPOSED = declare("case_guest.proposed", "case_id", "kind")
GUEST_CONSENTED = declare("case_guest.consented", "case_id", "side", "how")
GUEST_ADMITTED = declare("case_guest.admitted", "case_id", "side", "how")
GUEST_REFUSED = declare("case_guest.refused", "case_id", "side")
GUEST_LEFT = declare("case_guest.left", "case_id")
