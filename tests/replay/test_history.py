"""The checks H1-H8: each passes on a good history and finds its planted fault."""

import pytest

from api.cli.history import (
    CHECKS,
    Call,
    Canary,
    Recorder,
    Truth,
    canaries_in,
    check_all,
    leaks,
)
from tests.fixtures.builders.replaying import accept, call

_PROBLEM = "application/problem+json"
_DOOR, _PHONE = "canary-0123456789abcdef", "13900000001"
_TRUTH = Truth(
    stored={
        ("order.placed", "o1"): ("id-1",),
        ("job.accepted", "j"): ("ben",),
    },
    declared={"GET /v1/orders/{order_id}": frozenset({200, 404, 503})},
    canaries=(Canary(_DOOR, "ann", "j"), Canary(_PHONE, "ann")),
)


def _placed(**more: object) -> Call:
    fields = {"status": 201, "key": "k", "body_hash": 7, "result": "id-1", "version": 1, **more}
    return call(
        "ann",
        "POST",
        "/v1/orders",
        effect=("order.placed", "o1"),
        object_id="id-1",
        **fields,  # pyright: ignore[reportArgumentType]
    )


_BUSY = {"content_type": _PROBLEM, "has_retry_after": True}
_GOOD = [
    _placed(status=0, at=0, body_hash=0, result=None),
    _placed(at=1),
    _placed(at=2, is_repeat=True),
    call(at=3, object_id="id-1", version=2, canaries=(_DOOR, _PHONE)),
    accept("ben", 503, at=4, **_BUSY),
    accept("ben", 200, at=5, version=3, object_id="j"),
    accept("eve", 409, at=5, content_type=_PROBLEM, code="job_taken"),
    call("ben", route="/v1/jobs/{job_id}", at=6, object_id="j", version=3, canaries=(_DOOR,)),
    call(status=404, at=7, content_type=_PROBLEM, code="not_found"),
]
_FAULTS: dict[str, tuple[str, list[Call], Truth]] = {
    "an acknowledged order is absent": ("H1", [_placed(result="id-2")], _TRUTH),
    "an acknowledged accept belongs to another": ("H1", [accept("eve", 200)], _TRUTH),
    "one key placed two orders": (
        "H2",
        [_placed()],
        Truth(stored={("order.placed", "o1"): ("id-1", "id-2")}),
    ),
    "an outcome stayed unknown": ("H2", [_placed(status=0, result=None)], _TRUTH),
    "a twin in flight was never asked again": (
        "H2",
        [_placed(status=409, code="request_in_flight", content_type=_PROBLEM, result=None)],
        _TRUTH,
    ),
    "a repeat answered with other bytes": ("H3", [_placed(), _placed(body_hash=8)], _TRUTH),
    "a repeat answered with another status": ("H3", [_placed(), _placed(status=200)], _TRUTH),
    "two runners were told it is theirs": ("H4", [accept("ben", 200), accept("eve", 200)], _TRUTH),
    "nobody was told, yet it is taken": ("H4", [accept("eve", 409)], _TRUTH),
    "a loser was told 404": ("H4", [accept("ben", 200), accept("eve", 404)], _TRUTH),
    "a read missed a write that had ended": (
        "H5",
        [
            _placed(version=None),
            accept("ben", 200, object_id="j", version=3),
            call("ann", at=1, object_id="j", version=2),
        ],
        _TRUTH,
    ),
    "a client saw a version and then an older one": (
        "H6",
        [call(object_id="o", version=5), call(at=1, object_id="o", version=4)],
        _TRUTH,
    ),
    "a stranger saw a door": ("H7", [call("eve", canaries=(_DOOR,))], _TRUTH),
    "a runner saw a door before the accept": (
        "H7",
        [call("ben", at=1, canaries=(_DOOR,)), accept("ben", 200, at=2)],
        _TRUTH,
    ),
    "the runner of the job saw the whole number": (
        "H7",
        [accept("ben", 200), call("ben", at=1, canaries=(_PHONE,))],
        _TRUTH,
    ),
    "a status that is not declared": ("H8", [call(status=418, content_type=_PROBLEM)], _TRUTH),
    "a plain 500": ("H8", [call(status=500, content_type=_PROBLEM)], Truth()),
    "a 503 that does not say when": ("H8", [call(status=503, content_type=_PROBLEM)], Truth()),
    "an error that is no problem document": ("H8", [call(status=404)], Truth()),
    "a stack in an answer": (
        "H8",
        [call(status=404, content_type=_PROBLEM, leaks=True)],
        Truth(),
    ),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    """The check that the fault violates says so, in one line or more."""
    name, calls, truth = _FAULTS[fault]

    assert CHECKS[name](calls, truth) != []


@pytest.mark.parametrize("name", CHECKS)
def test_a_good_history_passes(name: str) -> None:
    """Retries, repeats, lost races and passing failures violate nothing."""
    assert [] == CHECKS[name](_GOOD, _TRUTH)


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_fault_is_found_among_much_that_is_good(fault: str) -> None:
    """A violation does not hide in a long history."""
    name, calls, truth = _FAULTS[fault]
    others = [call(f"c{n}", at=n, object_id=f"x{n}", version=1) for n in range(200)]

    assert check_all(others + calls + others, truth)[name] != []


def test_an_overlapping_read_may_show_either_state() -> None:
    """Only a read that began after the write ended must show it."""
    write = accept("ben", 200, at=0, took=2.0, object_id="j", version=3)
    read = call("ann", at=1, object_id="j", version=2)

    assert [] == CHECKS["H5"]([write, read], _TRUTH)


def test_a_repeated_answer_shows_the_past_and_is_no_step_back() -> None:
    """A stored answer says what was true when it was given."""
    calls = [_placed(), call(at=1, object_id="id-1", version=2), _placed(at=2, is_repeat=True)]

    assert [] == CHECKS["H6"](calls, _TRUTH)


def test_the_recorder_is_bounded_and_says_what_it_dropped() -> None:
    """A long replay cannot eat the memory."""
    recorder = Recorder(calls_max=3)

    for n in range(5):
        recorder.keep(call(at=n))

    assert (3, 2) == (len(recorder.calls), recorder.dropped)


@pytest.mark.parametrize(
    "body",
    [
        b'Traceback (most recent call last):\n  File "/app/api/x.py"',
        b'{"detail": "asyncpg.exceptions.UniqueViolationError"}',
        b'{"detail": "SELECT id FROM users"}',
    ],
)
def test_the_inside_of_the_server_is_recognised(body: bytes) -> None:
    """Stacks, driver errors and statements never leave the server."""
    assert leaks(body)


def test_an_ordinary_refusal_leaks_nothing() -> None:
    """A problem document with a Chinese title is just that."""
    assert not leaks('{"title": "已被抢走", "code": "job_taken"}'.encode())


def test_planted_secrets_are_read_out_of_a_body() -> None:
    """Doors and whole phone numbers are found once each, a masked number is not."""
    body = f'{{"door": "{_DOOR}", "phone": "{_PHONE}", "again": "{_DOOR}", "m": "139****0001"}}'

    assert (_PHONE, _DOOR) == canaries_in(body.encode())
