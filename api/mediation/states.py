"""The state machine of a case: the table of domain.md, row by row."""

from api.kit.state import Machine

_BEFORE_AGREED = ("opened", "offered", "accepted", "assigned", "in_session", "suspended")
_AFTER = ("agreed", "performing", "fulfilled", "breached", "followed_up")
_ENDED = ("failed", "refused", "withdrawn")

CASE = Machine(
    "case",
    [
        (None, "open", "opened", "resident,staff,system"),
        ("opened", "offer", "offered", "staff,system"),
        # Every side consented; one that refuses, or does not answer, ends it (人民调解法 17).
        ("offered", "accept", "accepted", "party"),
        ("offered", "refuse", "refused", "party,system"),
        ("accepted", "assign", "assigned", "mediator"),
        # Another one is asked.
        ("assigned", "object", "accepted", "party,mediator"),
        ("assigned", "begin", "in_session", "mediator"),
        ("in_session", "agree", "agreed", "party,mediator,committee"),
        ("in_session", "suspend", "suspended", "mediator"),
        ("suspended", "resume", "in_session", "mediator"),
        ("in_session", "fail", "failed", "mediator,system"),
        ("suspended", "fail", "failed", "mediator,system"),
        ("agreed", "perform", "performing", "system"),
        ("performing", "fulfil", "fulfilled", "visitor"),
        ("performing", "breach", "breached", "visitor"),
        ("breached", "reopen", "in_session", "party,staff"),
        ("agreed", "follow_up", "followed_up", "visitor"),
        ("fulfilled", "follow_up", "followed_up", "visitor"),
        *((state, "withdraw", "withdrawn", "party") for state in _BEFORE_AGREED),
        *(
            (state, "escalate", "escalated", "staff,mediator,system")
            for state in (*_BEFORE_AGREED, *_AFTER, *_ENDED)
        ),
        *(
            (state, "archive", "archived", "staff")
            for state in ("followed_up", *_ENDED, "escalated")
        ),
    ],
    final=("archived",),
)
