"""The state machine of a published outcome."""

from api.kit.state import Machine

OUTCOME = Machine(
    "outcome",
    [
        (None, "draft", "drafted", "mediator,staff"),
        # One party consents in writing to exactly this text; all of them have to.
        ("drafted", "consent", "drafted", "party,mediator"),
        # WeChat passed these very words, or worries, or could not say.
        ("drafted", "check", "drafted", "system"),
        # Somebody who has no part in the case read it, and nobody can be known by it.
        ("drafted", "publish", "published", "staff"),
        # A consent may be refused, or withdrawn, whenever: the text is gone at once.
        ("drafted", "decline", "declined", "party,mediator"),
        ("published", "decline", "declined", "party,mediator"),
        ("drafted", "take_back", "taken_back", "mediator,staff"),
        ("published", "take_back", "taken_back", "mediator,staff"),
        # What was agreed binds no more.
        ("drafted", "lapse", "lapsed", "system"),
        ("published", "lapse", "lapsed", "system"),
    ],
    final=("declined", "taken_back", "lapsed"),
)
# One at a time of a case.
OPEN = ("drafted", "published")
