"""Events of consents."""

from api.events.registry import declare

CONSENT_GRANTED = declare("data_consent.granted", "user_id", "purpose", "text_version", "how")
CONSENT_WITHDRAWN = declare("data_consent.withdrawn", "user_id", "purpose")
CONSENT_SUPERSEDED = declare("data_consent.superseded", "user_id", "purpose")
