"""Events of outcomes. Ids only, never words."""

from api.events.registry import declare

OUTCOME_DRAFTED = declare("outcome.drafted", "case_id")
# ``how``: in the app, or on paper.
OUTCOME_CONSENTED = declare("outcome.consented", "case_id", "party_id", "how")
# WeChat passed its words; or a person has to decide, or other words are needed.
OUTCOME_CHECKED = declare("outcome.checked", "case_id")
OUTCOME_HELD = declare("outcome.held", "case_id", "why")
OUTCOME_PUBLISHED = declare("outcome.published", "case_id")
OUTCOME_DECLINED = declare("outcome.declined", "case_id", "party_id")
OUTCOME_TAKEN_BACK = declare("outcome.taken_back", "case_id")
OUTCOME_LAPSED = declare("outcome.lapsed", "case_id")
