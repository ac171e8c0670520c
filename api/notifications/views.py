"""What of a record its reader sees, in their language."""

from api.notifications.models import InboxRecord
from api.notifications.schemas import RecordOut
from api.notifications.templates import Text, page_of, template_for

# What was told under a kind that is not told of any more.
_GONE = {"zh": Text("通知", "内容已过期。"), "en": Text("Notice", "It is out of date.")}


def record_out(record: InboxRecord, *, language: str) -> RecordOut:
    """The record in words."""
    template = template_for(record.kind, record.role, record.details)
    text = template.text(language, record.details) if template else _GONE[language]
    return RecordOut(
        id=record.id,
        kind=record.kind,
        title=text.title,
        body=text.body,
        page=page_of(template, record.details),
        is_urgent=template is not None and template.is_urgent,
        subject=record.subject,
        subject_id=record.subject_id,
        at=record.at,
        read_at=record.read_at,
    )
