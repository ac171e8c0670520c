"""The state machines of open talks, and of whoever listens to them."""

from api.kit.state import Machine

HEARING = Machine(
    "hearing",
    [
        (None, "propose", "proposed", "party,mediator,staff"),
        # One party; with the last one the community may know of it.
        ("proposed", "consent", "proposed", "party,mediator"),
        ("proposed", "announce", "announced", "party,mediator"),
        # Whoever joined since.
        ("announced", "consent", "announced", "party,mediator"),
        # One who objects is enough, whenever: what is talked over stays closed.
        ("proposed", "refuse", "refused", "party,mediator"),
        ("announced", "refuse", "refused", "party,mediator"),
        ("proposed", "cancel", "cancelled", "mediator,staff"),
        ("announced", "cancel", "cancelled", "mediator,staff"),
        # The case is mediated no more, or the time passed.
        ("proposed", "lapse", "lapsed", "system"),
        ("announced", "lapse", "lapsed", "system"),
        # It took place: its minutes are one of the sessions of the case.
        ("announced", "hold", "held", "mediator"),
    ],
    final=("refused", "cancelled", "lapsed", "held"),
)
LISTENER = Machine(
    "listener",
    [
        (None, "sign_up", "signed_up", "resident"),
        ("signed_up", "sign_off", "signed_off", "resident"),
        ("signed_off", "sign_up", "signed_up", "resident"),
        ("signed_up", "attend", "attended", "mediator"),
    ],
    final=("attended",),
)
# One at a time of a case.
OPEN = ("proposed", "announced")
