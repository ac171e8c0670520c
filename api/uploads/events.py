"""Events of uploads."""

from api.events.registry import declare

UPLOAD_KEPT = declare("upload.kept", "purpose")
UPLOAD_CLAIMED = declare("upload.claimed", "purpose", "claimed_by")
UPLOAD_REMOVED = declare("upload.removed", "reason")
UPLOAD_MASKED = declare("upload.masked", "why", "areas", "until")
UPLOAD_ORIGINAL_READ = declare("upload.original_read", "reason")
