"""The state machine of a case: the table of domain.md, row by row."""

from api.kit.state import Machine

_BEFORE_AGREED = ("opened", "offered", "accepted", "assigned", "in_session", "suspended")
# A mediator is at work.
MEDIATED = ("assigned", "in_session", "suspended")
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
        # Whoever mediates no longer can, or may: another one is asked, as at first.
        *((state, "replace", "accepted", "mediator,staff,system") for state in MEDIATED),
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
# Whoever is asked to take part; a side consents by any of its parties.
PARTY = Machine(
    "case_party",
    [
        (None, "join", "invited", "resident,staff,mediator"),
        ("invited", "consent", "consented", "party,staff,mediator"),
        ("invited", "refuse", "refused", "party,staff,mediator"),
        # The period is over, or the case ended meanwhile.
        ("invited", "lapse", "lapsed", "system"),
        ("consented", "leave", "left", "party"),
    ],
    final=("refused", "lapsed", "left"),
)
ASK = Machine(
    "mediator_ask",
    [
        (None, "ask", "asked", "system,staff"),
        ("asked", "accept", "accepted", "mediator"),
        ("asked", "pass", "passed", "mediator"),
        ("asked", "time_out", "timed_out", "system"),
        ("asked", "drop", "dropped", "system"),
        ("accepted", "replace", "replaced", "party,mediator"),
    ],
    final=("passed", "timed_out", "dropped", "replaced"),
)
# Somebody who joins the talks without being a party (人民调解法 20): every side wants them there.
GUEST = Machine(
    "case_guest",
    [
        (None, "propose", "proposed", "party,mediator,staff"),
        # One side; with the last one they may come.
        ("proposed", "consent", "proposed", "party,mediator"),
        ("proposed", "admit", "admitted", "party,mediator"),
        # A side that joined since.
        ("admitted", "consent", "admitted", "party,mediator"),
        ("proposed", "refuse", "refused", "party,mediator"),
        # Whoever wanted them there does so no more.
        ("admitted", "refuse", "refused", "party,mediator"),
        ("proposed", "leave", "left", "guest"),
        ("admitted", "leave", "left", "guest"),
    ],
    final=("refused", "left"),
)
# Who may join, while something is talked over.
TALKED = ("accepted", *MEDIATED)
# Not yet agreed, failed or ended: parties may come and go.
OPEN = _BEFORE_AGREED
# Nothing follows but the archive.
OVER = (*_ENDED, "escalated", "followed_up")
# What counts for a mediator's and a post's case.
LIVING = (*_BEFORE_AGREED, *_AFTER)
# The words that a public post shows; an archived case leaves them as they were.
WORDS = {
    **dict.fromkeys(("opened", "offered", "accepted", "assigned", "suspended", "breached"),
                    "in_mediation"),
    "in_session": "in_session",
    **dict.fromkeys(("agreed", "performing", "fulfilled", "followed_up"), "settled"),
    **dict.fromkeys((*_ENDED, "escalated"), "ended"),
}  # fmt: skip
