"""Reads facts from plain dicts (stored JSON) and refuses by name whatever is not exactly one."""

from collections.abc import Callable, Mapping

from scoring.reading import Reader
from scoring.types import (
    CAUSES,
    OUTCOMES,
    SEVERITIES,
    AnyFact,
    AppealDecided,
    AppealFiled,
    Body,
    Cause,
    ComplaintUpheld,
    EmergencyHelped,
    EntryReversed,
    Excuse,
    ExcuseGranted,
    Fact,
    FraudConfirmed,
    HazardVerified,
    LeaveEnded,
    LeaveStarted,
    MediationClosed,
    MenteeGraduated,
    OrderAbandoned,
    OrderCompleted,
    OrderReleased,
    Outcome,
    PointsRedeemed,
    RatingRevealed,
    RunnerJoined,
    ScoringError,
    ShiftNoShow,
    TrainingCompleted,
    VolunteerHours,
)

AT_MAX = 253_402_271_999  # The last second of the year 9999 at +08:00.
WEEK_S = 604_800
DAY_MIN = 1_440
WEIGHT_MAX_G = 1_000_000
FLOORS_MAX = 200
PROOFS_MAX = 100
PENALTY_MAX_CP = 100_000
REDEEMED_MAX_CP = 100_000_000
RATER_WEIGHT_MAX = 1_000


class MalformedFact(ScoringError):
    """A key is missing, unknown, of the wrong type or out of bounds."""


class UnknownKind(ScoringError):
    """No rule speaks of this kind of fact."""


class UnknownCause(ScoringError):
    """No rule says what this cause of delay excuses."""


def parse_fact(source: Mapping[str, object]) -> AnyFact:
    """Read `{id, kind, runner, at, recorded_at?, household?, data?}`; numbers default to 0.

    Flags default to false, lists to empty. An order without a household is read as one of a
    household that nobody named; all of those count as one.

    Raises:
        UnknownKind: the kind is not one of `KINDS`.
        UnknownCause: an excuse names a cause without a rule.
        MalformedFact: anything else that is not exactly a fact.
    """
    reader = Reader(source, "fact", MalformedFact)
    kind = reader.text("kind")
    if kind not in _BODIES:
        raise UnknownKind(f"no such kind of fact: {kind}")
    fact: AnyFact = Fact(
        id=reader.text("id"),
        runner=reader.text("runner"),
        at=reader.integer("at", 0, AT_MAX),
        household=reader.optional_text("household"),
        body=_parse_body(kind, reader),
        recorded_at=reader.optional_integer("recorded_at", 0, AT_MAX),
    )
    reader.close()
    return fact


def _parse_body(kind: str, reader: Reader) -> Body:
    data = reader.table("data") if "data" in reader.names() else Reader({}, "data", MalformedFact)
    body = _BODIES[kind](data)
    data.close()
    return body


def _order_completed(data: Reader) -> OrderCompleted:
    return OrderCompleted(
        late_s=data.integer("late_s", -WEEK_S, WEEK_S, default=0),
        excuses=tuple(_excuse(each, closed=True) for each in data.tables("excuses")),
        weather=data.integer("weather", 0, 2, default=0),
        weight_g=data.integer("weight_g", 0, WEIGHT_MAX_G, default=0),
        floors_no_lift=data.integer("floors_no_lift", 0, FLOORS_MAX, default=0),
        care=data.flag("care"),
        proof_required=data.integer("proof_required", 0, PROOFS_MAX, default=0),
        proof_given=data.integer("proof_given", 0, PROOFS_MAX, default=0),
        own_household=data.flag("own_household"),
        cell=data.optional_name("cell"),
        building=data.optional_name("building"),
    )


def _excuse(data: Reader, *, closed: bool) -> Excuse:
    """Read one excuse; `closed` if the mapping holds nothing else."""
    excuse = Excuse(
        cause=_cause(data.text("cause")),
        minutes=data.integer("min", 0, DAY_MIN, default=0),
    )
    if closed:
        data.close()
    return excuse


def _cause(text: str) -> Cause:
    for cause in CAUSES:
        if text == cause:
            return cause
    raise UnknownCause(f"no such cause of delay: {text}")


def _excuse_granted(data: Reader) -> ExcuseGranted:
    return ExcuseGranted(order=data.text("order"), excuse=_excuse(data, closed=False))


def _rating_revealed(data: Reader) -> RatingRevealed:
    return RatingRevealed(
        order=data.text("order"),
        stars=data.integer("stars", 1, 5),
        tags=data.texts("tags"),
        rater_weight=data.integer("rater_weight", 0, RATER_WEIGHT_MAX, default=1_000),
    )


def _order_released(data: Reader) -> OrderReleased:
    return OrderReleased(
        after_accept_s=data.integer("after_accept_s", 0, WEEK_S), excused=data.flag("excused")
    )


def _appeal_decided(data: Reader) -> AppealDecided:
    outcome: Outcome = data.choice("outcome", OUTCOMES)
    # A reduction without its number would pass for a full reversal.
    default = None if outcome == "reduced" else 0
    return AppealDecided(
        appeal=data.text("appeal"),
        outcome=outcome,
        new_cp=data.integer("new_cp", 0, PENALTY_MAX_CP, default=default),
    )


_BODIES: dict[str, Callable[[Reader], Body]] = {
    OrderCompleted.kind: _order_completed,
    ExcuseGranted.kind: _excuse_granted,
    RatingRevealed.kind: _rating_revealed,
    OrderReleased.kind: _order_released,
    OrderAbandoned.kind: lambda data: OrderAbandoned(excused=data.flag("excused")),
    ShiftNoShow.kind: lambda data: ShiftNoShow(excused=data.flag("excused")),
    ComplaintUpheld.kind: lambda data: ComplaintUpheld(data.choice("severity", SEVERITIES)),
    FraudConfirmed.kind: lambda _: FraudConfirmed(),
    TrainingCompleted.kind: lambda data: TrainingCompleted(
        course=data.text("course"), offsets=data.optional_text("offsets")
    ),
    VolunteerHours.kind: lambda data: VolunteerHours(
        data.integer("minutes", 0, DAY_MIN, default=0)
    ),
    MediationClosed.kind: lambda _: MediationClosed(),
    HazardVerified.kind: lambda _: HazardVerified(),
    EmergencyHelped.kind: lambda _: EmergencyHelped(),
    MenteeGraduated.kind: lambda data: MenteeGraduated(mentee=data.text("mentee")),
    RunnerJoined.kind: lambda _: RunnerJoined(),
    LeaveStarted.kind: lambda _: LeaveStarted(),
    LeaveEnded.kind: lambda _: LeaveEnded(),
    PointsRedeemed.kind: lambda data: PointsRedeemed(data.integer("cp", 0, REDEEMED_MAX_CP)),
    AppealFiled.kind: lambda data: AppealFiled(target=data.text("target")),
    AppealDecided.kind: _appeal_decided,
    EntryReversed.kind: lambda data: EntryReversed(
        target=data.text("target"), reason=data.text("reason", default="unstated")
    ),
}
KINDS: tuple[str, ...] = tuple(sorted(_BODIES))
