"""Events of consents."""

from api.events.registry import declare

CONSENT_GRANTED = declare("consent.granted", "user_id", "purpose", "text_version", "how")
CONSENT_WITHDRAWN = declare("consent.withdrawn", "user_id", "purpose")
CONSENT_SUPERSEDED = declare("consent.superseded", "user_id", "purpose")
