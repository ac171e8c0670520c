"""Events of mediators, committees and organisations."""

from api.events.registry import declare

COMMITTEE_MADE = declare("committee.made", "place_id")
ORGANISATION_MADE = declare("organisation.made", "place_id", "kind")

MEDIATOR_APPLIED = declare("mediator.applied", "place_id")
MEDIATOR_APPOINTED = declare("mediator.appointed", "place_id", "until")
MEDIATOR_REJECTED = declare("mediator.rejected", "code")
# Hours, languages, load, employer: whether they may be asked now.
MEDIATOR_CHANGED = declare("mediator.changed")
MEDIATOR_SUSPENDED = declare("mediator.suspended", "code")
MEDIATOR_REINSTATED = declare("mediator.reinstated")
MEDIATOR_ENDED = declare("mediator.ended")

# Never by whom: a complaint names its mediator and its case.
COMPLAINT_FILED = declare("mediator_complaint.filed", "code", "case_id")
COMPLAINT_UPHELD = declare("mediator_complaint.upheld")
COMPLAINT_DISMISSED = declare("mediator_complaint.dismissed")
