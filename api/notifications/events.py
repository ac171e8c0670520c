"""Events of inboxes. The subject is the person: one inbox each."""

from api.events.registry import declare

# `how`: told, read or forgotten.
INBOX_CHANGED = declare("inbox.changed", "how")
