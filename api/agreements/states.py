"""The state machines of an agreement, of its confirmation by a court, and of visits."""

from api.kit.state import Machine

AGREEMENT = Machine(
    "agreement",
    [
        (None, "propose", "proposed", "mediator"),
        # A name under it, of one side: a party, a mediator, or the committee's seal.
        ("proposed", "sign", "proposed", "party,mediator,committee"),
        # With the last name that its form asks for.
        ("proposed", "take_effect", "in_force", "party,mediator,committee"),
        ("proposed", "decline", "declined", "party"),
        ("proposed", "take_back", "taken_back", "mediator"),
        # Its case left the session without it.
        ("proposed", "lapse", "lapsed", "system"),
        # Something is due soon.
        ("in_force", "remind", "in_force", "system"),
        # Its party says that something of it is done; the other side says whether that is so.
        ("in_force", "claim", "in_force", "party,mediator"),
        ("in_force", "confirm", "in_force", "party"),
        ("in_force", "deny", "in_force", "party"),
        # Its confirmation by a court moved.
        ("in_force", "go_to_court", "in_force", "party,mediator,staff,system"),
        # Broken and taken up again: nothing of it is due any more.
        ("in_force", "end", "ended", "party,staff,system"),
    ],
    final=("declined", "taken_back", "lapsed", "ended"),
)
# Confirmation by the court (司法确认) of an agreement in force; it has no rows of its own.
COURT = Machine(
    "court",
    [
        (None, "open", "open", "system"),
        ("open", "remind", "open", "system"),
        # One party wants it; all of them have to.
        ("open", "ask", "open", "party"),
        ("open", "apply", "applied", "mediator,staff"),
        ("open", "lapse", "lapsed", "system"),
        ("applied", "confirm", "confirmed", "mediator,staff"),
        ("applied", "refuse", "refused", "mediator,staff"),
    ],
    final=("lapsed", "confirmed", "refused"),
)
VISIT = Machine(
    "visit",
    [
        (None, "plan", "planned", "system,staff"),
        # Its day has come: staff are told.
        ("planned", "call", "planned", "system"),
        ("planned", "assign", "planned", "staff"),
        ("planned", "record", "recorded", "visitor"),
        # The agreement ended before.
        ("planned", "void", "void", "system"),
    ],
    final=("recorded", "void"),
)
# Of one time that a term is due. The agreement's events and the visits tell of it.
ITEM_STATES = ("planned", "reminded", "claimed", "kept", "broken", "void")
ITEM_OPEN = ("planned", "reminded")
