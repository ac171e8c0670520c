"""Events of open talks. Ids and codes only."""

from api.events.registry import declare

HEARING_PROPOSED = declare("hearing.proposed", "case_id")
# ``how``: in the app, or on paper.
HEARING_CONSENTED = declare("hearing.consented", "case_id", "party_id", "how")
HEARING_ANNOUNCED = declare("hearing.announced", "case_id", "party_id", "how")
HEARING_REFUSED = declare("hearing.refused", "case_id", "party_id")
HEARING_CANCELLED = declare("hearing.cancelled", "case_id")
HEARING_LAPSED = declare("hearing.lapsed", "case_id")
# ``number``: of the session that is its minutes.
HEARING_HELD = declare("hearing.held", "case_id", "number", "there_count")

LISTENER_SIGNED_UP = declare("listener.signed_up", "hearing_id")
LISTENER_SIGNED_OFF = declare("listener.signed_off", "hearing_id")
LISTENER_ATTENDED = declare("listener.attended", "hearing_id")
