"""The state machines: the tables of domain.md row by row, and the laws of all of them."""

import pytest

from api.board.states import ME_TOO, PILE, POST, REPORT
from api.care.states import DEPENDANT
from api.incidents.states import INCIDENT
from api.jobs.states import JOB, STOP
from api.kit.state import IllegalMove, Machine
from api.mediation.states import ASK, CASE, PARTY
from api.mediators.states import COMPLAINT, MEDIATOR
from api.merchants.states import LOT, MEMBER, MERCHANT, PRODUCT
from api.offers.states import OFFER
from api.orders.states import ACT, CONSENT, FINAL, ORDER
from api.payments.states import PAYMENT, REFUND
from api.people.states import MEMBERSHIP, REAL_NAME
from api.places.states import EMERGENCY
from api.runners.states import RUNNER
from api.takeovers.states import TAKEOVER
from api.withdrawals.states import WITHDRAWAL

_ALL = (
    ORDER, CONSENT, JOB, STOP, RUNNER, PAYMENT, REFUND, EMERGENCY, ACT, INCIDENT, REAL_NAME,
    MEMBERSHIP, DEPENDANT, TAKEOVER, WITHDRAWAL, POST, REPORT, ME_TOO, PILE, OFFER,
    MERCHANT, MEMBER, PRODUCT, LOT,
    CASE, PARTY, ASK, MEDIATOR, COMPLAINT,
)  # fmt: skip
MACHINES = {m.name: m for m in _ALL}
# domain.md, "Order states" and "Job states"; None is "–".
ORDER_TABLE = {
    (None, "place", "awaiting_payment"),
    (None, "place_free", "active"),
    ("awaiting_payment", "pay", "active"),
    ("awaiting_payment", "cancel", "cancelled"),
    ("active", "cancel", "cancelled"),
    ("active", "complete", "completed"),
    ("active", "dispute", "disputed"),
    ("completed", "dispute", "disputed"),
    ("disputed", "resolve_completed", "completed"),
    ("disputed", "resolve_cancelled", "cancelled"),
}
JOB_TABLE = {
    (None, "make", "waiting"),
    ("waiting", "ready", "open"),
    ("open", "accept", "accepted"),
    ("open", "assign", "accepted"),
    ("accepted", "release", "open"),
    ("accepted", "pick_up", "picked_up"),
    ("picked_up", "deliver", "delivered"),
    ("picked_up", "fail", "failed"),
    ("failed", "return", "returned"),
    ("open", "expire", "expired"),
    ("waiting", "cancel", "cancelled"),
    ("open", "cancel", "cancelled"),
    ("accepted", "cancel", "cancelled"),
}
ORDER_WHO = {
    ("awaiting_payment", "cancel"): {"system", "resident"},
    ("active", "cancel"): {"resident", "runner", "staff", "system"},
    ("active", "complete"): {"resident", "system"},
    ("active", "dispute"): {"resident", "runner", "merchant"},
    ("disputed", "resolve_completed"): {"staff", "mediation"},
}
JOB_WHO = {
    ("waiting", "ready"): {"system", "merchant"},
    ("open", "accept"): {"runner"},
    ("open", "assign"): {"staff"},
    ("accepted", "release"): {"runner", "staff"},
    ("accepted", "pick_up"): {"runner"},
    ("picked_up", "deliver"): {"runner"},
    ("picked_up", "fail"): {"runner"},
    ("failed", "return"): {"merchant", "resident", "staff"},
    ("open", "expire"): {"system"},
}


@pytest.mark.parametrize(("machine", "table"), [(ORDER, ORDER_TABLE), (JOB, JOB_TABLE)])
def test_the_machine_is_the_table_of_the_domain(
    machine: Machine, table: set[tuple[str | None, str, str]]
) -> None:
    """No move more, no move less."""
    moves = {(state, event, move.to_state) for (state, event), move in machine.moves.items()}

    assert table == moves


@pytest.mark.parametrize(("machine", "who"), [(ORDER, ORDER_WHO), (JOB, JOB_WHO)])
def test_only_those_move_it_whom_the_table_names(
    machine: Machine, who: dict[tuple[str, str], set[str]]
) -> None:
    """The last column of the table."""
    found = {key: set(machine.moves[key].who) for key in who}

    assert who == found


@pytest.mark.parametrize(
    ("machine", "final"),
    [
        (JOB, {"delivered", "returned", "expired", "cancelled"}),
        (STOP, {"delivered", "failed"}),
        (ORDER, {"cancelled"}),
        (REFUND, {"succeeded", "failed"}),
        (PAYMENT, {"paid"}),
        (RUNNER, set()),
        (EMERGENCY, {"over"}),
        (ACT, {"undone", "done", "dropped"}),
        (INCIDENT, {"resolved"}),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_final_is_what_the_domain_calls_final(machine: Machine, final: set[str]) -> None:
    """A completed order is final too, unless it is disputed."""
    assert final == machine.final


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_state_that_is_not_final_has_a_way_out(machine: Machine) -> None:
    """Nothing waits for ever; nothing final moves again."""
    leaving = {state for state, _ in machine.moves if state is not None}

    assert machine.states - machine.final == leaving


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_state_can_be_reached_from_nothing(machine: Machine) -> None:
    """No state stands in the table that no life comes to."""
    reached: set[str | None] = {None}
    for _ in machine.moves:
        reached |= {m.to_state for (s, _), m in machine.moves.items() if s in reached}

    assert machine.states == reached - {None}


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_move_has_somebody_who_makes_it(machine: Machine) -> None:
    """From a state that exists, by a named actor."""
    for (state, event), move in machine.moves.items():
        assert state is None or state in machine.states, (state, event)
        assert all(name.isalpha() for name in move.who), (state, event)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_what_is_not_in_the_table_is_refused(machine: Machine) -> None:
    """Every pair of state and event without a row, and states nobody knows."""
    events = {event for _, event in machine.moves}
    for state in [None, "unheard_of", *machine.states]:
        for event in {*events, "unheard_of"}:
            if machine.allows(state, event):
                continue
            with pytest.raises(IllegalMove):
                machine.target(state, event)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_sources_and_pairs_say_what_the_table_says(machine: Machine) -> None:
    """The two readings that queries and doctor use."""
    rebuilt = {
        (state, machine.target(state, event))
        for event in {e for _, e in machine.moves}
        for state in [None, *machine.sources(event)]
        if machine.allows(state, event)
    }

    assert machine.legal_pairs() == rebuilt


def test_an_order_ends_completed_or_cancelled() -> None:
    """What the doctor and the replay call final."""
    assert ("completed", "cancelled") == FINAL


@pytest.mark.parametrize(
    ("rows", "final"),
    [
        ([(None, "make", "a", "x"), (None, "make", "b", "x")], ()),
        ([(None, "make", "a", "x")], ("b",)),
        ([(None, "make", "a", "x"), ("a", "go", "b", "x")], ("a",)),
    ],
)
def test_a_machine_that_contradicts_itself_is_not_built(
    rows: list[tuple[str | None, str, str, str]], final: tuple[str, ...]
) -> None:
    """A move twice, an unknown final state, a final state that moves."""
    with pytest.raises(AssertionError):
        Machine("broken", rows, final=final)
