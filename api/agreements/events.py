"""Events of agreements and visits, and what they make of their case. Codes and ids, never words."""

from api.events.registry import declare

# ``form``: written or oral.
AGREEMENT_PROPOSED = declare("agreement.proposed", "form")
AGREEMENT_SIGNED = declare("agreement.signed", "side", "how", "party_id")
AGREEMENT_TOOK_EFFECT = declare("agreement.took_effect", "form", "number")
AGREEMENT_DECLINED = declare("agreement.declined", "party_id")
AGREEMENT_TAKEN_BACK = declare("agreement.taken_back")
AGREEMENT_LAPSED = declare("agreement.lapsed")
# One time that a term is due soon; ``day``: when it begins.
AGREEMENT_REMINDED = declare("agreement.reminded", "party_id", "number", "day")
# Of one time that a term is due: its party says it is done; another side says so, or not.
AGREEMENT_CLAIMED = declare("agreement.claimed", "party_id", "number", "day")
AGREEMENT_CONFIRMED = declare("agreement.confirmed", "party_id", "number", "day")
AGREEMENT_DENIED = declare("agreement.denied", "party_id", "number", "day")
# ``outcome``: moved (its last day), reminded, asked, applied, confirmed, refused or lapsed.
AGREEMENT_AT_COURT = declare("agreement.at_court", "outcome")
AGREEMENT_ENDED = declare("agreement.ended")

# ``purpose``: week, month or extra.
VISIT_PLANNED = declare("visit.planned", "purpose", "day")
VISIT_CALLED = declare("visit.called")
VISIT_ASSIGNED = declare("visit.assigned", "user_id")
# ``outcome``: kept, broken, or open while it still runs.
VISIT_RECORDED = declare("visit.recorded", "outcome")
VISIT_VOIDED = declare("visit.voided")

CASE_AGREED = declare("case.agreed")
CASE_PERFORMING = declare("case.performing")
CASE_FULFILLED = declare("case.fulfilled")
CASE_BREACHED = declare("case.breached")
CASE_REOPENED = declare("case.reopened")
CASE_FOLLOWED_UP = declare("case.followed_up")
