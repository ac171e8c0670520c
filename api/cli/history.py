"""What clients saw of the API, and the checks H1-H8 on it: pure, whoever recorded the calls.

`Recorder` keeps every request with its answer; each check takes the recorded calls and what the
database holds, and names its violations, one line each.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CALLS_MAX = 1_000_000
PROBLEM = "application/problem+json"
# What a reply of ours never holds: a stack, a driver's words, a statement.
_LEAKS = re.compile(
    rb"Traceback \(most recent|File \"[^\"]+\", line \d|asyncpg\.|sqlalchemy\."
    rb"|\bSELECT .{1,200} FROM\b"
)
# Planted by the recording client: anything of this form in a reply is somebody's secret.
_CANARIES = re.compile(rb"canary-[0-9a-z]{8,40}|\b1[3-9]\d{9}\b")

# An effect: the kind of change and what it is about, such as ("job.accepted", the job's id).
Effect = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its answer, as its client saw it. Times are one monotonic clock's seconds."""

    client: str
    method: str
    route: str
    started: float
    ended: float
    # 0: no answer came, so the outcome is unknown.
    status: int
    key: str | None = None
    body_hash: int = 0
    is_repeat: bool = False
    # What the client wants to bring about, and what the row in the database must say of it.
    effect: Effect | None = None
    result: str | None = None
    # Which object the answer shows, in which version.
    object_id: str | None = None
    version: int | None = None
    code: str | None = None
    content_type: str = ""
    has_retry_after: bool = False
    leaks: bool = False
    canaries: tuple[str, ...] = ()

    @property
    def is_acked(self) -> bool:
        """Whether the server said that it is done."""
        return 200 <= self.status < 300

    @property
    def is_definite(self) -> bool:
        """Whether the client knows what became of it."""
        return 200 <= self.status < 500 and self.code != "request_in_flight" and self.status != 429


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret planted by its owner; ``job_id`` where that job's runner may see it too."""

    text: str
    owner: str
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What the database, the contract and the players say, to hold the calls against."""

    # Every effect with what its rows say (who or which), one entry a row.
    stored: Mapping[Effect, Sequence[str]] = field(default_factory=dict[Effect, Sequence[str]])
    # The status codes that the OpenAPI document declares, by "GET /v1/…".
    declared: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])
    canaries: Sequence[Canary] = ()


class Recorder:
    """Keeps calls in memory, up to a limit; says how many it had to drop."""

    def __init__(self, *, calls_max: int = CALLS_MAX) -> None:
        self.calls: list[Call] = []
        self.dropped = 0
        self._calls_max = calls_max

    def keep(self, call: Call) -> None:
        """Keep a call, or count it as dropped."""
        if len(self.calls) < self._calls_max:
            self.calls.append(call)
        else:
            self.dropped += 1


def leaks(body: bytes) -> bool:
    """Whether a reply shows the inside of the server."""
    return _LEAKS.search(body) is not None


def canaries_in(body: bytes) -> tuple[str, ...]:
    """Everything in a reply that has the form of a planted secret."""
    return tuple(sorted({found.decode() for found in _CANARIES.findall(body)}))


def check_acked_is_stored(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H1: every acknowledged write is in the database, and is this one."""
    return [
        f"{c.client}: {c.effect[0]} {c.effect[1]} was acknowledged as {c.result}, not stored so"
        for c in calls
        if c.is_acked and c.effect and c.result not in truth.stored.get(c.effect, ())
    ]


def check_one_effect_per_key(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H2: under one key at most one effect, and every unknown outcome became definite."""
    broken: list[str] = []
    for (client, key), same in _by_key(calls).items():
        if not any(c.is_definite for c in same):
            broken.append(f"{client}: {same[0].method} {same[0].route} {key} never became definite")
        broken += [
            f"{client}: {effect[0]} {effect[1]} happened more than once"
            for effect in sorted({c.effect for c in same if c.effect})
            if len(truth.stored.get(effect, ())) > 1
        ]
    return broken


def check_repeats_are_equal(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H3: a key that succeeded gives the same status and the same bytes ever after."""
    return [
        f"{client}: {same[0].method} {same[0].route} {key} answered differently"
        for (client, key), same in _by_key(calls).items()
        if len({(c.status, c.body_hash) for c in same if c.is_acked}) > 1
    ]


def check_one_winner(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H4: a race for a job has exactly one winner, and all others are told 409."""
    races: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if call.effect and call.effect[0] == "job.accepted":
            races[call.effect[1]].append(call)
    broken: list[str] = []
    for job_id, race in races.items():
        winners = {c.client for c in race if c.is_acked}
        if len(winners) > 1:
            broken.append(f"job {job_id}: {len(winners)} runners were told it is theirs")
        is_taken = bool(truth.stored.get(("job.accepted", job_id)))
        if not winners and is_taken and all(c.is_definite for c in race):
            broken.append(f"job {job_id}: it is taken, but nobody was told so")
        odd = {c.status for c in race if c.is_definite and not c.is_acked and c.status != 409}
        broken += [f"job {job_id}: a loser was told {status}" for status in sorted(odd)]
    return broken


def check_own_writes_are_read(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H5: a read that starts after an acknowledged write ended shows it, or what came after."""
    writes = [c for c in calls if c.method != "GET" and _shows(c)]
    reads = [c for c in calls if c.method == "GET" and _shows(c)]
    return _stale(writes, reads, lambda c: c.object_id)


def check_versions_rise(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H6: no client sees an older version of a thing after a newer one."""
    seen = [c for c in calls if _shows(c)]
    return _stale(seen, seen, lambda c: (c.client, c.object_id))


def check_secrets_stay(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H7: nobody is shown another person's secret, but the runner of the job while it is theirs."""
    planted = {c.text: c for c in truth.canaries}
    since: dict[tuple[str, str], float] = {}
    for call in calls:
        if call.is_acked and call.effect and call.effect[0] == "job.accepted":
            since.setdefault((call.client, call.effect[1]), call.started)
    broken: list[str] = []
    for call in calls:
        for text in call.canaries:
            canary = planted.get(text)
            if canary is None or canary.owner == call.client:
                continue
            held = since.get((call.client, canary.job_id)) if canary.job_id else None
            if held is None or call.started < held:
                broken.append(f"{call.client} saw {canary.owner}'s {text[:10]}… in {call.route}")
    return broken


def check_answers_are_declared(calls: Sequence[Call], truth: Truth) -> list[str]:
    """H8: only declared codes; no 5xx but 503 that says when; errors are problems, no stacks."""
    found: set[str] = set()
    for call in calls:
        if call.status == 0:
            continue
        route = f"{call.method} {call.route}"
        declared = truth.declared.get(route)
        if declared is not None and call.status not in declared:
            found.add(f"{route} answered {call.status}, which is not declared")
        if call.status >= 500 and (call.status != 503 or not call.has_retry_after):
            found.add(f"{route} answered {call.status} without saying when to come back")
        if call.status >= 400 and call.content_type.partition(";")[0].strip() != PROBLEM:
            found.add(f"{route} answered {call.status} as {call.content_type or 'nothing'}")
        if call.leaks:
            found.add(f"{route} answered {call.status} with the inside of the server")
    return sorted(found)


Check = Callable[[Sequence[Call], Truth], list[str]]

CHECKS: dict[str, Check] = {
    "H1": check_acked_is_stored,
    "H2": check_one_effect_per_key,
    "H3": check_repeats_are_equal,
    "H4": check_one_winner,
    "H5": check_own_writes_are_read,
    "H6": check_versions_rise,
    "H7": check_secrets_stay,
    "H8": check_answers_are_declared,
}


def check_all(calls: Sequence[Call], truth: Truth) -> dict[str, list[str]]:
    """All eight; an empty list where one holds."""
    return {name: check(calls, truth) for name, check in CHECKS.items()}


def _by_key(calls: Iterable[Call]) -> dict[tuple[str, str], list[Call]]:
    """The calls under each key; keys are per person, so the client belongs to them."""
    grouped: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        if call.key is not None:
            grouped[(call.client, call.key)].append(call)
    return grouped


def _shows(call: Call) -> bool:
    """Whether it shows a thing as it is now; a repeated answer shows it as it was."""
    return call.is_acked and not call.is_repeat and call.version is not None


def _stale(
    before: Sequence[Call], after: Sequence[Call], of: Callable[[Call], object]
) -> list[str]:
    """The calls of ``after`` with an older version than one of ``before`` that had ended.

    One walk through time: what has ended when a call starts is what it must at least show.
    """
    broken: list[str] = []
    newest: dict[object, int] = {}
    ended = sorted(before, key=lambda c: c.ended)
    next_ended = 0
    for call in sorted(after, key=lambda c: c.started):
        while next_ended < len(ended) and ended[next_ended].ended < call.started:
            done = ended[next_ended]
            assert done.version is not None
            newest[of(done)] = max(newest.get(of(done), 0), done.version)
            next_ended += 1
        assert call.version is not None
        known = newest.get(of(call), 0)
        if call.version < known:
            broken.append(
                f"{call.client} saw {call.object_id} in version {call.version} after {known}"
            )
    return broken
