"""Events of people: ids and plain values, never a name, a number or a door."""

from api.events.registry import declare

REAL_NAME_SUBMITTED = declare("real_name.submitted")
REAL_NAME_APPROVED = declare("real_name.approved")
REAL_NAME_REJECTED = declare("real_name.rejected", "reason")
REAL_NAME_REVOKED = declare("real_name.revoked", "reason")
REAL_NAME_REVEALED = declare("real_name.revealed", "reason")
HOUSEHOLD_MADE = declare("household.made", "building_id")
MEMBERSHIP_REQUESTED = declare("membership.requested", "building_id", "relation")
MEMBERSHIP_APPROVED = declare("membership.approved", "household_id")
MEMBERSHIP_REJECTED = declare("membership.rejected", "reason")
MEMBERSHIP_WITHDRAWN = declare("membership.withdrawn")
MEMBERSHIP_LEFT = declare("membership.left", "household_id", "reason")
PERSON_ENROLLED = declare("person.enrolled", "building_id")
PREFERENCES_CHANGED = declare("preferences.changed")
