"""Events of offers."""

from api.events.registry import declare

OFFER_MADE = declare("offer.made", "runner_id", "job_ids", "run", "until")
OFFER_ACCEPTED = declare("offer.accepted", "job_ids")
OFFER_DECLINED = declare("offer.declined", "job_ids")
OFFER_EXPIRED = declare("offer.expired", "job_ids")
OFFER_WITHDRAWN = declare("offer.withdrawn", "job_ids")
# These jobs were offered as often as may be, and nobody took them: they stay in the hall.
OFFER_SPENT = declare("offer.spent", "job_ids")
